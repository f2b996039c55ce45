// Findings that a team has examined and accepts, each with its reason; everything else stays a finding.
import { ClusterCertError, firstLine, quoted } from '../errors.js';
import type { Finding } from './finding.js';
import { type CaseResult, type Result, exitCodeOf } from './verify.js';

export interface Accepted {
  /** The ID of the check. */
  id: string;
  /** The place of the finding. */
  where: string;
  /** Why it is accepted; for people. */
  reason: string;
}

export interface Baseline {
  accepted: Accepted[];
}

const openReason = 'say here why this is accepted';
const matches =
  (id: string, { where }: Pick<Finding, 'where'>) =>
  (one: Accepted) =>
    one.id === id && one.where === where;

/** Reads a baseline from a file's text. */
export function parseBaseline(text: string, file: string): Baseline {
  const fail = (detail: string): never => {
    throw new ClusterCertError('invalid_argument', `--baseline ${quoted(file)} ${detail}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(`is not JSON: ${firstLine(error)}`);
  }
  const accepted = (value as Partial<Baseline> | null)?.accepted;
  if (!Array.isArray(accepted)) return fail('must be { "accepted": [{ "id", "where", "reason" }] }');
  const broken = accepted.findIndex((one: Partial<Accepted> | null) =>
    [one?.id, one?.where, one?.reason].some((field) => typeof field !== 'string'),
  );
  return broken < 0 ? { accepted } : fail(`has an entry ${broken} without id, where and reason as texts`);
}

/**
 * The result with accepted findings marked, and the entries without a finding any more.
 *
 * @example
 * import { type Baseline, type Result, applyBaseline } from 'cce-clustercert/verify';
 *
 * export function exitCode(result: Result, accepted: Baseline): number {
 *   const { result: rest, unused } = applyBaseline(result, accepted);
 *   for (const { id, where } of unused) console.warn(`no longer found: ${id}, ${where}`);
 *   return rest.exitCode;
 * }
 */
export function applyBaseline(result: Result, { accepted }: Baseline): { result: Result; unused: Accepted[] } {
  const used = new Set<Accepted>();
  const cases = result.cases.map((one): CaseResult => {
    const findings = one.findings.map((finding) => {
      const entry = accepted.find(matches(one.id, finding));
      if (finding.severity !== 'error' || !entry) return finding;
      used.add(entry);
      return { ...finding, accepted: entry.reason };
    });
    const open = findings.some((finding) => finding.severity === 'error' && finding.accepted === undefined);
    return { ...one, findings, ...(one.outcome === 'failed' && !open && { outcome: 'accepted' }) };
  });
  const ran = new Set(cases.filter(({ outcome }) => outcome !== 'not checked').map(({ id }) => id));
  const next = { ...result, cases };
  return {
    result: { ...next, exitCode: exitCodeOf(next) },
    unused: accepted.filter((one) => ran.has(one.id) && !used.has(one)),
  };
}

/**
 * A baseline of all errors of a result. Known reasons stay, and so do entries that were not checked this time.
 *
 * @example
 * import { writeFile } from 'node:fs/promises';
 * import { type Result, baselineOf } from 'cce-clustercert/verify';
 *
 * export const accept = (result: Result) => writeFile('known.json', JSON.stringify(baselineOf(result), undefined, 2));
 */
export function baselineOf({ cases }: Result, { accepted }: Baseline = { accepted: [] }): Baseline {
  const found = cases.flatMap(({ id, findings }) =>
    findings
      .filter(({ severity }) => severity === 'error')
      .map((finding): Accepted => ({
        id,
        where: finding.where,
        reason: accepted.find(matches(id, finding))?.reason ?? openReason,
      })),
  );
  const seen = new Set(cases.filter(({ outcome }) => outcome !== 'not checked').map(({ id }) => id));
  const all = [...accepted.filter(({ id }) => !seen.has(id)), ...found];
  const distinct = new Map(all.map((one) => [`${one.id} ${one.where}`, one]));
  return { accepted: [...distinct.values()] };
}
