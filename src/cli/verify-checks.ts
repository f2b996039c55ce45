// Chooses the checks of a run by ID, or by a regular expression over name, operation and source.
import type { ContractCase } from '../verify/index.js';
import { quoted } from '../errors.js';
import { usageError } from './usage-error.js';

/** Checks of the run as a whole need others before them: they stay unless they are excluded by name. */
export function chooseChecks(
  all: readonly ContractCase[],
  { only, exclude }: { only: readonly string[] | undefined; exclude: readonly string[] | undefined },
): ContractCase[] {
  const included = only === undefined ? all : all.filter(matcher('--only', only, all));
  if (exclude === undefined) return [...included];
  const excluded = matcher('--exclude', exclude, all);
  const chosen = included.filter((one) => !excluded(one));
  if (chosen.length === 0) throw usageError('--exclude leaves no check; --list shows them all');
  return chosen;
}

/**
 * Each pattern is an ID, a list of IDs with commas, or a regular expression; a pattern without a match is a mistake.
 */
function matcher(option: string, patterns: readonly string[], all: readonly ContractCase[]) {
  const matchers = patterns.flatMap((pattern) => {
    const words = pattern.split(',').map((word) => word.trim());
    const known = words.every((word) => all.some(({ id }) => id === word));
    const each = known
      ? words.map(
          (word) =>
            ({ id }: ContractCase) =>
              id === word,
        )
      : [byExpression(option, pattern)];
    for (const one of each)
      if (!all.some(one)) throw usageError(`${option} ${quoted(pattern)} matches no check; --list shows them all`);
    return each;
  });
  return (one: ContractCase) => matchers.some((matches) => matches(one));
}

function byExpression(option: string, pattern: string): (one: ContractCase) => boolean {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'i');
  } catch {
    throw usageError(`${option} ${quoted(pattern)} is not a regular expression`);
  }
  return ({ id, name, operationId, source }) => [id, name, operationId, source].some((text) => expression.test(text));
}
