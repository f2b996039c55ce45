// Puts a cluster's addresses and a credential together to the kubeconfig that the contract describes. The order of
// the entries and the absence of a CA beside `insecure-skip-tls-verify` are what clients in the field rely on.
import type { components } from '../../generated/types.js';

export type Kubeconfig = components['schemas']['Kubeconfig'];
type NamedCluster = components['schemas']['NamedCluster'];
type NamedContext = components['schemas']['NamedContext'];

export interface KubeconfigParts {
  /** URL of the API server inside the cloud's network. */
  server: string;
  /** URL of the API server at its public address (EIP), where it has one. */
  externalServer?: string | undefined;
  authorityPem: string;
  certificatePem: string;
  privateKeyPem: string;
}

/** The kubeconfig of one caller for one cluster: one entry without a public address, three with one. */
export function assembleKubeconfig(parts: KubeconfigParts): Kubeconfig {
  const { server, externalServer, certificatePem, privateKeyPem } = parts;
  const trust = { 'certificate-authority-data': toBase64(parts.authorityPem) };
  const clusters: NamedCluster[] = [{ name: 'internalCluster', cluster: { server, ...trust } }];
  const contexts = [createContext('internal', 'internalCluster')];
  if (externalServer !== undefined) {
    // client-go refuses an entry that has a CA and skips verification at once.
    clusters.push(
      { name: 'externalCluster', cluster: { server: externalServer, 'insecure-skip-tls-verify': true } },
      { name: 'externalClusterTLSVerify', cluster: { server: externalServer, ...trust } },
    );
    contexts.push(
      createContext('external', 'externalCluster'),
      createContext('externalTLSVerify', 'externalClusterTLSVerify'),
    );
  }
  const user = { 'client-certificate-data': toBase64(certificatePem), 'client-key-data': toBase64(privateKeyPem) };
  return {
    kind: 'Config',
    apiVersion: 'v1',
    preferences: {},
    clusters,
    users: [{ name: 'user', user }],
    contexts,
    'current-context': externalServer === undefined ? 'internal' : 'external',
  };
}

function createContext(name: NamedContext['name'], cluster: NamedCluster['name']): NamedContext {
  return { name, context: { cluster, user: 'user' } };
}

function toBase64(pem: string): string {
  return Buffer.from(pem).toString('base64');
}
