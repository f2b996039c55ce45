// `get --merge`: the cluster's certificates go into the kubeconfig files that kubectl reads.
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { ClusterCertError } from '../errors.js';
import { problemOfKubeconfig } from '../inspect/load-kubeconfig.js';
import type { Kubeconfig } from '../kubeconfig/assemble-kubeconfig.js';
import type { ClusterAddition } from '../kubeconfig/cluster-entries.js';
import { difference } from '../kubeconfig/difference.js';
import { createHider } from '../kubeconfig/hide-secrets.js';
import {
  type KubeconfigText,
  changeKubeconfigs,
  expandHome,
  kubeconfigFiles,
  readKubeconfigFile,
} from '../kubeconfig/kubeconfig-file.js';
import { type ListOptions, type MergedList, mergeIntoList } from '../kubeconfig/merge-files.js';
import { nameOfCluster } from './find-cluster.js';
import type { Io } from './command.js';
import type { Connection } from './connect.js';

export interface MergeRequest {
  connection: Connection;
  clusterId: string;
  fetched: Kubeconfig;
  /** The user's content instead of certificates. */
  user: Record<string, unknown> | undefined;
}

export interface MergeWish {
  /** '' for the one that kubectl would write to. */
  file: string;
  alias: string | undefined;
  keepContext: boolean;
  dryRun: boolean;
}

/** Merges and reports the result on standard error, or shows the difference on standard output. */
export async function merge({ connection, fetched, ...request }: MergeRequest, wish: MergeWish, io: Io): Promise<void> {
  const { endpoint, projectId, projectName } = connection;
  const clusterName = await nameOfCluster(connection, request.clusterId);
  const addition = { ...request, endpoint, projectId, projectName, clusterName, kubeconfig: fetched };
  const { files, target } = await filesFor(wish.file, io);
  const options = { target, alias: wish.alias, keepContext: wish.keepContext };
  const texts: KubeconfigText[] = [];
  for (const file of files) texts.push({ file, text: await readKubeconfigFile(file) });
  const planned = mergeIntoList(texts, addition, options);
  if (wish.dryRun) {
    const hide = createHider();
    for (const { file, text = '' } of texts) {
      const after = planned.changed.get(file);
      if (after !== undefined) io.stdout.write(difference(file, hide(text), hide(after)));
    }
    return;
  }
  const { merged, before } = await change(files, { planned, addition, options });
  io.stderr.write(`merged ${merged.contexts.join(', ')} into ${merged.target}${describeContext(merged)}\n`);
  for (const [file, after] of merged.changed) warnOfProblem(file, { before: before.get(file) ?? '', after }, io);
}

/** The files that kubectl reads together, with the named one as the target; a named file outside that list is alone. */
async function filesFor(named: string, io: Io): Promise<{ files: string[]; target: string | undefined }> {
  const list = kubeconfigFiles(io.environment);
  if (named === '') return { files: list, target: undefined };
  const file = expandHome(named, io.environment);
  const realOf = (one: string) => realpath(one).catch(() => path.resolve(one));
  const wanted = await realOf(file);
  for (const [index, one] of list.entries()) {
    if ((await realOf(one)) === wanted) return { files: list.with(index, file), target: file };
  }
  return { files: [file], target: file };
}

async function change(
  files: readonly string[],
  { planned, addition, options }: { planned: MergedList; addition: ClusterAddition; options: ListOptions },
): Promise<{ merged: MergedList; before: ReadonlyMap<string, string> }> {
  const locked = [...planned.changed.keys()];
  const results: { merged: MergedList; before: ReadonlyMap<string, string> }[] = [];
  await changeKubeconfigs(files, locked, (texts) => {
    const merged = mergeIntoList(texts, addition, { ...options, target: options.target ?? planned.target });
    if ([...merged.changed.keys()].some((file) => !locked.includes(file)))
      throw new ClusterCertError(
        'unavailable',
        'another program changed the kubeconfig files meanwhile; call this again',
      );
    results.push({ merged, before: new Map(texts.map(({ file, text = '' }) => [file, text])) });
    return merged.changed;
  });
  const [result] = results;
  if (!result) throw new TypeError('the change was not made');
  return result;
}

/** kubectl's current context afterwards: an earlier file of the list may set another one. */
function describeContext({ wanted, currentContext, setBy }: MergedList): string {
  if (wanted === undefined) return '';
  if (wanted === currentContext) return `; the current context is ${wanted}`;
  return `; the current context stays ${currentContext}, which ${setBy ?? ''} sets`;
}

/** Warns of faults in the file that kubectl would refuse and that we did not make. */
function warnOfProblem(file: string, { before, after }: { before: string; after: string }, io: Io): void {
  const problem = problemOfKubeconfig(after, file);
  if (problem === undefined) return;
  const known = problemOfKubeconfig(before, file) === undefined ? '' : ', and did not before';
  io.stderr.write(`warning: kubectl does not read this file${known}: ${problem}\n`);
}
