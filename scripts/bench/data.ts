// Data folders for the benchmark: clusters with one authority, and a token for them.
import { randomUUID } from 'node:crypto';
import { copyFileSync, linkSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { ClusterFolder } from '../../src/registry/folder/cluster-folder.js';
import { createClusterRecord } from '../../src/registry/cluster-registry.js';
import { TokenFolder } from '../../src/registry/folder/token-folder.js';
import type { Target } from './load.js';

export const projectId = '77b6a44cba5143ab91d13ab9a8ff44fd';

/** Makes the folder; gives a request for one of its clusters. */
export async function makeData(
  folder: string,
  { clusters, authority }: { clusters: number; authority?: AuthorityFiles },
): Promise<Target & { token: string; clusterId: string }> {
  const now = new Date();
  const id = randomUUID();
  const [server, externalServer] = ['https://192.168.1.7:5443', 'https://203.0.113.8:5443'];
  const record = createClusterRecord({ id, projectId, name: 'bench', server, externalServer });
  await new ClusterFolder(folder).add(record, authority ?? (await createAuthority({ now })), { now });
  // Files have room for some 65,000 links.
  let source: string = id;
  for (let count = 1; count < clusters; count++) {
    const copy = count % 30_000 === 0 ? copyFileSync : linkSync;
    const copied = copyCluster(path.join(folder, 'clusters'), source, copy);
    if (copy === copyFileSync) source = copied;
  }
  const caller = { userId: 'a4a5d4098fb4474fa22cd05f897d6b99', projectId, groups: ['system:masters'] };
  const { token } = await new TokenFolder(folder).add(caller, { lifetimeSeconds: 86_400 });
  const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
  return { path: `/api/v3/projects/${projectId}/clusters/${id}/clustercert`, headers, token, clusterId: id };
}

/** A cluster with the same files, mostly as links, so that 100,000 of them fit on a disk. Gives its ID. */
function copyCluster(folder: string, source: string, copyFile: (from: string, to: string) => void): string {
  const id = randomUUID();
  mkdirSync(path.join(folder, id), { mode: 0o700 });
  for (const file of ['cluster.json', 'ca.crt', 'ca.key', 'seed']) {
    copyFile(path.join(folder, source, file), path.join(folder, id, file));
  }
  return id;
}
