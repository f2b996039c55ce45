// Checks on the addresses of a cluster: the look-up and the kubeconfig tell of the same.
import { check } from '../check.js';
import { type Fault, type Finding, found, show } from '../finding.js';
import { open } from '../good-answers.js';
import { isObject, lookUp, lookUpSource, offeredLookUps, oneCluster } from '../look-ups.js';
import type { Ask, Session } from '../session.js';
import { bodyOf } from '../strict-json.js';

const source = `${lookUpSource}; Table 4, name; Table 5, server`;

interface Place {
  ask: Ask;
  /** By the look-up. */
  internal?: string;
  external?: string;
}

/** The clusters of the target that both calls answer for. */
async function places(session: Session): Promise<Place[]> {
  const { clusterId, eipClusterId, otherClusterId } = session.target;
  const others = new Set([eipClusterId, otherClusterId].filter((id) => id !== undefined && id !== clusterId));
  const asks: Ask[] = [{}, ...[...others].map((id): Ask => ({ clusterId: id as string }))];
  const found = asks.map(async (ask) => {
    const answer = await session.send(lookUp(session, oneCluster, ask));
    return answer.status === 200 ? [{ ask, ...addressesIn(bodyOf(answer).value) }] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Clients read an entry for each address, or all of them in the first one. */
function addressesIn(cluster: unknown): Omit<Place, 'ask'> {
  const status = isObject(cluster) ? cluster['status'] : undefined;
  const list = isObject(status) ? status['endpoints'] : undefined;
  const endpoints = (Array.isArray(list) ? (list as unknown[]) : []).filter(isObject);
  const [first = {}] = endpoints;
  const byType = (type: string) => endpoints.find((one) => one['type'] === type)?.['url'];
  const written = (...values: unknown[]) => values.find((one) => typeof one === 'string' && one !== '') as string;
  return {
    internal: written(byType('Internal'), first['internal']),
    external: written(byType('External'), first['external']),
  };
}

async function judgePlace(session: Session, place: Place, all: readonly Place[]): Promise<Finding[]> {
  const answer = await session.send(place.ask);
  const clusters = open(session, answer)?.kubeconfig.clusters;
  if (!clusters) return [];
  const faults: Fault[] = [];
  if (place.external !== undefined && !clusters.some(({ name }) => name === 'externalCluster'))
    faults.push({
      where: 'clusters[].name',
      expected: `externalCluster, since getCluster has the public address ${show(place.external)}`,
      received: clusters.map(({ name }) => show(name)).join(', '),
      source,
    });
  const server = clusters.find(({ name }) => name === 'internalCluster')?.cluster?.['server'];
  // Clusters in networks of their own may have the same private address.
  const isForeign = server !== place.internal && all.some((other) => other !== place && other.internal === server);
  if (place.internal !== undefined && server !== undefined && isForeign)
    faults.push({
      where: 'internalCluster.server',
      expected: `the address of this cluster, by getCluster ${show(place.internal)}`,
      received: `the one of another cluster, ${show(server)}`,
      source,
    });
  return session.findingsOf(answer, found(answer.label, faults));
}

export const endpointCases = [
  check({
    id: 'addresses-of-the-look-up',
    operationId: 'getCluster',
    name: 'a kubeconfig has the addresses of its own cluster, where look-ups are offered',
    source,
    judge: async (session) => {
      if (!(await offeredLookUps(session)).includes(oneCluster)) return [];
      const all = await places(session);
      return (await Promise.all(all.map((place) => judgePlace(session, place, all)))).flat();
    },
  }),
];
