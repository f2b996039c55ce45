// The entries of one cluster in a kubeconfig that holds many: what they are called, and how they are found again.
import type { Kubeconfig } from './assemble-kubeconfig.js';
import { type Json, readKubeconfigSource } from './kubeconfig-source.js';

/** A cluster as it is to be in a kubeconfig. */
export interface ClusterAddition {
  clusterId: string;
  projectId: string;
  endpoint: string;
  /** What people call them. */
  clusterName: string;
  projectName: string;
  /** As the provider gave it. */
  kubeconfig: Kubeconfig;
  /** What is to stand as the user instead of the certificates: a program to run. */
  user?: Json | undefined;
}

/** One of the three lists: its key, the field of an entry that has the content, and the fields of it that are ours. */
export interface Kind {
  key: 'clusters' | 'users' | 'contexts';
  field: 'cluster' | 'user' | 'context';
  managed: readonly string[];
}

export const clusterKind: Kind = {
  key: 'clusters',
  field: 'cluster',
  managed: ['server', 'certificate-authority', 'certificate-authority-data', 'insecure-skip-tls-verify'],
};
export const userKind: Kind = {
  key: 'users',
  field: 'user',
  managed: [
    'client-certificate',
    'client-certificate-data',
    'client-key',
    'client-key-data',
    'token',
    'tokenFile',
    'username',
    'password',
    'auth-provider',
    'exec',
  ],
};
export const contextKind: Kind = { key: 'contexts', field: 'context', managed: ['cluster', 'user'] };

/** An entry that the addition is to have. */
export interface WantedEntry {
  /** Tells the entries of a cluster apart: the provider's name of the context; '' for the user. */
  role: string;
  name: string;
  content: Json;
}

/** Extensions are kept by whatever rewrites a kubeconfig through client-go, kubectl first of all. */
export const extensionName = 'cce-clustercert';

/** The cluster entries that an addition wants, under the names that are given to new ones. */
export function wantedClusters({ kubeconfig, ...addition }: ClusterAddition): WantedEntry[] {
  return kubeconfig.contexts.map(({ name: role, context }) => ({
    role,
    name: `${baseName(addition)}-${role}`,
    content: { ...kubeconfig.clusters.find(({ name }) => name === context.cluster)?.cluster },
  }));
}

export function wantedUsers({ kubeconfig, user, ...addition }: ClusterAddition): WantedEntry[] {
  return [{ role: '', name: baseName(addition), content: { ...(user ?? kubeconfig.users[0]?.user) } }];
}

/** The contexts, over the names that clusters and user have in the file. */
export function wantedContexts(
  { kubeconfig, ...addition }: ClusterAddition,
  { alias, clusters, user }: { alias: string | undefined; clusters: ReadonlyMap<string, string>; user: string },
): WantedEntry[] {
  return kubeconfig.contexts.map(({ name: role }) => ({
    role,
    name: `${alias ?? baseName(addition)}-${role}`,
    content: { cluster: clusters.get(role), user },
  }));
}

/** What marks an entry as that of a cluster, whatever it is called. */
export function markOf({ clusterId, projectId, endpoint }: ClusterAddition, role: string): Json {
  const extension = { cluster: clusterId, ...(role !== '' && { context: role }), endpoint, project: projectId };
  return { extension, name: extensionName };
}

/** The role of an entry of the cluster; undefined for an entry of anything else. */
export function roleOf(entry: unknown, { field }: Kind, { clusterId, projectId }: ClusterAddition): string | undefined {
  const extensions = extensionsOf(entry, field);
  const { extension } = extensions.find(isOurs) ?? {};
  const { cluster, project, context = '' } = (extension ?? {}) as Json;
  return cluster === clusterId && project === projectId && typeof context === 'string' ? context : undefined;
}

/** Gives a test for texts: whether a context of the cluster is in one. A text that is no kubeconfig holds none. */
export function holdsCluster(addition: ClusterAddition): (text: string) => boolean {
  return (text) => {
    try {
      const { contexts } = readKubeconfigSource(text, '').value;
      return Array.isArray(contexts) && contexts.some((entry) => roleOf(entry, contextKind, addition) !== undefined);
    } catch {
      return false;
    }
  };
}

/** The extensions of an entry with our mark, the first of its kind, in its place. */
export function markedExtensions(entry: unknown, { field }: Kind, mark: Json): Json[] {
  const extensions = extensionsOf(entry, field);
  const place = extensions.findIndex(isOurs);
  return place < 0 ? [...extensions, mark] : extensions.with(place, mark);
}

function extensionsOf(entry: unknown, field: string): Json[] {
  const content = ((entry ?? {}) as Json)[field];
  const { extensions } = (content ?? {}) as { extensions?: unknown };
  if (!Array.isArray(extensions)) return [];
  return extensions.filter((one): one is Json => typeof one === 'object' && one !== null);
}

function isOurs({ name }: Json): boolean {
  return name === extensionName;
}

function baseName({ clusterName, projectName }: Pick<ClusterAddition, 'clusterName' | 'projectName'>): string {
  return `${clusterName}-${projectName}`.replaceAll(/[\s\p{Cc}]+/gu, '-');
}
