// The first run: on an empty data folder, a project with two clusters and a token to try the provider with. Whatever
// moment a first run is killed at, the next one completes it.
import { createAuthority } from '../certificate/create-authority.js';
import type { ClusterAdministration, ClusterRecord } from '../registry/cluster-registry.js';
import { ClusterCertError } from '../errors.js';
import type { TokenAdministration } from '../registry/tokens.js';
import { administrators } from './token.js';

const projectId = '77b6a44cba5143ab91d13ab9a8ff44fd';
const userId = 'a4a5d4098fb4474fa22cd05f897d6b99';
const lifetimeSeconds = 24 * 60 * 60;

const demoClusters: ClusterRecord[] = [
  { id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e', projectId, name: 'demo', server: 'https://192.168.1.7:5443' },
  {
    id: '2e5c1b6a-5b9e-11ef-8f52-0255ac10003e',
    projectId,
    name: 'demo-with-eip',
    server: 'https://192.168.1.8:5443',
    // An address that is set aside for documentation (RFC 5737): nobody's.
    externalServer: 'https://203.0.113.8:5443',
  },
];

/** Fills an empty data folder; the new token, or undefined when there is something in it already. */
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
  const { token } = await tokens.add({ userId, projectId, groups: [administrators] }, { lifetimeSeconds });
  return token;
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

/** What to paste into a terminal to see the provider at work. */
export function demoInstructions(url: string, token: string): string {
  const [internal, external] = demoClusters.map(
    ({ id }) => `${url}/api/v3/projects/${projectId}/clusters/${id}/clustercert`,
  );
  return `
First run: the data folder was empty, so it now has a demo project with two clusters and a token, which is shown
only now and valid for 24 hours. Its user has the group ${administrators}. To get a cluster's certificates, paste:

  umask 077
  curl -sS -o kubeconfig.json \\
    -H 'Content-Type: application/json' \\
    -H 'X-Auth-Token: ${token}' \\
    ${external ?? ''}
  kubectl --kubeconfig kubeconfig.json config get-contexts

The cluster without a public address (EIP):
    ${internal ?? ''}

The API servers of these clusters are made up. Register a real one with 'clustercert cluster add'.
`;
}
