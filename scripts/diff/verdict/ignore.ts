// Reads the list of accepted changes: rule, place and reason of each.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { NoVerdict, isObject } from '../document/document.js';
import type { Change } from './changes.js';

export interface Exception {
  /** ID of the rule. */
  readonly rule: string;
  /** JSON pointer of the change; `*` stands for any text. */
  readonly path: string;
  readonly reason: string;
}

export interface IgnoredChange {
  readonly change: Change;
  readonly reason: string;
}

/** Throws `NoVerdict` with one line where the file cannot be read or an entry lacks anything. */
export function readExceptions(file: string, ruleIds: ReadonlySet<string>): Exception[] {
  const entries = parseFile(file);
  if (!Array.isArray(entries)) throw new NoVerdict(`${file}: expected a list of entries with rule, path and reason`);
  return entries.map((entry: unknown, index) => {
    const of = (key: string) => {
      const value = isObject(entry) ? entry[key] : undefined;
      if (typeof value === 'string' && value.trim() !== '') return value;
      throw new NoVerdict(`${file}: entry ${index + 1} has no ${key}; each needs rule, path and reason`);
    };
    const rule = of('rule');
    if (!ruleIds.has(rule))
      throw new NoVerdict(`${file}: entry ${index + 1}: no rule '${rule}'; see npm run diff -- --rules`);
    return { rule, path: of('path'), reason: of('reason') };
  });
}

function parseFile(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new NoVerdict(`${file}: ${(error as Error).message.split('\n')[0] ?? ''}`);
  }
}

/** Separates the changes that an entry names from all others. */
export function withoutIgnored(
  changes: readonly Change[],
  exceptions: readonly Exception[],
): { changes: Change[]; ignored: IgnoredChange[] } {
  const matchers = exceptions.map(({ path, ...entry }) => ({ ...entry, path: patternOf(path) }));
  const kept: Change[] = [];
  const ignored: IgnoredChange[] = [];
  for (const change of changes) {
    const found = matchers.filter(({ rule, path }) => change.rules.includes(rule) && path.test(change.path));
    // A change that harms both ways needs an entry for each.
    const isWhole = change.rules.every((rule) => found.some((one) => one.rule === rule));
    if (isWhole) ignored.push({ change, reason: [...new Set(found.map(({ reason }) => reason))].join('; ') });
    else kept.push(change);
  }
  return { changes: kept, ignored };
}

function patternOf(path: string): RegExp {
  const parts = path.split('*').map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
