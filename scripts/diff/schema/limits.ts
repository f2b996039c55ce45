// The keywords that limit values of one type, one row each: the combination of two, and the effect of a change on the
// set of values. Formats of numbers become bounds, and bounds of integers become closed, so that equal limits compare
// as equal.
import type { JsonObject } from '../document/document.js';
import { textIsWithin } from './patterns.js';

/** Keyword to its value; keywords without an effect are absent. */
export type Limits = Readonly<Record<string, unknown>>;

interface Limit {
  readonly types: readonly string[];
  /** The stricter of the two, or both of them as one. */
  readonly both: (one: unknown, other: unknown) => unknown;
  /** Whether the second allows all values of the first. */
  readonly isWithin: (one: unknown, other: unknown) => boolean;
  readonly accepts: (value: unknown, limit: unknown) => boolean;
}

/** A number that is the last allowed one, or the first that is not. */
interface Bound {
  readonly at: number;
  readonly open: boolean;
}

const numbers = ['integer', 'number'];
const sizeOf = (value: unknown): number =>
  // Code points, as JSON Schema counts.
  typeof value === 'string' ? Array.from(value).length : Object.keys(value as object).length;

const least = (types: readonly string[]): Limit => ({
  types,
  both: (one, other) => Math.max(one as number, other as number),
  isWithin: (one, other) => (one as number) >= (other as number),
  accepts: (value, limit) => sizeOf(value) >= (limit as number),
});
const most = (types: readonly string[]): Limit => ({
  types,
  both: (one, other) => Math.min(one as number, other as number),
  isWithin: (one, other) => (one as number) <= (other as number),
  accepts: (value, limit) => sizeOf(value) <= (limit as number),
});
const above = (one: Bound, other: Bound) => one.at > other.at || (one.at === other.at && (one.open || !other.open));
const below = (one: Bound, other: Bound) => one.at < other.at || (one.at === other.at && (one.open || !other.open));

const list = (one: unknown, other: unknown) => [...new Set([...(one as unknown[]), ...(other as unknown[])])];
const contains = (one: unknown, other: unknown) =>
  (other as unknown[]).every((item) => (one as unknown[]).includes(item));

const limits: Readonly<Record<string, Limit>> = {
  minLength: least(['string']),
  maxLength: most(['string']),
  minItems: least(['array']),
  maxItems: most(['array']),
  minProperties: least(['object']),
  maxProperties: most(['object']),
  minimum: {
    types: numbers,
    both: (one, other) => (above(one as Bound, other as Bound) ? one : other),
    isWithin: (one, other) => above(one as Bound, other as Bound),
    accepts: (value, limit) => above({ at: value as number, open: false }, limit as Bound),
  },
  maximum: {
    types: numbers,
    both: (one, other) => (below(one as Bound, other as Bound) ? one : other),
    isWithin: (one, other) => below(one as Bound, other as Bound),
    accepts: (value, limit) => below({ at: value as number, open: false }, limit as Bound),
  },
  multipleOf: {
    types: numbers,
    both: list,
    isWithin: (one, other) =>
      (other as number[]).every((step) => (one as number[]).some((multiple) => isMultiple(multiple, step))),
    accepts: (value, limit) => (limit as number[]).every((step) => isMultiple(value as number, step)),
  },
  uniqueItems: { types: ['array'], both: () => true, isWithin: () => true, accepts: () => true },
  format: {
    types: ['string', 'number'],
    both: list,
    isWithin: (one, other) =>
      (other as string[]).every((wider) =>
        (one as string[]).some((name) => name === wider || widerFormat[name] === wider),
      ),
    accepts: () => true,
  },
  pattern: {
    types: ['string'],
    both: list,
    isWithin: contains,
    accepts: (value, limit) => (limit as string[]).every((pattern) => fits(value as string, pattern)),
  },
};

/** Patterns of languages other than ECMAScript refuse nothing, because their meaning is not known here. */
function fits(text: string, pattern: string): boolean {
  for (const flags of ['u', ''])
    try {
      return new RegExp(pattern, flags).test(text);
    } catch {
      // The other flags may understand it.
    }
  return true;
}

// Tolerates the last digit of decimal fractions: 0.3 is a multiple of 0.1.
function isMultiple(value: number, step: number): boolean {
  const times = value / step;
  return Math.abs(times - Math.round(times)) < 1e-9;
}

/** Every value of the format on the left is one of the format on the right. */
const widerFormat: Readonly<Record<string, string>> = {
  float: 'double',
  uri: 'uri-reference',
  email: 'idn-email',
  hostname: 'idn-hostname',
};
/** Hints for forms and documentation, without an effect on values. */
const formatsWithoutMeaning = ['password', 'textarea', 'markdown'];
const integerFormats: Readonly<Record<string, number>> = { int32: 2 ** 31, int64: 2 ** 63 };

