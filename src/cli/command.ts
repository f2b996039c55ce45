// What a command of the program is, and how the values of its options are read.
import { readFile } from 'node:fs/promises';
import type { ParseArgsConfig } from 'node:util';
import { ClusterCertError, firstLine, quoted } from '../errors.js';

/** What a command may touch of the process it runs in. */
export interface Io {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** All that comes from standard input. */
  readStdin(): Promise<string>;
  /** Resolves when the process is asked to end. */
  untilStopped(): Promise<void>;
}

export type OptionValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

export interface Command {
  /** One line. */
  summary: string;
  /** Usage text with examples, without the line that names the program. */
  usage: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** Options whose value may be left out; a value is joined by an equals sign then: `--merge`, `--merge=FILE`. */
  optionalValues?: string[];
  /** How many positional arguments it takes, and how many of them may be left out. */
  positionals: number;
  optionalPositionals?: number;
  run(values: OptionValues, positionals: string[], io: Io): Promise<number>;
}

/** The value of an option that was given without its optional value. No command line can carry a NUL. */
export const withoutValue = '\0';

/** Fills in optional values that were left out, which `parseArgs` does not know of. */
export function markMissingValues(args: readonly string[], { optionalValues = [] }: Command): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const alone = optionalValues.map((name) => `--${name}`);
  return args.map((arg, index) => (index < end && alone.includes(arg) ? `${arg}=${withoutValue}` : arg));
}

/** Wrong usage: what was given, and what would be accepted. */
export function usageError(message: string): ClusterCertError {
  return new ClusterCertError('invalid_argument', message);
}

/** The value of an option that must be given. */
export function required(values: OptionValues, name: string): string {
  return optional(values, name) ?? fail(`option --${name} is missing`);
}

/** The value of an option that may be left out. */
export function optional(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** A whole number of an option, within limits. */
export function readNumber(
  values: OptionValues,
  name: string,
  { least, most }: { least: number; most: number },
): number {
  const text = required(values, name);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  return fail(`--${name} ${quoted(text)} is not valid; it must be a whole number from ${least} to ${most}`);
}

const secondsPerUnit: Record<string, number> = { s: 1, m: 60, h: 60 * 60, d: 24 * 60 * 60 };
const mostDays = 100 * 366;
const mostSeconds = mostDays * 24 * 60 * 60;

/** Seconds of an option such as `24h`; `0` needs no unit. */
export function readDuration(values: OptionValues, name: string, { least }: { least: number }): number {
  const text = required(values, name);
  const [, amount, unit = 's'] = /^(\d{1,9})([smhd])$/.exec(text) ?? /^(0)$/.exec(text) ?? [];
  const seconds = amount === undefined ? NaN : Number(amount) * (secondsPerUnit[unit] ?? NaN);
  if (seconds >= least && seconds <= mostSeconds) return seconds;
  const limits = `from ${least === 0 ? '0' : `${least}s`} to ${mostDays}d`;
  return fail(
    `--${name} ${quoted(text)} is not valid; it must be a number with a unit, such as 30s, 15m, 24h or 365d, ${limits}`,
  );
}

/** The base URL of a provider, without a slash at its end. */
export function checkEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const right =
    url &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (right) return text.replace(/\/+$/, '');
  return fail(
    '--endpoint is not valid; it must be a URL such as https://cce.example.com, without user, query and fragment',
  );
}

/** The file that --output names; undefined when the option is left out. */
export function readOutput(values: OptionValues): string | undefined {
  const output = optional(values, 'output');
  return output === '' ? fail('--output is empty; it must be a file') : output;
}

/** The text of a file that an option names; undefined when the option is left out. */
export async function readFileOption(values: OptionValues, name: string): Promise<string | undefined> {
  const file = optional(values, name);
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ClusterCertError('not_found', `--${name} ${quoted(file)} cannot be read: ${firstLine(cause)}`, { cause });
  }
}

/** Writes a list as a table or, with --json, as an array of its records. */
export function writeList<Item>(
  io: Io,
  values: OptionValues,
  list: readonly Item[],
  columns: Record<string, (item: Item) => string>,
): void {
  const rows = list.map((item) => Object.values(columns).map((cell) => cell(item)));
  io.stdout.write(
    values['json'] === true ? `${JSON.stringify(list, null, 2)}\n` : formatTable(Object.keys(columns), rows),
  );
}

/** Rows under their headings, each column as wide as its widest cell. */
export function formatTable(headings: string[], rows: string[][]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function fail(message: string): never {
  throw usageError(message);
}
