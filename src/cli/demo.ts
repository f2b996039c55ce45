// The first run: fills an empty data folder with a project, two clusters and a token. If a first run is killed, at any
// moment, the next one completes it.
import path from 'node:path';
import { createAuthority } from '../certificate/create-authority.js';
import type { ClusterAdministration, ClusterRecord } from '../registry/cluster-registry.js';
import { ClusterCertError } from '../errors.js';
import { shellWord } from '../files/exposed-files.js';
import type { TokenAdministration } from '../registry/tokens.js';

const demoProjectId = '77b6a44cba5143ab91d13ab9a8ff44fd';
/** A group of its own: no cluster has given it any rights yet. */
const group = 'clustercert-demo';
const userId = 'a4a5d4098fb4474fa22cd05f897d6b99';
const lifetimeSeconds = 24 * 60 * 60;

const demoClusters: ClusterRecord[] = [
  {
    id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e',
    projectId: demoProjectId,
    name: 'demo',
    server: 'https://192.168.1.7:5443',
  },
  {
    id: '2e5c1b6a-5b9e-11ef-8f52-0255ac10003e',
    projectId: demoProjectId,
    name: 'demo-with-eip',
    server: 'https://192.168.1.8:5443',
    // An IP address reserved for documentation (RFC 5737).
    externalServer: 'https://203.0.113.8:5443',
  },
];

/** Fills an empty data folder. Gives the new token; undefined for a folder that was not empty. */
export async function createDemo({
  clusters,
  tokens,
}: {
  clusters: ClusterAdministration;
  tokens: TokenAdministration;
}): Promise<string | undefined> {
  if (!(await tokens.isUnused())) return undefined;
  const present = await clusters.ids();
  if (present.some((id) => demoClusters.every((cluster) => cluster.id !== id))) return undefined;
  for (const cluster of demoClusters) {
    if (!present.includes(cluster.id)) await addCluster(clusters, cluster);
  }
  const { token } = await tokens.add({ userId, projectId: demoProjectId, groups: [group] }, { lifetimeSeconds });
  return token;
}

/** Whether a project is the demo's, whose ID many examples also use. */
export async function isDemo(clusters: ClusterAdministration, projectId: string): Promise<boolean> {
  if (projectId !== demoProjectId) return false;
  const present = await clusters.ids();
  return demoClusters.every(({ id }) => present.includes(id));
}

async function addCluster(clusters: ClusterAdministration, cluster: ClusterRecord): Promise<void> {
  const now = new Date();
  try {
    await clusters.add(cluster, await createAuthority({ now }), { now });
  } catch (error) {
    // Another process has its first run on the same folder.
    if (!(error instanceof ClusterCertError && error.code === 'already_exists')) throw error;
  }
}

/** The commands to paste into a terminal to try the provider. */
export function demoInstructions({ url, token, data }: { url: string; token: string; data: string }): string {
  const [internal, external] = demoClusters.map(
    ({ id }) => `${url}/api/v3/projects/${demoProjectId}/clusters/${id}/clustercert`,
  );
  return `
First run: ${placeOf(data)} was empty, so it now has
a demo project with two clusters and a token, which is shown only now and valid
for 24 hours. To get a cluster's certificates, paste into a second terminal:

  umask 077
  curl -sS -o kubeconfig.json \\
    -H 'Content-Type: application/json' \\
    -H 'X-Auth-Token: ${token}' \\
    ${external ?? ''}
  kubectl --kubeconfig kubeconfig.json config get-contexts

The cluster without a public address (EIP):
    ${internal ?? ''}

The API, to read and to try: ${url}/docs
The API servers of these clusters are made up. A cluster of your own belongs to a
project of its own:
  clustercert cluster add${dataOf(data)} \\
    --project "$(openssl rand -hex 16)" --server https://192.168.1.7:6443 \\
    --ca-cert ca.crt --ca-key ca.key
The demo's user has the group ${group}, which may do nothing until a cluster grants it rights:
  kubectl create clusterrolebinding ${group} --clusterrole=view --group=${group}
Ctrl-C stops the provider.
`;
}

/** A database is not named: its URL may hold a password. */
function placeOf(data: string): string {
  return isUrl(data) ? 'the database' : path.resolve(data);
}

function isUrl(data: string): boolean {
  return /^[a-z]+:\/\//i.test(data);
}

/** The option for the same folder from any current folder. */
function dataOf(data: string): string {
  return isUrl(data) ? '' : ` --data ${shellWord(path.resolve(data))}`;
}
