// Checks on the look-ups of the contract, the first calls of clients, where they are offered.
import { assertAnswered, check, expectAll } from '../check.js';
import { type Operation, contract } from '../contract-schema.js';
import { NotChecked, found } from '../finding.js';
import { judgeForm } from '../judge-answer.js';
import type { Ask, Session } from '../session.js';

interface PathItem {
  get?: Operation;
}

const lookUps = Object.entries(contract.paths).flatMap(([path, item]) => {
  const operation = (item as PathItem).get;
  return operation && !path.endsWith('/clustercert') ? [{ path, operation }] : [];
});

function lookUp({ target }: Session, path: string, { projectId = target.projectId, ...more }: Ask = {}): Ask {
  const filled = path.replace('{project_id}', projectId).replace('{cluster_id}', target.clusterId);
  return { label: filled, ...more, path: filled, lookUp: true };
}

const lookUpSource = 'the contract, look-ups';
const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A look-up is in no table of the page, so faults of its form are warnings at most. */
const formOfLookUps = lookUps.map(({ path, operation }) =>
  check({
    id: kebab(operation.operationId),
    operationId: operation.operationId,
    name: `${operation.operationId} answers as the contract describes it, where it is offered`,
    source: lookUpSource,
    binds: 'open',
    judge: async (session) => {
      const answer = await session.send(lookUp(session, path));
      if ([400, 401, 403, 404, 405, 501].includes(answer.status)) {
        await assertAnswered(session);
        return [];
      }
      if (answer.status === 0 && answer.failure) throw new NotChecked(`no answer (${answer.failure.kind})`);
      if (answer.status === 200) return judgeForm(session, answer, operation);
      const fault = { where: 'the status', expected: '200', received: String(answer.status), source: lookUpSource };
      return session.findingsOf(answer, found(answer.label, [fault]));
    },
  }),
);

/** The look-ups that the run's token may make. */
async function offeredLookUps(session: Session): Promise<string[]> {
  const answers = await Promise.all(lookUps.map(({ path }) => session.send(lookUp(session, path))));
  return lookUps.flatMap(({ path }, i) => (answers[i]?.status === 200 ? path : []));
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
  closed(
    'look-ups-without-token',
    'clusters are hidden from callers without a valid token',
    () => [
      { token: null, label: 'of clusters, without a token' },
      { token: 'garbage', label: 'of clusters, with a wrong token' },
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
