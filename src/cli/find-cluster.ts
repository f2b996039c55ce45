// Finds a cluster's ID by its name, and fetches the certificates by the ID.
import { createClusterCert, getCluster, getClusterCert, listClusters } from '../../generated/client.js';
import { parameterPatterns } from '../../generated/parameters.js';
import { isRefusal, orThrow } from '../client/or-throw.js';
import { ClusterCertError, quoted } from '../errors.js';
import type { Kubeconfig } from '../kubeconfig/assemble-kubeconfig.js';
import { readKubeconfig } from '../kubeconfig/read-kubeconfig.js';
import type { Connection } from './connect.js';

// Nobody reads more names in one line.
const namesShown = 20;

/** The ID of a cluster that is given by ID or name. Throws `not_found` with the existing names. */
export async function findCluster(connection: Connection, given: string): Promise<string> {
  if (parameterPatterns.cluster_id.test(given)) return given;
  const { projectId } = connection;
  const clusters = await list(connection);
  const [found, ...others] = clusters.filter(({ name }) => name === given);
  if (found && others.length === 0) return found.id;
  const shown = found ? [found, ...others] : clusters;
  const names = shown.slice(0, namesShown).map(({ name, id }) => `${name} (${id})`);
  const listed =
    names.length < shown.length ? `${names.join(', ')} and ${shown.length - names.length} more` : names.join(', ');
  throw new ClusterCertError(
    'not_found',
    found
      ? `several clusters are called ${quoted(given)}; give the ID of one: ${listed}`
      : `project ${projectId} has no cluster ${quoted(given)}; it has ${listed || 'none'}`,
  );
}

/** The names of all clusters of the project. */
export async function listNames(connection: Connection): Promise<string[]> {
  return (await list(connection)).map(({ name }) => name);
}

async function list(connection: Connection): Promise<{ name: string; id: string }[]> {
  const path = { project_id: connection.projectId };
  return readList(await orThrow(listClusters(connection.client, { params: { path }, ...limits(connection) })));
}

/** The name of a cluster; its ID if the provider gives no name. */
export async function nameOfCluster(connection: Connection, clusterId: string): Promise<string> {
  const { client, projectId } = connection;
  const path = { project_id: projectId, cluster_id: clusterId };
  const { data } = await getCluster(client, { params: { path }, ...limits(connection) }).catch(() => ({
    data: undefined,
  }));
  const { name } = (data?.metadata ?? {}) as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : clusterId;
}

/**
 * A cluster's certificates: by POST if a number of days is given, else by GET. Throws like `orThrow`, and `unavailable`
 * for a response that is no kubeconfig.
 */
export async function fetchCertificates(
  connection: Connection,
  clusterId: string,
  { durationDays }: { durationDays?: number | undefined } = {},
): Promise<Kubeconfig> {
  const { client, projectId } = connection;
  const init = { params: { path: { project_id: projectId, cluster_id: clusterId } }, ...limits(connection) };
  if (durationDays === undefined) return readKubeconfig(await orThrow(getClusterCert(client, init)));
  return readKubeconfig(await orThrow(createClusterCert(client, { ...init, body: { duration: durationDays } })));
}

/** Whether a POST was refused because the provider has none. For a missing cluster, the error has a CCE code. */
export function lacksPost(error: unknown): boolean {
  if (isRefusal(error, 405) || isRefusal(error, 501)) return true;
  return isRefusal(error, 404) && error.errorCode?.startsWith('CCE') !== true;
}

/** For a whole call, repetitions included. */
function limits({ timeoutMs }: Connection) {
  return { signal: AbortSignal.timeout(timeoutMs) };
}

function readList(answer: { items: unknown } | null): { name: string; id: string }[] {
  const items = Array.isArray(answer?.items) ? (answer.items as unknown[]) : undefined;
  if (!items) throw new ClusterCertError('unavailable', "the provider's response is not a list of clusters");
  return items.flatMap((item) => {
    const { metadata } = (item ?? {}) as { metadata?: { name?: unknown; uid?: unknown } };
    const { name, uid: id } = metadata ?? {};
    return typeof name === 'string' && typeof id === 'string' ? [{ name, id }] : [];
  });
}
