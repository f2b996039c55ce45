// Compares two runs, such as those of two commits: the changes, with the variation within each run.
import type { Result } from './results.js';
import { round, tableOf } from './results.js';

/** The figures that both runs have. Compare runs of one machine only. */
export function toComparison(before: readonly Result[], after: readonly Result[]): string {
  const rows = after.flatMap((now) => {
    const then = before.find(({ name, unit }) => name === now.name && unit === now.unit);
    if (!then) return [];
    return [
      [
        now.name,
        `${round(then.median)} ${then.unit}`,
        `${round(now.median)} ${now.unit}`,
        change(then, now),
        noise(then, now),
        verdict(then, now),
      ],
    ];
  });
  return tableOf(['what', 'before', 'after', 'change', 'noise', ''], rows);
}

function change(then: Result, now: Result): string {
  return percent(now.median / then.median - 1, { signed: true });
}

/** Half the range of the run that varies more. */
function noise(...runs: Result[]): string {
  return `±${percent(Math.max(...runs.map(({ least, most, median }) => (most - least) / 2 / median)))}`;
}

/** Whether all rounds of one run lie beyond all of the other; with a single round each, that is not known. */
function verdict(then: Result, now: Result): string {
  if (then.least === then.most || now.least === now.most) return then.median === now.median ? 'same' : 'one round only';
  if (now.most < then.least) return 'less';
  return now.least > then.most ? 'MORE' : 'within noise';
}

function percent(share: number, { signed = false } = {}): string {
  return `${signed && share > 0 ? '+' : ''}${(share * 100).toFixed(0)} %`;
}

/** The results in a file that `--output` wrote. Throws for any other. */
export function readResults(text: string): Result[] {
  const { results } = JSON.parse(text) as { results?: Result[] };
  if (!Array.isArray(results)) throw new Error("it has no 'results'; --output writes such a file");
  return results;
}
