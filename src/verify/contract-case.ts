// The form of a case, and what most cases are made of: ask, look at the status, look at the answer.
import { type Operation, operationAt } from './contract-schema.js';
import { type Finding, NotChecked, distinct, found } from './finding.js';
import { certPath, judgeAnswer } from './judge-answer.js';
import { type Answer, type Ask, type Session, sessionOf } from './session.js';
import type { Input, Target } from './target.js';

export interface RunOptions {
  /** Hears of what is no error. */
  warn?: (finding: Finding) => void;
}

/** One rule of the contract, ready to be run against any provider. */
export interface ContractCase {
  operationId: string;
  /** A true sentence about a provider that keeps the rule. */
  name: string;
  /** Where the rule stands: table and row of the API page, RFC, rule of Kubernetes. */
  source: string;
  /** Optional inputs of the target without which it cannot run. */
  needs: readonly Input[];
  /**
   * Resolves to what the provider breaks; empty when it passes. Rejects with NotChecked where no verdict is possible,
   * and when an input is missing.
   */
  run(target: Target, options?: RunOptions): Promise<Finding[]>;
}

/** The table of the API page under which a case is shown. */
export function groupOf({ source }: Pick<ContractCase, 'source'>): string {
  return /^Table \d+/.exec(source)?.[0] ?? 'Beside the tables';
}

/** In the order of the tables; what is beside them comes last. */
export function byTable<Case extends Pick<ContractCase, 'source'>>(cases: readonly Case[]): Case[] {
  const numberOf = (one: Case) => Number(/\d+/.exec(groupOf(one))?.[0] ?? Infinity);
  return [...cases].sort((one, other) => (numberOf(one) === numberOf(other) ? 0 : numberOf(one) - numberOf(other)));
}

/** The inputs of a case that a target lacks. */
export function missingInputs({ needs }: ContractCase, target: Target): Input[] {
  return needs.filter((input) => target[input] === undefined);
}

/** @internal */
export interface Definition {
  operationId?: string;
  name: string;
  source: string;
  needs?: readonly Input[];
  judge: (session: Session) => Promise<Finding[]>;
}

/**
 * A case out of its definition: refuses without its inputs, tells warnings from errors.
 * @internal
 */
export function contractCase({
  operationId = 'getClusterCert',
  needs = [],
  judge,
  ...about
}: Definition): ContractCase {
  const definition: ContractCase = {
    ...about,
    operationId,
    needs,
    run: async (target, { warn } = {}) => {
      const missing = missingInputs(definition, target);
      if (missing.length > 0) throw new NotChecked(`needs ${missing.join(', ')}`);
      const findings = distinct(await judge(sessionOf(target)));
      for (const finding of findings) if (finding.severity === 'warning') warn?.(finding);
      return findings.filter(({ severity }) => severity === 'error');
    },
  };
  return definition;
}

/** @internal */
export interface Expectation {
  statuses: readonly number[];
  source: string;
  /** Statuses that are right, but worth a word. */
  doubtful?: readonly number[];
  operation?: Operation | undefined;
}

/**
 * Sends a request and judges the answer: its status and all that holds for every answer.
 * @internal
 */
export async function expectStatus(session: Session, ask: Ask, expectation: Expectation): Promise<Finding[]> {
  const answer = await session.send(ask);
  return judgeStatus(session, answer, expectation);
}

/** @internal */
export async function judgeStatus(session: Session, answer: Answer, expectation: Expectation): Promise<Finding[]> {
  const { statuses, source, doubtful = [], operation = operationAt(certPath, answer.sent.method) } = expectation;
  await assertReachable(session, answer);
  const findings = judgeAnswer(session, answer, operation);
  if (answer.failure && answer.status === 0) return findings;
  if (statuses.includes(answer.status)) return findings;
  if (answer.status === 429 && findings.length > 0) return findings;
  if (answer.status === 429) throw new NotChecked('the provider answers 429: too many requests');
  const severity = doubtful.includes(answer.status) ? 'warning' : undefined;
  const expected = statuses.join(' or ');
  return [
    ...found(answer.label, [
      { where: 'the status', expected, received: String(answer.status), source, ...(severity && { severity }) },
    ]),
    ...findings,
  ];
}

/**
 * A provider that cannot be reached or does not answer at all has no rule to be judged by but that one.
 * @internal
 */
export async function assertReachable(session: Session, answer?: Answer): Promise<void> {
  const base = await session.send();
  if (base === answer || (answer && answer.label === 'GET')) return;
  if (base.status === 0) throw new NotChecked(`the first request had no answer (${base.failure?.kind ?? 'no status'})`);
}

/**
 * What is refused beside may be refused for the token or the cluster, unless these are good for the first request.
 * @internal
 */
export async function assertAnswered(session: Session): Promise<void> {
  await assertReachable(session);
  if ((await session.send()).status !== 200) throw new NotChecked('the first request was not answered with 200');
}
