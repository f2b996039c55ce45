// The entries of one cluster in a kubeconfig of many: their names and contents, and the mark by which they are found
// again.
import { X509Certificate } from 'node:crypto';
import type { Kubeconfig } from './assemble-kubeconfig.js';
import type { Json } from './kubeconfig-source.js';

/** A cluster for a kubeconfig. */
export interface ClusterAddition {
  clusterId: string;
  projectId: string;
  endpoint: string;
  /** The names that people use. */
  clusterName: string;
  projectName: string;
  /** The provider's response. */
  kubeconfig: Kubeconfig;
  /** The user's content instead of certificates: a program to run. */
  user?: Json | undefined;
}

/** One of the three lists: its key, the field with an entry's content, and our fields of that content. */
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

/** kubectl and all programs that rewrite a kubeconfig with client-go keep extensions. */
export const extensionName = 'cce-clustercert';

/** The user and the groups of a credential, as Kubernetes sees them. */
export interface Caller {
  name: string;
  groups: string;
}

/** The caller whose credential was fetched. */
export function callerOf({ kubeconfig }: ClusterAddition): Caller | undefined {
  return callerIn(kubeconfig.users[0]?.user);
}

/** The caller of a user's certificate; undefined where there is no readable one. */
export function callerIn(user: Json | undefined): Caller | undefined {
  const data = user?.['client-certificate-data'];
  if (typeof data !== 'string') return undefined;
  try {
    const subject = new X509Certificate(Buffer.from(data, 'base64')).subject.split('\n');
    const valuesOf = (type: string) =>
      subject.filter((one) => one.startsWith(`${type}=`)).map((one) => one.slice(type.length + 1));
    return { name: valuesOf('CN').join(), groups: valuesOf('O').sort().join() };
  } catch {
    return undefined;
  }
}

/** The provider's names of the contexts, which distinguish the entries of a cluster. */
export const rolesOf = ({ kubeconfig }: ClusterAddition) => kubeconfig.contexts.map(({ name }) => name);

/** The cluster entry of a role. */
export function clusterContent({ kubeconfig }: ClusterAddition, role: string): Json {
  const context = kubeconfig.contexts.find(({ name }) => name === role)?.context;
  return { ...kubeconfig.clusters.find(({ name }) => name === context?.cluster)?.cluster };
}

export function userContent({ kubeconfig, user }: ClusterAddition): Json {
  return { ...(user ?? kubeconfig.users[0]?.user) };
}

/** The name of a new entry: `demo-shop` for the user, `demo-shop-internal` for an entry with a role. */
export function defaultName({ clusterName, projectName }: ClusterAddition, role?: string): string {
  const base = `${clusterName}-${projectName}`.replaceAll(/[\s\p{Cc}]+/gu, '-');
  return role === undefined ? base : `${base}-${role}`;
}

/** The mark of a cluster's entry, whatever its name; that of a user also names the caller. */
export function markOf(addition: ClusterAddition, role?: string): Json {
  const { clusterId, projectId, endpoint } = addition;
  const caller = role === undefined ? callerOf(addition)?.name : undefined;
  const extension = {
    cluster: clusterId,
    ...(role !== undefined && { context: role }),
    endpoint,
    project: projectId,
    ...(caller !== undefined && { user: caller }),
  };
  return { extension, name: extensionName };
}

/** The mark of an entry of the cluster; undefined for an entry of anything else. */
export function markIn(entry: Json, { field }: Kind, { clusterId, projectId }: ClusterAddition): Json | undefined {
  const { extension } = extensionsOf(entry, field).find(isOurs) ?? {};
  const mark = (extension ?? {}) as Json;
  return mark['cluster'] === clusterId && mark['project'] === projectId ? mark : undefined;
}

/** Whether an entry is one of ours, of any cluster. */
export const isMarked = (entry: Json, { field }: Kind) => extensionsOf(entry, field).some(isOurs);

/** The extensions of an entry with our mark put in, where the first such mark was. */
export function markedExtensions(entry: Json | undefined, { field }: Kind, mark: Json): Json[] {
  const extensions = extensionsOf(entry, field);
  const place = extensions.findIndex(isOurs);
  return place < 0 ? [...extensions, mark] : extensions.with(place, mark);
}

/** The entries of a list; one that is not a mapping counts as an empty one. */
export function entriesOf(value: Json, { key }: Kind): Json[] {
  const list = value[key];
  if (!Array.isArray(list)) return [];
  return list.map((entry: unknown) => (typeof entry === 'object' && entry !== null ? (entry as Json) : {}));
}

/** The cluster, user or context of an entry. */
export function contentOf(entry: Json | undefined, { field }: Kind): Json {
  const content = entry?.[field];
  return typeof content === 'object' && content !== null && !Array.isArray(content) ? (content as Json) : {};
}

export function nameOf(entry: Json | undefined): string {
  const { name = '' } = entry ?? {};
  return typeof name === 'string' ? name : JSON.stringify(name);
}

function extensionsOf(entry: Json | undefined, field: string): Json[] {
  const content = entry?.[field];
  const { extensions } = (content ?? {}) as { extensions?: unknown };
  if (!Array.isArray(extensions)) return [];
  return extensions.filter((one): one is Json => typeof one === 'object' && one !== null);
}

function isOurs({ name }: Json): boolean {
  return name === extensionName;
}
