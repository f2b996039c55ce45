// The options of `serve` that make a Kubernetes management cluster (Cluster API) say which clusters there are.
import type { ClusterRegistry } from '../registry/cluster-registry.js';
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

/** A registry that speaks to a management cluster. */
export interface KubernetesRegistry {
  readonly clusters: ClusterRegistry;
  close(): Promise<void>;
}

/** The registry that the options describe; undefined without --clusters. */
export async function readKubernetes(
  values: ValuesOf<typeof kubernetesOptions>,
  { environment, ...options }: { environment: Io['environment']; cacheBytes: number; warn: (message: string) => void },
): Promise<KubernetesRegistry | undefined> {
  const { clusters: engine, kubeconfig, context, 'cluster-id-label': idLabel } = values;
  if (engine === undefined) {
    const useless = Object.keys(kubernetesOptions).find(
      (name) => values[name as keyof typeof kubernetesOptions] !== undefined,
    );
    if (useless !== undefined) throw usageError(`--${useless} goes with --clusters kubernetes`);
    return undefined;
  }
  if (context !== undefined && kubeconfig === undefined) throw usageError('--context goes with --kubeconfig');
  // Loaded for those alone who have such a cluster.
  const { KubernetesApi } = await import('../registry/kubernetes/kubernetes-api.js');
  const { KubernetesClusters } = await import('../registry/kubernetes/kubernetes-clusters.js');
  const { assertLabelKey } = await import('../registry/kubernetes/project-mapping.js');
  const { inClusterConnection, kubeconfigConnection } = await import('./management-cluster.js');
  if (idLabel !== undefined) assertLabelKey(idLabel, '--cluster-id-label');
  const projects = await readProjects(values);
  const connection =
    kubeconfig === undefined ? inClusterConnection(environment) : await kubeconfigConnection(kubeconfig, context);
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
