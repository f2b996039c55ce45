// `get --merge`: the cluster's certificates go into a kubeconfig that is there.
import { difference } from '../difference.js';
import type { Kubeconfig } from '../kubeconfig/assemble-kubeconfig.js';
import { type ClusterAddition, holdsCluster } from '../kubeconfig/cluster-entries.js';
import { createHider } from '../kubeconfig/hide-secrets.js';
import {
  changeKubeconfig,
  chooseKubeconfig,
  kubeconfigFiles,
  readKubeconfigFile,
} from '../kubeconfig/kubeconfig-file.js';
import { type Merged, merge as mergeText } from '../kubeconfig/merge-kubeconfig.js';
import { nameOfCluster } from './find-cluster.js';
import type { Io } from './command.js';
import type { Connection } from './connect.js';

export interface MergeRequest {
  connection: Connection;
  clusterId: string;
  fetched: Kubeconfig;
  /** What stands as the user instead of the certificates. */
  user: Record<string, unknown> | undefined;
}

export interface MergeWish {
  /** '' for the one that kubectl would write to. */
  file: string;
  alias: string | undefined;
  keepContext: boolean;
  dryRun: boolean;
}

/** Merges and says on standard error what came of it, or shows on standard output what would come. */
export async function merge({ connection, fetched, ...request }: MergeRequest, wish: MergeWish, io: Io): Promise<void> {
  const { endpoint, projectId, projectName } = connection;
  const clusterName = await nameOfCluster(connection, request.clusterId);
  const addition = { ...request, endpoint, projectId, projectName, clusterName, kubeconfig: fetched };
  const file = wish.file || (await chooseKubeconfig(kubeconfigFiles(io.environment), holdsCluster(addition)));
  if (wish.dryRun) {
    const before = (await readKubeconfigFile(file)) ?? '';
    const hide = createHider();
    io.stdout.write(difference(file, hide(before), hide(mergeText(before, addition, { ...wish, file }).text)));
    return;
  }
  const merged = await change(file, addition, wish);
  const current = merged.currentContext === undefined ? '' : `; the current context is ${merged.currentContext}`;
  io.stderr.write(`merged ${merged.contexts.join(', ')} into ${file}${current}\n`);
}

async function change(file: string, addition: ClusterAddition, { alias, keepContext }: MergeWish): Promise<Merged> {
  const results: Merged[] = [];
  await changeKubeconfig(file, (text) => {
    const merged = mergeText(text, addition, { file, alias, keepContext });
    results.push(merged);
    return merged.text;
  });
  const [merged] = results;
  if (!merged) throw new TypeError('the change was not made');
  return merged;
}
