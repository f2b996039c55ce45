// The form of a check, and the row form of most checks: requests to send, statuses to expect.
import { type Binding, bindingOf } from './binding.js';
import { headerOf } from './exchange.js';
import { type Fault, type Finding, NotChecked, NotOffered, distinct, found, show } from './finding.js';
import { judgeRefusal, judgeSilence } from './judge-answer.js';
import { isThrottling } from './pace.js';
import { type Answer, type Ask, Session } from './session.js';
import { type Input, type Target, hasInput, optionOf } from './target.js';

export interface RunOptions {
  /** Receives warnings. */
  warn?: (finding: Finding) => void;
}

/** One rule of the contract, ready to be run against any provider. */
export interface ContractCase {
  /** Stable: baselines and selections name checks by it. */
  id: string;
  operationId: string;
  /** A true sentence about a provider that keeps the rule. */
  name: string;
  /** The source of the rule: table and row of the API page, RFC, rule of Kubernetes. */
  source: string;
  /** How far the source binds a provider. */
  binds: Binding;
  /** Optional inputs of the target without which it cannot run. */
  needs: readonly Input[];
  /** Sends requests that no client sends; left out of a safe run. */
  hostile: boolean;
  /**
   * Resolves to the findings; empty when the provider passes, and when it does not offer an optional operation. Rejects
   * with NotChecked where no verdict is possible, and when an input is missing.
   */
  run(target: Target, options?: RunOptions): Promise<Finding[]>;
}

/** The table of the API page under which a check is shown. */
export function groupOf({ source }: Pick<ContractCase, 'source'>): string {
  return /^Table \d+/.exec(source)?.[0] ?? 'Other rules';
}

/** In the order of the tables; other rules come last. */
export function byTable<Case extends Pick<ContractCase, 'source'>>(cases: readonly Case[]): Case[] {
  const numberOf = (one: Case) => Number(/\d+/.exec(groupOf(one))?.[0] ?? Infinity);
  return [...cases].sort((one, other) => (numberOf(one) === numberOf(other) ? 0 : numberOf(one) - numberOf(other)));
}

/**
 * The inputs of a check that a target lacks.
 *
 * @example
 * import { contractCases, missingInputs, optionOf } from 'cce-clustercert/verify';
 *
 * const target = { endpoint: 'http://127.0.0.1:8080', projectId: '…', clusterId: '…', token: '…' };
 * for (const one of contractCases)
 *   console.log(one.id, missingInputs(one, target).map((input) => optionOf[input]));
 */
export function missingInputs({ needs }: Pick<ContractCase, 'needs'>, target: Target): Input[] {
  return needs.filter((input) => !hasInput(target, input));
}

/** The same for people: the options of these inputs. */
export const missingOptions = (one: Pick<ContractCase, 'needs'>, target: Target): string =>
  `give ${missingInputs(one, target)
    .map((input) => optionOf[input])
    .join(', ')}`;

export interface Definition {
  id: string;
  operationId?: string;
  name: string;
  source: string;
  /**
   * How far the source binds. `open`: the documents leave it to the provider, so that findings are warnings at most,
   * except leaked secrets.
   */
  binds?: 'open';
  needs?: readonly Input[];
  hostile?: true;
  /** Is about the run as a whole and waits for all others. */
  last?: true;
  judge: (session: Session) => Promise<Finding[]>;
}

/** A check with its implementation, for a run. */
export interface Check extends ContractCase {
  last: boolean;
  judge: (session: Session) => Promise<Finding[]>;
}

const isLeak = ({ received }: Pick<Finding, 'received'>) => /echoed|leaked/.test(received);

/** Makes a check from its definition. */
export function check(definition: Definition): Check {
  const {
    operationId = 'getClusterCert',
    needs = [],
    hostile = false,
    last = false,
    binds,
    judge,
    ...about
  } = definition;
  const made: Check = {
    ...about,
    operationId,
    needs,
    hostile,
    last,
    binds: bindingOf({ source: about.source, operationId, ...(binds && { binds }) }),
    judge: async (session) => {
      const findings = distinct(await judge(session));
      return binds === 'open'
        ? findings.map((one) => (isLeak(one) ? one : { ...one, severity: 'warning' as const }))
        : findings;
    },
    run: (target, options) => runAlone(made, target, options),
  };
  return made;
}

const sessions = new WeakMap<Target, Session>();

/** Checks that are run one by one share responses; running one again starts a new session. */
function sessionFor({ id }: Check, target: Target): Session {
  const known = sessions.get(target);
  const session = known && !known.ran.has(id) ? known : new Session(target);
  sessions.set(target, session);
  session.ran.add(id);
  return session;
}

