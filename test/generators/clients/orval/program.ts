// Prints the kubeconfig that the generated client gets.
import { getClusterCert } from './src/api.js';

declare const process: { env: Record<string, string> };
declare const console: { log: (text: string) => void };

const { TOKEN, PROJECT_ID, CLUSTER_ID } = process.env as Record<'TOKEN' | 'PROJECT_ID' | 'CLUSTER_ID', string>;
const answer = await getClusterCert(PROJECT_ID, CLUSTER_ID, { headers: { 'X-Auth-Token': TOKEN } });
if (answer.status !== 200) throw new Error(answer.data.message);
const context: 'internal' | 'external' | 'externalTLSVerify' = answer.data['current-context'];
if (context.length > 0) console.log(JSON.stringify(answer.data));
