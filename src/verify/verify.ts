// Runs checks against a target and collects their findings, and how much could be checked.
import { firstLine } from '../errors.js';
import type { Binding } from './binding.js';
import { type Check, type ContractCase, isRequired, missingInputs, missingOptions, notOffered } from './check.js';
import { contract } from './contract-schema.js';
import { type Because, type Finding, NotChecked, NotOffered, show } from './finding.js';
import { headerOf } from './exchange.js';
import { ownRedirect } from './own-redirect.js';
import { isThrottling } from './pace.js';
import { type Answer, Session } from './session.js';
import { hostHint, signedWithoutHost } from './sign-request.js';
import type { Target } from './target.js';

export interface CaseResult {
  id: string;
  operationId: string;
  name: string;
  source: string;
  /** How far the source binds a provider. */
  binds: Binding;
  outcome: 'passed' | 'failed' | 'accepted' | 'not offered' | 'not checked';
  /** Why it was not checked, or the operation that is not offered. */
  reason?: string;
  /** Whether an input is missing, or the provider gave nothing to check. */
  because?: Because;
  /** Errors first, then warnings. */
  findings: Finding[];
  durationMs: number;
}

/**
 * `complete`: everything requested was checked. `incomplete`: some could not be, for the provider's own reason. `not
 * reached`: there was no connection, or no response in time. `inputs refused`: the first request was refused.
 */
export type State = 'complete' | 'incomplete' | 'not reached' | 'inputs refused';

export interface Result {
  state: State;
  /** Why it is not complete. */
  reason?: string;
  /** A remedy. */
  hint?: string;
  /** False for `not reached`; then no check ran. */
  reachable: boolean;
  exitCode: number;
  endpoint: string;
  /** The version of the kit. */
  version: string;
  startedAt: string;
  durationMs: number;
  requests: number;
  /** Reproduces the sampled values. */
  seed: number;
  cases: CaseResult[];
}

/** The exit codes of a run. */
export const exitCodes = { right: 0, findings: 1, usage: 2, notReached: 3, unchecked: 4, inputs: 5 } as const;

/**
 * The exit code of a result; with `allowUnchecked`, an incomplete run counts as complete.
 *
 * @example
 * import { type Result, exitCodeOf } from 'cce-clustercert/verify';
 *
 * export function finish(result: Result): void {
 *   process.exitCode = exitCodeOf(result, { allowUnchecked: true });
 * }
 */
export function exitCodeOf(
  { state, cases }: Pick<Result, 'state' | 'cases'>,
  { allowUnchecked = false }: { allowUnchecked?: boolean } = {},
): number {
  if (state === 'not reached') return exitCodes.notReached;
  if (state === 'inputs refused') return exitCodes.inputs;
  if (cases.some(({ outcome }) => outcome === 'failed')) return exitCodes.findings;
  const looked = cases.some(({ outcome }) => outcome !== 'not checked');
  return state === 'complete' || (allowUnchecked && looked) ? exitCodes.right : exitCodes.unchecked;
}

/**
 * Runs the checks in a new session; `onResult` is called for each once it and all before it are done.
 *
 * @example
 * import { contractCases, verify } from 'cce-clustercert/verify';
 *
 * const target = { endpoint: 'http://127.0.0.1:8080', projectId: '…', clusterId: '…', token: '…' };
 * const { exitCode, cases } = await verify(contractCases, target);
 * for (const { id, findings } of cases) for (const { where, expected } of findings) console.log(id, where, expected);
 * process.exitCode = exitCode;
 */
export async function verify(
  cases: readonly ContractCase[],
  target: Target,
  onResult: (result: CaseResult) => void = () => undefined,
): Promise<Result> {
  const session = new Session(target);
  const started = new Date();
  const result = (found: Pick<Result, 'state' | 'cases'> & { reason?: string; hint?: string }): Result => ({
    reachable: found.state !== 'not reached',
    exitCode: exitCodeOf(found),
    endpoint: target.endpoint,
    version: contract.info.version,
    startedAt: started.toISOString(),
    durationMs: Date.now() - started.getTime(),
    requests: session.sentCount,
    seed: session.seed,
    ...session.secrets.maskAll(found),
  });
  const gate = await firstRequest(session);
  if (gate?.state === 'not reached') return result({ ...gate, cases: [] });
  const results: CaseResult[] = [];
  const tell = (one: CaseResult) => {
    // Findings quote the provider, so all secrets are masked here, however they got there.
    const masked = session.secrets.maskAll(one);
    results.push(masked);
    onResult(masked);
  };
  if (gate) {
    const { foundBy, ...found } = gate;
    const reason = 'the first request was not answered with 200';
    for (const one of cases)
      if (one.id === foundBy) tell(await runCheck(one as Check, session));
      else tell({ ...about(one), outcome: 'not checked', reason, because: 'provider', findings: [], durationMs: 0 });
    return result({ ...found, cases: results });
  }
  const [early, late] = [cases.filter((one) => !isLast(one)), cases.filter(isLast)];
  const running = early.map((one) => runCheck(one as Check, session));
  for (const one of running) tell(await one);
  for (const one of late) tell(await runCheck(one as Check, session));
  const unchecked = results.find(({ outcome, because }) => outcome === 'not checked' && because === 'provider');
  if (!unchecked) return result({ state: 'complete', cases: results });
  return result({ state: 'incomplete', reason: session.stopped ?? unchecked.reason ?? '', cases: results });
}

const isLast = (one: ContractCase) => (one as Partial<Check>).last === true;

