// A client whose calls never leave the process: for tests of code that uses the client.
import { createClient, getClusterCert } from 'cce-clustercert';

const kubeconfig = { kind: 'Config', apiVersion: 'v1', 'current-context': 'internal' };
const client = createClient({
  endpoint: 'https://cce.example',
  token: 'any',
  fetch: () => Promise.resolve(Response.json(kubeconfig)),
});
const path = { project_id: '77b6a44cba5143ab91d13ab9a8ff44fd', cluster_id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' };
const { data } = await getClusterCert(client, { params: { path } });
console.log(data?.['current-context']);
