// Checks on the look-ups of the contract, the first calls of clients, where they are offered.
import { assertAnswered, check, expectAll, judgeTwice } from '../check.js';
import type { Operation } from '../contract-schema.js';
import { type Finding, NotChecked, found } from '../finding.js';
import { judgeForm } from '../judge-answer.js';
import { listedClusterCases } from './listed-cluster-cases.js';
import { lookUp, lookUpSource, lookUps, offeredLookUps } from '../look-ups.js';
import type { Answer, Ask, Session } from '../session.js';

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const refusals = [400, 401, 403, 404, 405, 501];

/** Fields may be left out, and live providers write `cluster` for `Cluster`; other fields have the types that clients read. */
const softened = (finding: Finding): Finding =>
  /^(to be there|one of )/.test(finding.expected) ? { ...finding, severity: 'warning' } : finding;

/** Whether a path asks for a token: a page for everybody says nothing of an operation. */
async function isGuarded(session: Session, path: string): Promise<boolean> {
  const { status } = await session.send(lookUp(session, path, { token: null, label: 'of clusters, without a token' }));
  return status === 401 || status === 403;
}

/** A look-up is in no table of the page: missing fields are warnings. */
const formOfLookUps = lookUps.map(({ path, operation }) =>
  check({
    id: kebab(operation.operationId),
    operationId: operation.operationId,
    name: `${operation.operationId} answers as the contract describes it, where it is offered`,
    source: lookUpSource,
    judge: async (session) => {
      const answer = await session.send(lookUp(session, path));
      const isElsewhere = answer.status >= 300 && answer.status < 400;
      if (refusals.includes(answer.status) || isElsewhere) {
        await assertAnswered(session);
        return [];
      }
      if (answer.status === 0 && answer.failure) throw new NotChecked(`no answer (${answer.failure.kind})`);
      const guarded = await isGuarded(session, path);
      return judgeTwice(session, answer, (one) => Promise.resolve(judgeLookUp(session, one, { operation, guarded })));
    },
  }),
);

function judgeLookUp(
  session: Session,
  answer: Answer,
  { operation, guarded }: { operation: Operation; guarded: boolean },
): Finding[] {
  const fault = { where: 'the status', expected: '200', received: String(answer.status), source: lookUpSource };
  const findings =
    answer.status === 200
      ? judgeForm(session, answer, operation).map(softened)
      : session.findingsOf(answer, found(answer.label, [fault]));
  return guarded ? findings : findings.map((one) => ({ ...one, severity: 'warning' }));
}

const closed = (id: string, name: string, asks: (session: Session) => Ask[], statuses: number[], doubtful: number[]) =>
  check({
    id,
    operationId: 'listClusters',
    name: `${name}, where look-ups are offered`,
    source: lookUpSource,
    ...(id.endsWith('project') && { needs: ['otherProjectId'] as const }),
    judge: async (session) => {
      const paths = await offeredLookUps(session);
      const some = paths.flatMap((path) => asks(session).map((ask) => lookUp(session, path, ask)));
      return expectAll(session, some, { statuses, doubtful, source: lookUpSource });
    },
  });

export const lookUpCases = [
  ...formOfLookUps,
  ...listedClusterCases,
  closed(
    'look-ups-without-token',
    'clusters are hidden from callers without a valid token',
    ({ target: { expiredToken: token } }) => [
      { token: null, label: 'of clusters, without a token' },
      { token: '', label: 'of clusters, with an empty token' },
      { token: 'garbage', label: 'of clusters, with a wrong token' },
      ...(token === undefined ? [] : [{ token, label: 'of clusters, with an expired token' }]),
    ],
    [401],
    [400, 403, 404],
  ),
  closed(
    'look-ups-foreign-project',
    'clusters of a project that the token is not for are hidden',
    ({ target: { otherProjectId = '' } }) => [{ projectId: otherProjectId, label: 'of clusters of the other project' }],
    [403, 404],
    [400, 401],
  ),
];
