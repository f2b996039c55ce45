// The cluster of a command of revocation: one of --data, or of the management cluster whose revocations --data keeps.
import type { ClusterSummary } from '../registry/cluster-registry.js';
import type { DataStore } from '../registry/data-store.js';
import { ClusterCertError, quoted } from '../errors.js';
import type { Io } from './command.js';
import { dataOption, withData, withExistingData } from './data-folder.js';
import { managementOptions, readManagement } from './kubernetes-options.js';
import type { ValuesOf } from './options.js';

/** The positional of each command of revocation. */
export const revocableOptions = { ...managementOptions, ...dataOption };

export const revocableCluster = { name: 'CLUSTER', help: 'its ID, as cluster list or the API shows it' };

/**
 * Finds the cluster, and opens the store of its revocations while a function uses it. Throws `not_found` for a cluster
 * that does not exist.
 */
export async function withRevocable<Result>(
  id: string,
  values: ValuesOf<typeof revocableOptions>,
  io: Io,
  use: (found: ClusterSummary, store: DataStore) => Promise<Result>,
): Promise<Result> {
  const place = { data: values.data, keyFile: values['key-file'] };
  const warn = (message: string) => io.stderr.write(`warning: ${message}\n`);
  const kubernetes = await readManagement(values, { environment: io.environment, warn });
  if (!kubernetes) {
    return withData(place, async (store) => {
      const found = await store.clusters.get(id);
      if (!found) throw unknownCluster(id);
      return use(found, store);
    });
  }
  const found = await kubernetes.clusters.findRecordAnywhere(id).finally(() => kubernetes.close());
  if (!found)
    throw new ClusterCertError(
      'not_found',
      `cluster ${quoted(id)} does not exist in the management cluster, or belongs to no project there`,
    );
  // The provider has created its place; in another one, a revocation would stop nothing.
  return withExistingData(place, (store) => use(found, store));
}

export function unknownCluster(id: string): ClusterCertError {
  return new ClusterCertError(
    'not_found',
    `cluster ${quoted(id)} does not exist; 'clustercert cluster list' shows those that do`,
  );
}
