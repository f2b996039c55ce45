// Data folders for the benchmark: clusters with one authority, and a token for them.
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { ClusterFolder } from '../../src/clusters/cluster-folder.js';
import { createClusterRecord } from '../../src/clusters/cluster-registry.js';
import { TokenFolder } from '../../src/identity/token-folder.js';
import type { Target } from './load.js';

export const projectId = '77b6a44cba5143ab91d13ab9a8ff44fd';

/** Makes the folder; gives a request for one of its clusters. */
export async function makeData(
  folder: string,
  { clusters }: { clusters: number },
): Promise<Target & { token: string; clusterId: string }> {
  const now = new Date();
  const id = randomUUID();
  const [server, externalServer] = ['https://192.168.1.7:5443', 'https://203.0.113.8:5443'];
  const record = createClusterRecord({ id, projectId, name: 'bench', server, externalServer });
  await new ClusterFolder(folder).add(record, await createAuthority({ now }), { now });
  for (let count = 1; count < clusters; count++) copyCluster(path.join(folder, 'clusters'), id);
  const caller = { userId: 'a4a5d4098fb4474fa22cd05f897d6b99', projectId, groups: ['system:masters'] };
  const { token } = await new TokenFolder(folder).add(caller, { lifetimeSeconds: 86_400 });
  const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
  return { path: `/api/v3/projects/${projectId}/clusters/${id}/clustercert`, headers, token, clusterId: id };
}

/** A cluster with the same files, as links, so that 100,000 of them fit on a disk. */
function copyCluster(folder: string, id: string): void {
  const copy = path.join(folder, randomUUID());
  mkdirSync(copy, { mode: 0o700 });
  for (const file of ['cluster.json', 'ca.crt', 'ca.key', 'seed'])
    linkSync(path.join(folder, id, file), path.join(copy, file));
}
