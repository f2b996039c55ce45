// One call: the certificates of a cluster as a kubeconfig.
import { createClient, getClusterCert } from 'cce-clustercert';

export async function getKubeconfig(endpoint: string, token: string, project_id: string, cluster_id: string) {
  const client = createClient({ endpoint, token });
  const { data, error, response } = await getClusterCert(client, { params: { path: { project_id, cluster_id } } });
  if (!data) throw new Error(`${response.status} ${error.errorCode}: ${error.message}`);
  return data;
}
