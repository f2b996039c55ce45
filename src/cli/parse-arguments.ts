// Splits the arguments of a command into options and positionals, with error messages of our own.
import { parseArgs } from 'node:util';
import { quoted } from '../errors.js';
import type { Command } from './command.js';
import { written } from './help.js';
import { nearest } from './nearest.js';
import type { Option } from './options.js';
import { usageError } from './usage-error.js';

export interface Arguments {
  /** The texts of each option, in order; undefined for one without a value. */
  given: Record<string, (string | undefined)[]>;
  positionals: string[];
}

/** Throws `invalid_argument` for unknown options, missing values and a wrong number of words. */
export function parseArguments(name: string, args: readonly string[], command: Command): Arguments {
  const rows = Object.entries(command.options);
  const { tokens } = parseArgs({
    args: [...args],
    // A boolean option takes a value only after an equals sign.
    options: Object.fromEntries(rows.map(([option, row]) => [option, { type: takesNext(row) ? 'string' : 'boolean' }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given: Record<string, (string | undefined)[]> = Object.create(null) as Record<string, (string | undefined)[]>;
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind === 'option') (given[token.name] ??= []).push(checkValue(token, command));
  }
  assertCount(name, positionals, command);
  return { given, positionals };
}

const takesNext = ({ placeholder, valueMayMiss }: Option<unknown>) => placeholder !== undefined && !valueMayMiss;

interface OptionToken {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

function checkValue({ name, rawName, value, inlineValue }: OptionToken, { options }: Command): string | undefined {
  const row = Object.hasOwn(options, name) && rawName === `--${name}` ? options[name] : undefined;
  if (!row) {
    const near = nearest(name, Object.keys(options));
    throw usageError(`there is no option ${quoted(rawName)}${near === undefined ? '' : `; did you mean --${near}?`}`);
  }
  if (row.placeholder === undefined && value !== undefined) throw usageError(`--${name} takes no value`);
  if (!takesNext(row)) return value;
  if (value === undefined) throw usageError(`--${name} needs a value: ${written(name, row)}`);
  if (inlineValue !== true && value.length > 1 && value.startsWith('-')) {
    throw usageError(`--${name} needs a value; one that begins with a dash is joined to it: --${name}=-1`);
  }
  return value;
}

function assertCount(name: string, given: readonly string[], { positionals = [] }: Command): void {
  const most = positionals.length;
  const least = positionals.filter(({ mayMiss }) => mayMiss !== true).length;
  if (given.length >= least && given.length <= most) return;
  const count = least === most ? String(most) : `at most ${most}`;
  throw usageError(`'${name}' takes ${count} argument${most === 1 ? '' : 's'}, not ${given.length}`);
}
