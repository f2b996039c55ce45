// Prints the kubeconfig that the generated client gets, in the form in which it came.
import { ClusterCertificatesApi, Configuration, KubeconfigToJSON } from './src/index.js';

declare const process: { env: Record<string, string> };
declare const console: { log: (text: string) => void };

const { ENDPOINT, TOKEN, PROJECT_ID, CLUSTER_ID } = process.env as Record<
  'ENDPOINT' | 'TOKEN' | 'PROJECT_ID' | 'CLUSTER_ID',
  string
>;
const api = new ClusterCertificatesApi(new Configuration({ basePath: ENDPOINT, apiKey: TOKEN }));
const kubeconfig = await api.getClusterCert({ projectId: PROJECT_ID, clusterId: CLUSTER_ID });
if (kubeconfig.currentContext.length > 0) console.log(JSON.stringify(KubeconfigToJSON(kubeconfig)));
