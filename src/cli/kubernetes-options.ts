// The options for a Kubernetes management cluster (Cluster API) as the source of clusters: of `serve`, and of the
// commands of revocation.
import type { KubernetesClusters } from '../registry/kubernetes/kubernetes-clusters.js';
import type { ProjectMapping } from '../registry/kubernetes/project-mapping.js';
import type { Io } from './command.js';
import { type ValuesOf, optional } from './options.js';
import { file, oneOf, text } from './readers.js';
import { usageError } from './usage-error.js';

export const kubernetesOptions = {
  clusters: optional({
    placeholder: 'kubernetes',
    choices: ['kubernetes'],
    help: 'take clusters and their CAs from a management cluster of Cluster API instead of --data; in a pod by its service account',
    read: oneOf(['kubernetes']),
  }),
  kubeconfig: optional({
    placeholder: 'FILE',
    help: 'a kubeconfig for the management cluster, outside of it',
    read: file,
  }),
  context: optional({ placeholder: 'NAME', help: 'a context of --kubeconfig (default: the current one)', read: text }),
  'project-namespace': optional({
    placeholder: 'PATTERN',
    help: "the namespaces of projects, with one group for the project ID, such as 'magnum-(.+)'",
    read: text,
  }),
  'project-label': optional({
    placeholder: 'KEY',
    help: 'the label of Cluster objects that has the project ID; whoever may set it chooses the project',
    read: text,
  }),
  'cluster-id-label': optional({
    placeholder: 'KEY',
    help: 'the label of Cluster objects that has the cluster ID (default: the ID is metadata.uid)',
    read: text,
  }),
};

const { clusters, kubeconfig, context, ...mapping } = kubernetesOptions;

/** The same for commands; one of them has another --kubeconfig. */
export const managementOptions = {
  clusters,
  'management-kubeconfig': kubeconfig,
  'management-context': { ...context, help: 'a context of --management-kubeconfig (default: the current one)' },
  ...mapping,
};

/** A registry over a management cluster. */
export interface KubernetesRegistry {
  readonly clusters: KubernetesClusters;
  close(): Promise<void>;
}

interface Surroundings {
  environment: Io['environment'];
  cacheBytes?: number;
  warn: (message: string) => void;
}

/** The registry that the options of `serve` describe; undefined without --clusters. */
export function readKubernetes(
  values: ValuesOf<typeof kubernetesOptions>,
  surroundings: Surroundings,
): Promise<KubernetesRegistry | undefined> {
  return readRegistry(values, surroundings, (name) => `--${name}`);
}

/** The same for the options of commands. */
export function readManagement(
  { 'management-kubeconfig': kubeconfig, 'management-context': context, ...values }: ValuesOf<typeof managementOptions>,
  surroundings: Surroundings,
): Promise<KubernetesRegistry | undefined> {
  return readRegistry({ ...values, kubeconfig, context }, surroundings, (name) =>
    name in managementOptions ? `--${name}` : `--management-${name}`,
  );
}

async function readRegistry(
  values: ValuesOf<typeof kubernetesOptions>,
  { environment, ...options }: Surroundings,
  written: (name: keyof typeof kubernetesOptions) => string,
): Promise<KubernetesRegistry | undefined> {
  const { clusters: engine, kubeconfig, context, 'cluster-id-label': idLabel } = values;
  if (engine === undefined) {
    const names = Object.keys(kubernetesOptions) as (keyof typeof kubernetesOptions)[];
    const useless = names.find((name) => values[name] !== undefined);
    if (useless !== undefined) throw usageError(`${written(useless)} goes with --clusters kubernetes`);
    return undefined;
  }
  if (context !== undefined && kubeconfig === undefined)
    throw usageError(`${written('context')} goes with ${written('kubeconfig')}`);
  // Loaded only for such a cluster.
  const { KubernetesApi } = await import('../registry/kubernetes/kubernetes-api.js');
  const { KubernetesClusters } = await import('../registry/kubernetes/kubernetes-clusters.js');
  const { assertLabelKey } = await import('../registry/kubernetes/project-mapping.js');
  const { inClusterConnection, kubeconfigConnection } = await import('./management-cluster.js');
  if (idLabel !== undefined) assertLabelKey(idLabel, '--cluster-id-label');
  const projects = await readProjects(values);
  const connection =
    kubeconfig === undefined
      ? inClusterConnection(environment, written('kubeconfig'))
      : await kubeconfigConnection(kubeconfig, context, written('kubeconfig'));
  const api = new KubernetesApi(connection);
  return { clusters: new KubernetesClusters({ api, projects, idLabel, ...options }), close: () => api.close() };
}

async function readProjects(values: ValuesOf<typeof kubernetesOptions>): Promise<ProjectMapping> {
  const { 'project-namespace': pattern, 'project-label': key } = values;
  const { mapLabels, mapNamespaces } = await import('../registry/kubernetes/project-mapping.js');
  if (pattern !== undefined && key === undefined) return mapNamespaces(pattern, '--project-namespace');
  if (key !== undefined && pattern === undefined) return mapLabels(key, '--project-label');
  throw usageError('--clusters kubernetes needs one of --project-namespace and --project-label');
}
