// Checks on what the look-ups say of a cluster: the list and the look-up of one agree, and tell of the project's alone.
import { check, expectAll, expectStatus, judgeTwice, together } from '../check.js';
import { type Fault, type Finding, found, show } from '../finding.js';
import {
  clusterList,
  isObject,
  isWhole,
  itemsOf,
  listed,
  lookUp,
  lookUpSource,
  offeredLookUps,
  oneCluster,
  uidOf,
} from '../look-ups.js';
import type { Answer, Session } from '../session.js';
import { bodyOf } from '../strict-json.js';

const uidFault = (where: string, expected: string, received: unknown): Fault => ({
  where,
  expected,
  received: show(received),
  source: `${lookUpSource}: clients go by metadata.uid`,
});

const missingIn = (ids: unknown[], clusterId: string) =>
  uidFault('items[].metadata.uid', `${clusterId}, a cluster of the project`, ids);

/** Two entries of one ID, or an entry without one, lead clients astray. */
function faultsOfList(value: unknown, clusterId: string): Fault[] {
  const ids = itemsOf(value).map(uidOf);
  if (isWhole(value) && !ids.includes(clusterId)) return [missingIn(ids, clusterId)];
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

const mostListed = 4;

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

/** A cluster that getCluster finds is one of the list. */
async function foundAndNotListed(session: Session): Promise<Finding[]> {
  const list = await session.send(lookUp(session, clusterList));
  const ids = listed(bodyOf(list).value);
  if (!ids.includes(session.target.clusterId)) return [];
  const { eipClusterId, otherClusterId } = session.target;
  const others = [eipClusterId, otherClusterId].filter((id) => id !== undefined && !ids.includes(id)) as string[];
  const faults = others.map(async (clusterId) => {
    const { status, body } = await session.send(lookUp(session, oneCluster, { clusterId }));
    return status === 200 && uidOf(bodyOf({ body }).value) === clusterId ? [missingIn(ids, clusterId)] : [];
  });
  return session.findingsOf(list, found(list.label, (await Promise.all(faults)).flat()));
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
    return together(...findings, listedInVain(session), foundAndNotListed(session), listedAlike(session));
  },
});

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

export const listedClusterCases = [ownCluster, strangers];
