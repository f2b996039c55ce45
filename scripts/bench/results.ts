// The results, as a table for people and as JSON.
import { loadavg } from 'node:os';

export interface Result {
  name: string;
  /** The median and the range of all rounds. */
  median: number;
  least: number;
  most: number;
  unit: string;
  /** At most this; undefined where a figure is only reported. */
  goal?: number | undefined;
  load: number;
}

/** Sums up the rounds of one figure. */
export function sumUp(name: string, values: number[], { unit, goal }: { unit: string; goal?: number }): Result {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (index: number) => sorted[index] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  return { name, median, least: at(0), most: at(sorted.length - 1), unit, goal, load: loadavg()[0] ?? 0 };
}

/** The ratio of two figures that were taken in turn, round by round. */
export function ratio(name: string, one: number[], other: number[], goal?: number): Result {
  const values = one.map((value, round) => value / (other[round] ?? NaN));
  return sumUp(name, values, { unit: 'x', ...(goal !== undefined && { goal }) });
}

export function toTable(results: Result[]): string {
  const rows = results.map(({ name, median, least, most, unit, goal, load }) => {
    const met = goal === undefined ? '' : median <= goal ? 'met' : 'NOT met';
    return [
      name,
      `${round(median)} ${unit}`,
      `${round(least)}-${round(most)}`,
      goal === undefined ? '' : `<= ${goal}`,
      met,
      load.toFixed(1),
    ];
  });
  return tableOf(['what', 'median', 'range', 'goal', '', 'load'], rows);
}

/** A table in Markdown. */
export function tableOf(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

export function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
