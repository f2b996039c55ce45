// Options of commands, each described once: a row gives its line in the help, its reading from command line and
// environment, its default, and its typed value.
import { usageError } from './usage-error.js';

/** Reads one text; `label` is its source, such as `--timeout` or `CLUSTERCERT_TIMEOUT`. */
export type Reader<Value> = (text: string, label: string) => Value;

/** One row. */
export interface Option<Value> {
  /** The name of the value in the help; undefined for a flag. */
  readonly placeholder?: string;
  /** May have line breaks; each line is folded at the width of the help. */
  readonly help: string;
  readonly default?: string;
  /** The environment variable that is read where the option is not given. An empty one counts as none. */
  readonly variable?: string | undefined;
  readonly required?: boolean;
  readonly multiple?: boolean;
  /** Written `--merge` or `--merge=FILE`, never `--merge FILE`. */
  readonly valueMayMiss?: boolean;
  /** The possible values, for completion. */
  readonly choices?: readonly string[];
  /** Reads the given texts; undefined for an option without a value. */
  read(given: readonly (string | undefined)[], label: string): Value;
}

/** Options of one command by name, without the dashes. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;
export type ValuesOf<Table extends OptionTable> = { [Name in keyof Table]: ReturnType<Table[Name]['read']> };

interface Row<Value> {
  placeholder: string;
  help: string;
  variable?: string;
  choices?: readonly string[];
  read: Reader<Value>;
}

/** An option that may be left out. */
export function optional<Value>({ read, ...row }: Row<Value>): Option<Value | undefined> {
  return {
    ...row,
    read: (given, label) => {
      const text = given.at(-1);
      return text === undefined ? undefined : read(text, label);
    },
  };
}

/** An option that must be given, by itself or by its variable. */
export function required<Value>({ read, ...row }: Row<Value>): Option<Value> {
  return {
    ...row,
    required: true,
    read: (given, label) => {
      const text = given.at(-1);
      if (text === undefined) throw missingOption(label.replace(/^--/, ''), row);
      return read(text, label);
    },
  };
}

/** An option with a default value. */
export function withDefault<Value>(value: string, { read, ...row }: Row<Value>): Option<Value> {
  return { ...row, default: value, read: (given, label) => read(given.at(-1) ?? value, label) };
}

/** An option that can be repeated; undefined if it is not given. */
export function repeated<Value>({ read, ...row }: Row<Value>): Option<Value[] | undefined> {
  return {
    ...row,
    multiple: true,
    read: (given, label) => (given.length === 0 ? undefined : given.map((text = '') => read(text, label))),
  };
}

/** An option without a value. */
export function flag(help: string): Option<boolean> {
  return { help, read: (given) => given.length > 0 };
}

/** The error for a missing option. */
export function missingOption(name: string, { variable }: { variable?: string | undefined }, why = ''): Error {
  const remedy = variable === undefined ? '' : `; give --${name} or set ${variable}`;
  return usageError(`option --${name} is missing${remedy}${why}`);
}

/** The values of all options of a table. */
export function readValues<Table extends OptionTable>(
  table: Table,
  given: Readonly<Record<string, readonly (string | undefined)[]>>,
  environment: Readonly<Record<string, string | undefined>>,
): ValuesOf<Table> {
  const values = Object.entries(table).map(([name, row]) => {
    const texts = given[name] ?? [];
    const variable = texts.length === 0 && row.variable !== undefined ? environment[row.variable] : undefined;
    const value = variable ? row.read([variable], row.variable ?? name) : row.read(texts, `--${name}`);
    return [name, value];
  });
  return Object.fromEntries(values) as ValuesOf<Table>;
}
