// Checks on the look-ups of the contract, the first calls of clients, where they are offered.
import { assertAnswered, check, expectAll, expectStatus, judgeTwice } from '../check.js';
import { type Operation, contract } from '../contract-schema.js';
import { type Fault, type Finding, NotChecked, found, show } from '../finding.js';
import { judgeForm } from '../judge-answer.js';
import type { Answer, Ask, Session } from '../session.js';
import { bodyOf } from '../strict-json.js';

interface PathItem {
  get?: Operation;
}

const lookUps = Object.entries(contract.paths).flatMap(([path, item]) => {
  const operation = (item as PathItem).get;
  return operation && !path.endsWith('/clustercert') ? [{ path, operation }] : [];
});

function lookUp(
  { target }: Session,
  path: string,
  { projectId = target.projectId, clusterId = target.clusterId, ...more }: Ask = {},
): Ask {
  const filled = path.replace('{project_id}', projectId).replace('{cluster_id}', clusterId);
  return { label: filled, ...more, path: filled, lookUp: true };
}

const lookUpSource = 'the contract, look-ups';
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

/** The look-ups that the run's token may make. */
async function offeredLookUps(session: Session): Promise<string[]> {
  const answers = await Promise.all(lookUps.map(({ path }) => session.send(lookUp(session, path))));
  return lookUps.flatMap(({ path }, i) =>
    answers[i]?.status === 200 && isObject(bodyOf(answers[i]).value) ? path : [],
  );
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

const uidOf = (value: unknown): unknown =>
  isObject(value) && isObject(value['metadata']) ? value['metadata']['uid'] : undefined;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const uidFault = (where: string, expected: string, received: unknown): Fault => ({
  where,
  expected,
  received: show(received),
  source: `${lookUpSource}: clients go by metadata.uid`,
});

/** Two entries of one ID, or an entry without one, lead clients astray. */
function faultsOfList(value: unknown): Fault[] {
  const items = isObject(value) && Array.isArray(value['items']) ? (value['items'] as unknown[]) : [];
  const ids = items.map(uidOf);
  return ids.flatMap((id, i) => {
    const where = `items[${i}].metadata.uid`;
    if (typeof id !== 'string' || id === '') return [uidFault(where, 'the ID of a cluster', id)];
    return ids.indexOf(id) === i ? [] : [uidFault(where, 'an ID of its own', `${id} twice`)];
  });
}

const clusterList = '/api/v3/projects/{project_id}/clusters';
const oneCluster = `${clusterList}/{cluster_id}`;
const mostListed = 4;

/** A cluster that is listed and not found is none of the project. */
async function listedInVain(session: Session): Promise<Finding[]> {
  const offered = await offeredLookUps(session);
  if (![clusterList, oneCluster].every((path) => offered.includes(path))) return [];
  const { value } = bodyOf(await session.send(lookUp(session, clusterList)));
  const items = isObject(value) && Array.isArray(value['items']) ? (value['items'] as unknown[]) : [];
  const ids = items.map(uidOf).filter((id) => typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id)) as string[];
  const asks = ids
    .filter((id) => id !== session.target.clusterId)
    .slice(0, mostListed)
    .map((clusterId) => lookUp(session, oneCluster, { clusterId, label: 'of a listed cluster, by getCluster' }));
  const answers = await Promise.all(asks.map((ask) => session.send(ask)));
  return answers
    .filter(({ status }) => status === 404)
    .flatMap((answer) => {
      const fault = uidFault('items[].metadata.uid', 'clusters of the project, which getCluster finds', '404');
      return session.findingsOf(answer, found(answer.label, [fault]));
    });
}

const ownCluster = check({
  id: 'look-ups-of-the-cluster',
  operationId: 'getCluster',
  name: 'look-ups find the cluster that was asked for and no other, where they are offered',
  source: lookUpSource,
  judge: async (session) => {
    const { clusterId } = session.target;
    const findings = (await offeredLookUps(session)).map(async (path) => {
      const judge = (answer: Answer) => {
        const { value } = bodyOf(answer);
        const id = uidOf(value);
        const isOne = path.endsWith('{cluster_id}');
        const faults = isOne && id !== clusterId ? [uidFault('metadata.uid', clusterId, id)] : faultsOfList(value);
        return Promise.resolve(session.findingsOf(answer, found(answer.label, faults)));
      };
      const unknown = {
        clusterId: '00000000-0000-4000-8000-00000000dead',
        label: 'of an unknown cluster, by getCluster',
      };
      return [
        ...(await judgeTwice(session, await session.send(lookUp(session, path)), judge)),
        ...(path.endsWith('{cluster_id}')
          ? await expectStatus(session, lookUp(session, path, unknown), {
              statuses: [404],
              doubtful: [400, 401, 403],
              source: lookUpSource,
            })
          : []),
      ];
    });
    return [...(await Promise.all(findings)).flat(), ...(await listedInVain(session))];
  },
});

/** The IDs of a whole list: pages of one have further members. */
function listed(value: unknown): unknown[] {
  if (!isObject(value) || !Array.isArray(value['items'])) return [];
  const isWhole = Object.keys(value).every((name) => ['kind', 'apiVersion', 'items'].includes(name));
  return isWhole ? (value['items'] as unknown[]).map(uidOf) : [];
}

/** A list shows which clusters are the project's: one that it lacks is another project's. */
const strangers = check({
  id: 'clusters-of-the-project',
  operationId: 'listClusters',
  name: 'a cluster that the list of the project lacks is not answered, where look-ups are offered',
  source: `${lookUpSource}; Table 1, project_id`,
  needs: ['otherClusterId'],
  judge: async (session) => {
    const { clusterId, eipClusterId, otherClusterId = '' } = session.target;
    const ids = listed(bodyOf(await session.send(lookUp(session, clusterList))).value);
    // Two known clusters in it show that it is a list of what the token may have.
    if (eipClusterId === undefined || eipClusterId === clusterId || ids.includes(otherClusterId)) return [];
    if (![clusterId, eipClusterId].every((id) => ids.includes(id))) return [];
    const other = { clusterId: otherClusterId, label: 'of the other cluster' };
    const isOffered = (await offeredLookUps(session)).includes(oneCluster);
    const asks = [
      other,
      ...(isOffered ? [lookUp(session, oneCluster, { ...other, label: `${other.label}, by getCluster` })] : []),
    ];
    return expectAll(session, asks, {
      statuses: [403, 404],
      doubtful: [400, 401],
      source: `${lookUpSource}; Table 1, project_id`,
    });
  },
});

export const lookUpCases = [
  ...formOfLookUps,
  ownCluster,
  strangers,
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