interface Gate {
  state: State;
  reason: string;
  hint?: string;
  /** The check that reports it; the others are not made. */
  foundBy?: string;
}

const trustHint = 'trust its CA with --ca FILE or NODE_EXTRA_CA_CERTS';

/** Checks first that the provider responds, and that token, project, cluster and endpoint work. */
async function firstRequest(session: Session): Promise<Gate | undefined> {
  let first: Answer;
  try {
    first = await session.send();
  } catch (error) {
    return { state: 'incomplete', reason: firstLine(error) };
  }
  const { status, failure } = first;
  if (failure?.kind === 'timeout' && status === 0)
    return { state: 'not reached', reason: failure.detail, hint: 'it was connected to: allow more with --timeout' };
  if (failure?.kind === 'unreachable') return { state: 'not reached', reason: failure.detail };
  if (failure?.kind === 'tls' && /trusted|host name|http instead/.test(failure.detail))
    return {
      state: 'inputs refused',
      reason: `it was reached, but ${failure.detail}`,
      ...(/trusted/.test(failure.detail) && { hint: trustHint }),
    };
  if (isThrottling(first)) {
    const after = headerOf(first, 'retry-after');
    const reason = `the first request was answered ${status}${after === undefined ? '' : ` with Retry-After: ${after}`}: the provider throttles`;
    return { state: 'incomplete', reason, hint: 'allow more time with --max-wait' };
  }
  const location = ownRedirect(first, session.target.endpoint);
  if (location !== undefined) {
    const reason = `the documented path is redirected to ${JSON.stringify(location)}, which clients do not follow: nothing else was tested`;
    return { state: 'incomplete', reason, foundBy: 'documented-path' };
  }
  const refusal = refusalOf(first);
  if (!refusal || status !== 401 || session.target.token !== undefined) return refusal;
  return { ...refusal, hint: await hintForSigned(session) };
}

async function hintForSigned(session: Session): Promise<string> {
  const { status } = await session.send(signedWithoutHost);
  if (status === 200) return `a request that is signed without Host is answered: ${hostHint}`;
  return 'are the access key and the clock of this machine right?';
}

const refusals = [400, 401, 403, 404, 405, 407, 410, 511];

function refusalOf(first: Answer): Gate | undefined {
  const { status, body } = first;
  const location = headerOf(first, 'location');
  const html = /^\s*<(!doctype|html|head|body)/i.test(body.toString('latin1', 0, 200));
  const page = html && /html/i.test(headerOf(first, 'content-type') ?? '');
  const redirect = status >= 300 && status < 400 && status !== 304;
  if (!redirect && !refusals.includes(status) && !(page && status === 200)) return undefined;
  const to = location === undefined ? '' : ` to ${show(location)}`;
  const text = page
    ? ' with an HTML page'
    : redirect || body.length === 0
      ? ''
      : ` with ${show(body.toString('utf8', 0, 90))}`;
  const reason = `the first request was answered ${status}${to}${text}: nothing was tested`;
  return { state: 'inputs refused', reason, hint: hintFor(status, { redirect, page, location }) };
}

function hintFor(
  status: number,
  { redirect, page, location }: { redirect: boolean; page: boolean; location: string | undefined },
): string {
  if (redirect && location?.startsWith('https:')) return `is the endpoint ${new URL(location).origin}?`;
  if (redirect || page) return 'is the endpoint right? It seems to lead to a website or a login page';
  if (status === 401) return 'is the token valid, and is it for this project?';
  if (status === 403) return 'is the token for this project, and may its user get certificates?';
  if (status === 404) return 'are project, cluster and endpoint right? The endpoint is given without /api/v3';
  return 'are token, project, cluster and endpoint right?';
}

const about = ({ id, operationId, name, source, binds }: ContractCase) => ({ id, operationId, name, source, binds });

async function runCheck(one: Check, session: Session): Promise<CaseResult> {
  const started = performance.now();
  const outcome = await outcomeOf(one, session);
  return { ...about(one), ...outcome, durationMs: Math.round(performance.now() - started) };
}

async function outcomeOf(
  one: Check,
  session: Session,
): Promise<Pick<CaseResult, 'outcome' | 'reason' | 'because' | 'findings'>> {
  const { target } = session;
  if (missingInputs(one, target).length > 0)
    return { outcome: 'not checked', reason: missingOptions(one, target), because: 'input', findings: [] };
  if (target.safe && one.hostile)
    return { outcome: 'not checked', reason: 'left out of a safe run (--safe)', because: 'input', findings: [] };
  try {
    const findings = await one.judge(session);
    const errors = findings.filter(({ severity }) => severity === 'error');
    const warnings = findings.filter(({ severity }) => severity === 'warning');
    return { outcome: errors.length > 0 ? 'failed' : 'passed', findings: [...errors, ...warnings] };
  } catch (error) {
    if (error instanceof NotOffered) {
      return isRequired(one, target)
        ? { outcome: 'failed', findings: [notOffered(one, error)] }
        : { outcome: 'not offered', reason: firstLine(error), findings: [] };
    }
    if (error instanceof NotChecked)
      return { outcome: 'not checked', reason: firstLine(error), because: error.because, findings: [] };
    return { outcome: 'failed', findings: [unreadable(one.source, error)] };
  }
}

/** If a response makes a check crash, that is a finding: no right provider sends it. */
const unreadable = (source: string, error: unknown): Finding => ({
  severity: 'error',
  where: 'an answer',
  expected: 'one that this check can read',
  received: firstLine(error),
  source,
  request: 'one of this check',
});
