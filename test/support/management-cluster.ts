// A management cluster of Cluster API: the real API server with a small CustomResourceDefinition of Cluster, the provider's own
// service account with the rights that are shipped, and what owners put there.
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import type { KubernetesConnection } from '../../src/registry/kubernetes/connection.js';
import { type Kubernetes, type KubernetesVersion, startKubernetes } from './kubernetes.js';
import { temporaryFolder } from './temporary-folder.js';

export type ManagementCluster = Awaited<ReturnType<typeof startManagementCluster>>;
type Fields = Record<string, unknown>;

const group = 'cluster.x-k8s.io';

/** Starts one; `served` are the versions of Cluster, of which the first is stored. */
export async function startManagementCluster({
  served = ['v1beta2', 'v1beta1'],
  version = '1.37',
}: { served?: string[]; version?: KubernetesVersion } = {}) {
  const authority = await createAuthority({ now: new Date() });
  const kubernetes = await startKubernetes({ authority, version, audit: true });
  await kubernetes.apply(clusterDefinition(served), namespace('clustercert'));
  await established(kubernetes, served);
  await kubernetes.apply(serviceAccount, ...shippedRights());
  const tokenFile = path.join(temporaryFolder(), 'token');
  const renewToken = async () => {
    const { stdout, stderr } = await administer(kubernetes, 'create', 'token', 'clustercert', '-n', 'clustercert');
    if (stdout === '') throw new Error(stderr);
    writeFileSync(tokenFile, stdout, { mode: 0o600 });
  };
  await renewToken();
  const connection: KubernetesConnection = {
    server: kubernetes.url,
    authority: { text: authority.certificatePem },
    token: { file: tokenFile },
  };
  return {
    kubernetes,
    authority,
    connection,
    tokenFile,
    renewToken,
    apiVersion: `${group}/${served[0] ?? ''}`,
    kubectl: (...args: string[]) => administer(kubernetes, ...args),
    /** What the provider asked for, each once: the verb and the resource. */
    asked: () => [
      ...new Set(
        kubernetes
          .auditEvents()
          .filter(({ user }) => user.username === 'system:serviceaccount:clustercert:clustercert')
          .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource ?? 'discovery'}`),
      ),
    ],
  };
}

const administer = (kubernetes: Kubernetes, ...args: string[]) => kubernetes.kubectl(kubernetes.administrator, ...args);

/** The rules and the binding of `scripts/deploy/kubernetes/cluster-api`. */
function shippedRights(): object[] {
  const text = readFileSync('scripts/deploy/kubernetes/cluster-api/rbac.yaml', 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as object);
}

export const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

const serviceAccount = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'clustercert', namespace: 'clustercert' },
};

function clusterDefinition(served: string[]) {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `clusters.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' } },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Cluster', plural: 'clusters', singular: 'cluster', listKind: 'ClusterList' },
      versions: served.map((name, index) => ({ name, served: true, storage: index === 0, schema })),
    },
  };
}

async function established(kubernetes: Kubernetes, served: string[]): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const { stdout } = await administer(kubernetes, 'get', '--raw', `/apis/${group}/${served[0] ?? ''}`);
    if (stdout.includes('"clusters"')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the API server does not serve clusters');
}

/** A Cluster object. */
export const clusterObject = (
  apiVersion: string,
  { name, namespace: within, labels = {}, annotations = {}, spec = {} }: ClusterFields,
) => ({ apiVersion, kind: 'Cluster', metadata: { name, namespace: within, labels, annotations }, spec });

export interface ClusterFields {
  name: string;
  namespace: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  spec?: Fields;
}

/** A Secret of a cluster, with the keys and labels of the layout. */
export const secretObject = (
  { name, namespace: within }: Pick<ClusterFields, 'name' | 'namespace'>,
  data: Record<string, string>,
  {
    suffix = 'ca',
    labels = { [`${group}/cluster-name`]: name } as Record<string, string>,
    type = `${group}/secret`,
  } = {},
) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type,
  metadata: { name: `${name}-${suffix}`, namespace: within, labels },
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
});

/** The two keys of a CA. */
export const pairOf = ({ certificatePem, privateKeyPem }: AuthorityFiles) => ({
  'tls.crt': certificatePem,
  'tls.key': privateKeyPem,
});

/** A project that no other test has. */
export const newProjectId = () => randomUUID().replaceAll('-', '');
