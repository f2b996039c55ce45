// Checks on the look-ups of the contract, the first calls of clients, where they are offered.
import { assertAnswered, check, expectAll, expectStatus, judgeTwice, together } from '../check.js';
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

export function lookUp(
  { target }: Session,
  path: string,
  { projectId = target.projectId, clusterId = target.clusterId, query, ...more }: Ask & { query?: string } = {},
): Ask {
  const filled = path.replace('{project_id}', projectId).replace('{cluster_id}', clusterId);
  return { label: filled, ...more, path: query === undefined ? filled : `${filled}?${query}`, lookUp: true };
}

export const lookUpSource = 'the contract, look-ups';
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
export async function offeredLookUps(session: Session): Promise<string[]> {
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

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const uidFault = (where: string, expected: string, received: unknown): Fault => ({
  where,
  expected,
  received: show(received),
  source: `${lookUpSource}: clients go by metadata.uid`,
});

/** Two entries of one ID, or an entry without one, lead clients astray. */
function faultsOfList(value: unknown, clusterId: string): Fault[] {
  const ids = itemsOf(value).map(uidOf);
  if (isWhole(value) && !ids.includes(clusterId))
    return [uidFault('items[].metadata.uid', `${clusterId}, a cluster of the project`, ids)];
  const unsorted = ids.findIndex((id, i) => i > 0 && String(id) < String(ids[i - 1]));
  const order: Fault[] =
    unsorted < 0
      ? []
      : [{ ...uidFault(`items[${unsorted}]`, 'clusters sorted by ID', ids[unsorted]), severity: 'warning' }];
  const faults = ids.flatMap((id, i) => {
    const where = `items[${i}].metadata.uid`;
    if (typeof id !== 'string' || id === '') return [uidFault(where, 'the ID of a cluster', id)];
    return ids.indexOf(id) === i ? [] : [uidFault(where, 'an ID of its own', `${id} twice`)];
  });
  return [...faults, ...order];
}

const clusterList = '/api/v3/projects/{project_id}/clusters';
export const oneCluster = `${clusterList}/{cluster_id}`;
const mostListed = 4;

/** Of a list; none if it is none. */
const itemsOf = (value: unknown): unknown[] =>
  isObject(value) && Array.isArray(value['items']) ? (value['items'] as unknown[]) : [];

/** One that is being made or deleted may be found by one look-up and not by the other. */
function isSettled(item: unknown): boolean {
  const status = isObject(item) ? item['status'] : undefined;
  const phase = isObject(status) ? status['phase'] : undefined;
  return typeof phase !== 'string' || phase === 'Available';
}

const nameIn = (value: unknown): unknown =>
  isObject(value) && isObject(value['metadata']) ? value['metadata']['name'] : undefined;

/** Both look-ups tell of the same cluster under the same ID, and the list takes filters. */
async function listedAlike(session: Session): Promise<Finding[]> {
  const offered = await offeredLookUps(session);
  if (!offered.includes(clusterList)) return [];
  const list = await session.send(lookUp(session, clusterList));
  const filtered = lookUp(session, clusterList, { query: 'detail=true', label: 'of clusters, with a filter' });
  const findings = await expectStatus(session, filtered, { statuses: [200], doubtful: [400], source: lookUpSource });
  if (!offered.includes(oneCluster)) return findings;
  const { clusterId } = session.target;
  const item = itemsOf(bodyOf(list).value).find((one) => uidOf(one) === clusterId);
  const { value } = bodyOf(await session.send(lookUp(session, oneCluster)));
  const [listed, name] = [item, value].map(nameIn);
  if (item === undefined || name === undefined || listed === name) return findings;
  const fault: Fault = {
    where: 'items[].metadata.name',
    expected: `${show(name)}, as getCluster has it for ${clusterId}`,
    received: show(listed),
    source: `${lookUpSource}: clients go by metadata.uid`,
  };
  return [...findings, ...session.findingsOf(list, found(list.label, [fault]))];
}

/** A cluster that is listed and not found is none of the project. */
async function listedInVain(session: Session): Promise<Finding[]> {
  const offered = await offeredLookUps(session);
  if (![clusterList, oneCluster].every((path) => offered.includes(path))) return [];
  const { value } = bodyOf(await session.send(lookUp(session, clusterList)));
  const ids = itemsOf(value)
    .filter(isSettled)
    .map(uidOf)
    .filter((id) => typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id)) as string[];
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
        const faults =
          isOne && id !== clusterId ? [uidFault('metadata.uid', clusterId, id)] : faultsOfList(value, clusterId);
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
    return together(...findings, listedInVain(session), listedAlike(session));
  },
});

/** Pages of a list have further members. */
const isWhole = (value: unknown) =>
  isObject(value) &&
  Array.isArray(value['items']) &&
  Object.keys(value).every((name) => ['kind', 'apiVersion', 'items'].includes(name));

/** The IDs of a whole list. */
const listed = (value: unknown): unknown[] => (isWhole(value) ? itemsOf(value).map(uidOf) : []);

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
