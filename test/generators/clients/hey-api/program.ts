// Prints the kubeconfig that the generated client gets.
import { client } from './src/client.gen.js';
import { getClusterCert } from './src/index.js';

declare const process: { env: Record<string, string> };
declare const console: { log: (text: string) => void };

const { ENDPOINT, TOKEN, PROJECT_ID, CLUSTER_ID } = process.env as Record<
  'ENDPOINT' | 'TOKEN' | 'PROJECT_ID' | 'CLUSTER_ID',
  string
>;
client.setConfig({ baseUrl: ENDPOINT, auth: (scheme) => (scheme.name === 'X-Auth-Token' ? TOKEN : undefined) });
const { data } = await getClusterCert({
  path: { project_id: PROJECT_ID, cluster_id: CLUSTER_ID },
  throwOnError: true,
});
const context: 'internal' | 'external' | 'externalTLSVerify' = data['current-context'];
if (context.length > 0) console.log(JSON.stringify(data));
