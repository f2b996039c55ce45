// Makes the kubeconfig of the contract from a cluster's addresses and a credential. Clients in the field rely on the
// order of the entries and on the absence of a CA beside `insecure-skip-tls-verify`.
import type { components } from '../../generated/types.js';

export type Kubeconfig = components['schemas']['Kubeconfig'];
type NamedCluster = components['schemas']['NamedCluster'];
type NamedContext = components['schemas']['NamedContext'];

export interface Credential {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface ClusterAddresses {
  /** URL of the API server inside the cloud's network. */
  readonly server: string;
  /** URL of the API server at its public address (EIP), where it has one. */
  readonly externalServer?: string | undefined;
  readonly authorityPem: string;
}

/** Makes frozen kubeconfigs; gives the same object while a credential comes with the same addresses. */
export function createAssembler(): (credential: Credential, addresses: ClusterAddresses) => Kubeconfig {
  const remembered = new WeakMap<Credential, { addresses: ClusterAddresses; kubeconfig: Kubeconfig }>();
  return (credential, addresses) => {
    const known = remembered.get(credential);
    if (known && isSame(addresses, known.addresses)) return known.kubeconfig;
    const kubeconfig = freeze(assembleKubeconfig(credential, addresses));
    remembered.set(credential, { addresses, kubeconfig });
    return kubeconfig;
  };
}

function isSame(one: ClusterAddresses, other: ClusterAddresses): boolean {
  return (
    one.server === other.server &&
    one.externalServer === other.externalServer &&
    one.authorityPem === other.authorityPem
  );
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

/** The kubeconfig of one caller for one cluster: one entry without a public address, three with one. */
function assembleKubeconfig(
  { certificatePem, privateKeyPem }: Credential,
  { server, externalServer, authorityPem }: ClusterAddresses,
): Kubeconfig {
  const trust = { 'certificate-authority-data': toBase64(authorityPem) };
  const clusters: NamedCluster[] = [{ name: 'internalCluster', cluster: { server, ...trust } }];
  const contexts = [createContext('internal', 'internalCluster')];
  if (externalServer !== undefined) {
    // client-go refuses an entry that has a CA and also skips verification.
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
