// A management cluster of Cluster API: the real API server with a small CustomResourceDefinition of Cluster, the
// provider's own service account with the shipped rights, and the owners' objects.
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import type { KubernetesConnection } from '../../src/registry/kubernetes/connection.js';
import { KubernetesApi } from '../../src/registry/kubernetes/kubernetes-api.js';
import {
  KubernetesClusters,
  type KubernetesClustersOptions,
} from '../../src/registry/kubernetes/kubernetes-clusters.js';
import { mapNamespaces } from '../../src/registry/kubernetes/project-mapping.js';
import { authority as authorityOf } from '../registry/tested-store.js';
import { type KubectlResult, type Kubernetes, type KubernetesVersion, startKubernetes } from './kubernetes.js';
import { temporaryFolder } from './temporary-folder.js';

export interface ManagementCluster {
  kubernetes: Kubernetes;
  authority: AuthorityFiles;
  /** By the service account, with the rights that are shipped. */
  connection: KubernetesConnection;
  tokenFile: string;
  renewToken: () => Promise<void>;
  apiVersion: string;
  kubectl: (...args: string[]) => Promise<KubectlResult>;
  /** The provider's requests, each once: the verb and the resource. */
  asked: () => string[];
  /** Makes the API server stand still; resolves once it does. */
  freeze: () => Promise<void>;
  open: (options?: Partial<KubernetesClustersOptions>) => KubernetesClusters;
  newProject: () => Promise<{ projectId: string; within: string }>;
  put: (fields: ClusterFields, secrets: object[], version?: string) => Promise<string>;
}
type Fields = Record<string, unknown>;

const group = 'cluster.x-k8s.io';

/** Starts one; `served` are the versions of Cluster, of which the first is stored. */
export async function startManagementCluster({
  served = ['v1beta2', 'v1beta1'],
  version = '1.37',
}: { served?: string[]; version?: KubernetesVersion } = {}): Promise<ManagementCluster> {
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
  const kubectl = (...args: string[]) => administer(kubernetes, ...args);
  const apiVersion = `${group}/${served[0] ?? ''}`;
  return {
    kubernetes,
    authority,
    connection,
    ...owner({ kubernetes, apiVersion, kubectl }),
    /** A registry over it, as the provider opens it; each is a replica. */
    open: (options: Partial<KubernetesClustersOptions> = {}) =>
      new KubernetesClusters({
        api: new KubernetesApi(connection, { timeoutMs: 1_500 }),
        projects: mapNamespaces('magnum-(.+)', 'pattern'),
        ...options,
      }),
    tokenFile,
    renewToken,
    apiVersion,
    kubectl,
    async freeze() {
      kubernetes.signal('SIGSTOP');
      const probe = new KubernetesApi(connection, { timeoutMs: 500 });
      const isAwake = () =>
        probe.get('/version').then(
          () => true,
          () => false,
        );
      while (await isAwake());
    },
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

/** The actions of owners of clusters. */
function owner({ kubernetes, apiVersion, kubectl }: Pick<ManagementCluster, 'kubernetes' | 'apiVersion' | 'kubectl'>) {
  return {
    /** The namespace of a project that no other test has. */
    async newProject(): Promise<{ projectId: string; within: string }> {
      const projectId = newProjectId();
      await kubernetes.apply(namespace(`magnum-${projectId}`));
      return { projectId, within: `magnum-${projectId}` };
    },
    /** Adds a cluster; gives its `metadata.uid`. */
    async put(fields: ClusterFields, secrets: object[], version = apiVersion): Promise<string> {
      const spec = { controlPlaneEndpoint: { host: '192.168.1.7', port: 6443 }, ...fields.spec };
      await kubernetes.apply(clusterObject(version, { ...fields, spec }), ...secrets);
      const args = ['get', `clusters.${group}`, fields.name, '-n', fields.namespace];
      return (await kubectl(...args, '-o', 'jsonpath={.metadata.uid}')).stdout;
    },
  };
}

/** The Secret that kubeadm's provider makes. */
export const kubeadm = async (fields: Pick<ClusterFields, 'name' | 'namespace'>) =>
  secretObject(fields, pairOf(await authorityOf()));

/** As `controlPlaneEndpoint` has it. */
export function endpoint(server: string): { host: string; port: number } {
  const { hostname, port } = new URL(server);
  return { host: hostname, port: Number(port || 443) };
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
    labels = { [`${group}/cluster-name`]: name },
    type = `${group}/secret`,
  }: { suffix?: string; labels?: Record<string, string>; type?: string } = {},
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
