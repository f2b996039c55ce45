// How long a certificate is valid, from its re-use window: equal requests within the window get the same end.

export interface ReuseWindow {
  start: Date;
  end: Date;
}

export interface Validity {
  /** Distinguishes it from every other validity. */
  readonly description: string;
  /** The end of a certificate that is issued in the window. */
  readonly endIn: (window: ReuseWindow) => Date;
}

const msPerDay = 24 * 60 * 60 * 1000;
const mostYears = 5;

/** At least that many days, from any moment of the window. */
export function forDays(days: number): Validity {
  return { description: `${days} days`, endIn: ({ end }) => addDays(end, days) };
}

/** Until that very second, whatever the window. */
export function until(time: Date): Validity {
  return { description: `until ${time.toISOString()}`, endIn: () => time };
}

/** The longest validity that is issued: that many days from the start of the window, by default five calendar years. */
export function maximumValidity(days: number | undefined): Validity {
  return days === undefined
    ? { description: `${mostYears} years`, endIn: ({ start }) => fiveYearsAfter(start) }
    : { description: `at most ${days} days`, endIn: ({ start }) => addDays(start, days) };
}

/** A validity that ends no later than another. */
export function cutAt(validity: Validity, maximum: Validity): Validity {
  return {
    description: `${validity.description}, ${maximum.description}`,
    endIn: (window) => earliest(validity.endIn(window), maximum.endIn(window)),
  };
}

/** The same day and time five years later; 29 February becomes 1 March. */
export function fiveYearsAfter(time: Date): Date {
  const later = new Date(time);
  later.setUTCFullYear(later.getUTCFullYear() + mostYears);
  return later;
}

export function earliest(one: Date, other: Date): Date {
  return one < other ? one : other;
}

function addDays(time: Date, days: number): Date {
  return new Date(time.getTime() + days * msPerDay);
}
