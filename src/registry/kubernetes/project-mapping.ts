// The project of a cluster in the management cluster: by its namespace, or by one of its labels.
import { parameterPatterns } from '../../../generated/parameters.js';
import { ClusterCertError, quoted } from '../../errors.js';
import type { ListScope } from './cluster-lists.js';
import { type Json, objectIn, textIn } from './kubernetes-api.js';

export interface ProjectMapping {
  /** The scope of a project's clusters; undefined if it can have none. */
  scopeOf(projectId: string): ListScope | undefined;
  /** The project of a Cluster object; undefined for one that belongs to none. */
  projectOf(object: Json): string | undefined;
}

/**
 * A pattern on namespaces whose one group is the project, such as `magnum-(.+)`. The text around the group is plain, so
 * that a project's namespace is known and no others are listed. Throws `invalid_argument`.
 */
export function mapNamespaces(pattern: string, label: string): ProjectMapping {
  const [, before, group, after] = /^\^?([a-z0-9-]*)\((?!\?)(.+)\)([a-z0-9-]*)\$?$/.exec(pattern) ?? [];
  const project = group === undefined ? undefined : parseGroup(group);
  if (before === undefined || after === undefined || !project) {
    throw new ClusterCertError(
      'invalid_argument',
      `${label} ${quoted(pattern)} is not valid; it must be the text of a namespace with one group for the project ID, such as 'magnum-(.+)'`,
    );
  }
  const namespaceOf = (projectId: string) => `${before}${projectId}${after}`;
  const isMapped = (projectId: string) => isProject(projectId) && project.test(projectId);
  return {
    scopeOf: (projectId) => (isMapped(projectId) ? { namespace: namespaceOf(projectId) } : undefined),
    projectOf(object) {
      const namespace = textIn(objectIn(object, 'metadata'), 'namespace');
      const projectId = namespace.slice(before.length, namespace.length - after.length);
      return isMapped(projectId) && namespaceOf(projectId) === namespace ? projectId : undefined;
    },
  };
}

/** A label on Cluster objects whose value is the project ID. Throws `invalid_argument`. */
export function mapLabels(key: string, label: string): ProjectMapping {
  assertLabelKey(key, label);
  return {
    scopeOf: (projectId) => (isProject(projectId) ? { labelSelector: `${key}=${projectId}` } : undefined),
    projectOf(object) {
      const projectId = textIn(objectIn(objectIn(object, 'metadata'), 'labels'), key);
      return isProject(projectId) ? projectId : undefined;
    },
  };
}

/** Throws `invalid_argument` for a text that cannot be the key of a label. */
export function assertLabelKey(key: string, label: string): void {
  if (/^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/.test(key)) return;
  throw new ClusterCertError(
    'invalid_argument',
    `${label} ${quoted(key)} is not valid; it must be the key of a label, such as example.com/project-id`,
  );
}

const isProject = (projectId: string) => parameterPatterns.project_id.test(projectId);

/** Undefined for a text that is no regular expression, or has groups of its own. */
function parseGroup(text: string): RegExp | undefined {
  try {
    const groups = (new RegExp(`(?:${text})|`).exec('') ?? []).length - 1;
    return groups === 0 ? new RegExp(`^(?:${text})$`) : undefined;
  } catch {
    return undefined;
  }
}
