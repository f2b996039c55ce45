// Runs cases against a target and gathers what they say.
import { firstLine } from '../errors.js';
import type { ContractCase } from './contract-case.js';
import { missingInputs } from './contract-case.js';
import { type Finding, NotChecked } from './finding.js';
import { sessionOf } from './session.js';
import type { Target } from './target.js';

export interface CaseResult {
  operationId: string;
  name: string;
  source: string;
  outcome: 'passed' | 'failed' | 'not checked';
  /** Why it was not checked. */
  reason?: string;
  /** Errors first, then warnings. */
  findings: Finding[];
}

export interface Result {
  /** False where the first request found no connection, or no answer in time; then nothing was checked. */
  reachable: boolean;
  /** Why it could not be reached. */
  reason?: string;
  cases: CaseResult[];
  durationMs: number;
}

/** Runs the cases; `onResult` hears of each when it and all before it are done. */
export async function verify(
  cases: readonly ContractCase[],
  target: Target,
  onResult: (result: CaseResult) => void = () => undefined,
): Promise<Result> {
  const started = performance.now();
  const session = sessionOf(target);
  const elapsed = () => Math.round(performance.now() - started);
  const first = await session.send();
  const silent = first.failure?.kind === 'timeout' && first.status === 0;
  if (first.failure && (silent || first.failure.kind === 'unreachable')) {
    return { reachable: false, reason: session.secrets.mask(first.failure.detail), cases: [], durationMs: elapsed() };
  }
  const running = cases.map((one) => runCase(one, target));
  const results: CaseResult[] = [];
  for (const one of running) {
    // What a provider says is quoted in findings; whatever way a secret got there, it ends here.
    const result = JSON.parse(session.secrets.mask(JSON.stringify(await one))) as CaseResult;
    results.push(result);
    onResult(result);
  }
  return { reachable: true, cases: results, durationMs: elapsed() };
}

async function runCase(one: ContractCase, target: Target): Promise<CaseResult> {
  const { operationId, name, source } = one;
  const missing = missingInputs(one, target);
  const about = { operationId, name, source };
  if (missing.length > 0)
    return { ...about, outcome: 'not checked', reason: `needs ${missing.join(', ')}`, findings: [] };
  const warnings: Finding[] = [];
  try {
    const errors = await one.run(target, { warn: (finding) => warnings.push(finding) });
    return { ...about, outcome: errors.length > 0 ? 'failed' : 'passed', findings: [...errors, ...warnings] };
  } catch (error) {
    if (error instanceof NotChecked)
      return { ...about, outcome: 'not checked', reason: firstLine(error), findings: warnings };
    return { ...about, outcome: 'failed', findings: [unreadable(source, error), ...warnings] };
  }
}

/** An answer so odd that a check breaks over it is no answer of a right provider. */
const unreadable = (source: string, error: unknown): Finding => ({
  severity: 'error',
  where: 'an answer',
  expected: 'one that this check can read',
  received: firstLine(error),
  source,
  request: 'one of this check',
});
