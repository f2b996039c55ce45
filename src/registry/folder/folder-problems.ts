// Finds faults of a data folder before requests meet them: unreadable files, and secrets that others can read. One line
// for each; no line quotes a file's content.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parameterPatterns } from '../../../generated/parameters.js';
import { faultOf } from '../../certificate/check-authority.js';
import { ClusterCertError, firstLine, quoted } from '../../errors.js';
import { listEntries } from '../../files/atomic-write.js';
import { isReadableByOthers, shellWord } from '../../files/exposed-files.js';
import { readFailure } from '../../files/read-failure.js';
import type { Cluster } from '../cluster-registry.js';
import type { AccessKeyFolder } from './access-key-folder.js';
import type { ClusterFolder } from './cluster-folder.js';
import { readUnfinished, secretFiles } from './cluster-files.js';
import type { TokenFolder } from './token-folder.js';

interface Kept {
  readonly clusters: ClusterFolder;
  readonly tokens: TokenFolder;
  readonly accessKeys: AccessKeyFolder;
}

// Opening an authority costs up to a millisecond of CPU: beyond this number, clusters are opened on request.
const mostOpened = 1_000;
// Files that are checked before other work gets its turn.
const batch = 200;
const mostNamed = 3;

/** All problems of the folder, found while the provider serves from it. */
export async function* folderProblems(folder: string, { clusters, tokens, accessKeys }: Kept): AsyncGenerator<string> {
  yield* unservedClusters(path.join(folder, 'clusters'));
  yield* damagedClusters(folder, clusters);
  yield* unreadable('tokens', (onProblem) => tokens.list(onProblem));
  yield* unreadable('access keys', (onProblem) => accessKeys.list(onProblem));
  yield* exposedSecrets(folder);
}

async function* unservedClusters(folder: string): AsyncGenerator<string> {
  // A folder that cannot be read is reported with the clusters in it.
  for (const name of await listEntries(folder).catch(() => [])) {
    const isId = parameterPatterns.cluster_id.test(name);
    if (isId && name === name.toLowerCase()) continue;
    const reason = isId ? 'a cluster ID is in lower case' : 'its name is not a cluster ID';
    yield `${quoted(path.join('clusters', name))} is not served: ${reason}`;
  }
}

async function* damagedClusters(folder: string, clusters: ClusterFolder): AsyncGenerator<string> {
  try {
    const ids = await clusters.ids();
    for (const id of ids.slice(0, mostOpened)) {
      // Opening an authority takes long.
      await setImmediate();
      const problem = await clusters.get(id).then(problemOf, messageOf);
      if (problem !== undefined) yield problem;
      if (await isUnfinished(path.join(folder, 'clusters', id)))
        yield `a change of cluster '${id}' is in force but not written to all of its files; finish it with: clustercert cluster set ${id}, with any option`;
    }
  } catch (error) {
    yield messageOf(error);
  }
}

function problemOf(cluster: Cluster | undefined): string | undefined {
  const fault = cluster && faultOf(cluster.authority, { now: new Date() });
  return fault === undefined
    ? undefined
    : `cluster '${cluster?.id ?? ''}' has an authority that would be refused: ${fault}`;
}

async function isUnfinished(folder: string): Promise<boolean> {
  return readUnfinished(folder).then(
    (authority) => authority !== undefined,
    () => false,
  );
}

async function* unreadable(
  what: string,
  list: (onProblem: (problem: unknown) => void) => Promise<unknown>,
): AsyncGenerator<string> {
  const problems: unknown[] = [];
  await list((problem) => problems.push(problem)).catch((error: unknown) =>
    problems.push(readFailure(`the folder of the ${what}`, error)),
  );
  for (const problem of problems) yield messageOf(problem);
}

function messageOf(problem: unknown): string {
  return problem instanceof ClusterCertError ? problem.message : firstLine(problem);
}

/** One line for all of them, because one command repairs them. */
async function* exposedSecrets(folder: string): AsyncGenerator<string> {
  const found: string[] = [];
  let looked = 0;
  for await (const file of secretsIn(folder)) {
    if (++looked % batch === 0) await setImmediate();
    if (isReadableByOthers(path.join(folder, file))) found.push(file);
  }
  if (found.length === 0) return;
  const named = found.slice(0, mostNamed).map(quoted).join(', ');
  const more = found.length > mostNamed ? ` and ${found.length - mostNamed} more` : '';
  yield `others can read the secrets ${named}${more}; end that with: chmod -R go= ${shellWord(path.resolve(folder))}`;
}

async function* secretsIn(folder: string): AsyncGenerator<string> {
  for (const name of await namesIn(path.join(folder, 'clusters')))
    for (const file of secretFiles) yield path.join('clusters', name, file);
  for (const kind of ['tokens', 'access-keys'])
    for (const name of await namesIn(path.join(folder, kind))) yield path.join(kind, name);
}

/** Includes unfinished files, which hold secrets too. Unreadable ones are reported elsewhere. */
async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}