/** The limits in a schema's own keywords that concern the type. */
export function readLimits(own: JsonObject, type: string): Limits {
  const read: Record<string, unknown> = {};
  for (const [keyword, { types }] of Object.entries(limits)) {
    const value = own[keyword];
    if (value === undefined || !types.includes(type)) continue;
    if (keyword === 'minimum' || keyword === 'maximum') continue;
    // Every integer is a multiple of one.
    if (keyword === 'multipleOf' && type === 'integer' && value === 1) continue;
    if (keyword === 'uniqueItems' ? value === true : !(keyword.startsWith('min') && value === 0))
      read[keyword] = ['multipleOf', 'format', 'pattern'].includes(keyword) ? [value] : value;
  }
  if (formatsWithoutMeaning.includes(String(own['format']))) delete read['format'];
  return numbers.includes(type) ? mergeLimits(read, readBounds(own, type)) : read;
}

function readBounds(own: JsonObject, type: string): Limits {
  const bounds: Record<string, Bound> = {};
  for (const [keyword, exclusive, step] of [
    ['minimum', 'exclusiveMinimum', 1],
    ['maximum', 'exclusiveMaximum', -1],
  ] as const) {
    const closed = own[keyword];
    const open = own[exclusive];
    if (typeof closed === 'number') bounds[keyword] = bound(closed, open === true, type, step);
    if (typeof open === 'number') {
      const other = bound(open, true, type, step);
      const known = bounds[keyword];
      bounds[keyword] = known ? (limits[keyword]?.both(known, other) as Bound) : other;
    }
  }
  const size = type === 'integer' ? integerFormats[String(own['format'])] : undefined;
  if (size === undefined) return bounds;
  return mergeLimits(bounds, { minimum: { at: -size, open: false }, maximum: { at: size - 1, open: false } });
}

function bound(at: number, open: boolean, type: string, step: 1 | -1): Bound {
  if (type !== 'integer') return { at, open };
  const whole = step === 1 ? Math.ceil(at) : Math.floor(at);
  return { at: open && whole === at ? at + step : whole, open: false };
}

/** Keywords that limit values. */
export const limitKeywords = Object.keys(limits);

export function mergeLimits(one: Limits, other: Limits): Limits {
  const merged: Record<string, unknown> = { ...one };
  for (const [keyword, value] of Object.entries(other)) {
    const known = merged[keyword];
    merged[keyword] = known === undefined ? value : limits[keyword]?.both(known, value);
  }
  return merged;
}

/** Whether a value is within all limits. */
export function accepts(all: Limits, value: unknown): boolean {
  return Object.entries(all).every(([keyword, limit]) => limits[keyword]?.accepts(value, limit) ?? true);
}

export interface LimitChange {
  readonly keyword: string;
  readonly old: unknown;
  readonly new: unknown;
  readonly narrows: boolean;
  readonly widens: boolean;
  /** The patterns could not be compared. */
  readonly isUndecided?: boolean;
}

/** The changes of the limits of one type. */
export function compareLimits(old: Limits, now: Limits): LimitChange[] {
  const changes = Object.entries(limits).flatMap(([keyword, { isWithin }]) => {
    const [before, after] = [old[keyword], now[keyword]];
    const narrows = after !== undefined && (before === undefined || !isWithin(before, after));
    const widens = before !== undefined && (after === undefined || !isWithin(after, before));
    return narrows || widens ? [{ keyword, old: before, new: after, narrows, widens }] : [];
  });
  const isOfText = changes.some(({ keyword }) => textKeywords.includes(keyword));
  return isOfText && ('pattern' in old || 'pattern' in now) ? judgeTexts(old, now, changes) : changes;
}

const textKeywords = ['pattern', 'minLength', 'maxLength'];

/** Patterns and lengths limit texts together, so the set of allowed texts decides. */
function judgeTexts(old: Limits, now: Limits, changes: LimitChange[]): LimitChange[] {
  const [narrows, widens] = [isNarrower(now, old), isNarrower(old, now)];
  const isUndecided = narrows === undefined || widens === undefined;
  return changes.flatMap((change) => {
    if (!textKeywords.includes(change.keyword)) return [change];
    const judged = {
      ...change,
      narrows: change.narrows && narrows !== false,
      widens: change.widens && widens !== false,
      ...(isUndecided && change.keyword === 'pattern' && change.narrows && change.widens ? { isUndecided } : {}),
    };
    return judged.narrows || judged.widens ? [judged] : [];
  });
}

/** Whether some texts fit `other` but not `one`; undefined if that cannot be decided. */
function isNarrower(one: Limits, other: Limits): boolean | undefined {
  const isWithin = textIsWithin(other, one);
  return isWithin === undefined ? undefined : !isWithin;
}

/** A limit in words of the contract. */
export function showLimit(value: unknown): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return value.map((item) => JSON.stringify(item)).join(' and ');
  const { at, open } = value as Partial<Bound>;
  return at === undefined ? JSON.stringify(value) : `${at}${open === true ? ' (exclusive)' : ''}`;
}