async function runAlone(one: Check, target: Target, { warn }: RunOptions = {}): Promise<Finding[]> {
  if (missingInputs(one, target).length > 0) throw new NotChecked(missingOptions(one, target), 'input');
  try {
    const findings = await one.judge(sessionFor(one, target));
    for (const finding of findings) if (finding.severity === 'warning') warn?.(finding);
    return findings.filter(({ severity }) => severity === 'error');
  } catch (error) {
    if (!(error instanceof NotOffered)) throw error;
    return isRequired(one, target) ? [notOffered(one, error)] : [];
  }
}

/** Whether the target requires the operation of the check. */
export const isRequired = ({ operationId }: ContractCase, { require = [] }: Target) =>
  require.some((one) => one === operationId);

export const notOffered = ({ source }: ContractCase, error: NotOffered): Finding => ({
  severity: 'error',
  where: 'the operation',
  expected: 'to be offered, as the run requires',
  received: error.message,
  source,
  request: 'POST',
});

export interface Expectation {
  statuses: readonly number[];
  source: string;
  /** Statuses that are right, but worth a warning. */
  doubtful?: readonly number[];
}

/** A check in one row: these requests are sent, and each must be answered with one of those statuses. */
export function row({
  asks,
  statuses,
  doubtful,
  ...definition
}: Omit<Definition, 'judge'> &
  Pick<Expectation, 'statuses' | 'doubtful'> & { asks: (session: Session) => readonly Ask[] }): Check {
  const expectation = { statuses, source: definition.source, ...(doubtful && { doubtful }) };
  return check({ ...definition, judge: (session) => expectAll(session, asks(session), expectation) });
}

/** Sends all requests and checks each response. */
export async function expectAll(session: Session, asks: readonly Ask[], expectation: Expectation): Promise<Finding[]> {
  return (await Promise.all(asks.map((ask) => expectStatus(session, ask, expectation)))).flat();
}

/** Sends a request and checks the status. Rules for every response have checks of their own. */
export async function expectStatus(session: Session, ask: Ask, expectation: Expectation): Promise<Finding[]> {
  return judgeTwice(session, await session.send(ask), (answer) => judgeStatus(session, answer, expectation));
}

/** The findings of several expectations, whose requests go out together. */
export async function together(...findings: Promise<Finding[]>[]): Promise<Finding[]> {
  return (await Promise.all(findings)).flat();
}

/** A check of its own reports a response that is wrong first and right when requested again, as intermittent. */
export async function judgeTwice(
  session: Session,
  answer: Answer,
  judge: (answer: Answer) => Promise<Finding[]>,
): Promise<Finding[]> {
  const findings = await judge(answer);
  const error = findings.find(({ severity }) => severity === 'error');
  if (!error || answer.ask.agent || answer.failure?.kind === 'timeout') return findings;
  const again = await session
    .again(answer.ask)
    .then(judge)
    .catch(() => findings);
  if (again.some(({ severity }) => severity === 'error')) return findings;
  session.intermittent.push({
    request: answer.label,
    what:
      error.where === 'the status' && answer.status >= 500
        ? String(answer.status)
        : `${error.where}: expected ${error.expected}, received ${error.received}`,
  });
  return again;
}

export async function judgeStatus(session: Session, answer: Answer, expectation: Expectation): Promise<Finding[]> {
  const { statuses, source, doubtful = [] } = expectation;
  await assertReachable(session, answer);
  const { status } = answer;
  if (isThrottling(answer)) throw new NotChecked(`the provider answers ${status}: it throttles`);
  if (status === 0 && session.slow.has(answer.label)) throw new NotChecked(`no answer in time (${answer.label})`);
  if (answer.ask.foreign) return judgeRefusal(session, answer, expectation);
  if (status === 0) return judgeSilence(session, answer);
  if (statuses.includes(status)) return [];
  const severity = doubtful.includes(status) ? ('warning' as const) : undefined;
  const fault: Fault = { where: 'the status', expected: statuses.join(' or '), received: statusOf(answer), source };
  return session.findingsOf(answer, found(answer.label, [{ ...fault, ...(severity && { severity }) }]));
}

/** A redirect is named with where it leads. */
function statusOf(answer: Answer): string {
  const location = headerOf(answer, 'location');
  const leads = answer.status >= 300 && answer.status < 400 && location !== undefined;
  return leads ? `${answer.status} to ${show(location)}` : String(answer.status);
}

/** A provider that does not respond at all is reported once, and nothing else. */
export async function assertReachable(session: Session, answer?: Answer): Promise<void> {
  const base = await session.send();
  if (base === answer || (answer && answer.label === 'GET')) return;
  if (base.status === 0) throw new NotChecked(`the first request had no answer (${base.failure?.kind ?? 'no status'})`);
}

/** Without a success of the first request, others may be refused because of the token or the cluster. */
export async function assertAnswered(session: Session): Promise<void> {
  await assertReachable(session);
  if ((await session.send()).status !== 200) throw new NotChecked('the first request was not answered with 200');
}
