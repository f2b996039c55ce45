// The caller behind a credential: the user, the project and the groups that certificates will name.
import { parameterPatterns } from '../../generated/parameters.js';
import { ClusterCertError, quoted } from '../errors.js';

export interface Caller {
  /** ID of the user; the CN of the caller's certificates. */
  readonly userId: string;
  /** ID of the project that the caller may act in; undefined for a known caller without a project. */
  readonly projectId: string | undefined;
  /** Kubernetes groups; the O of the caller's certificates. */
  readonly groups: readonly string[];
  /** The access key that the request was signed with. */
  readonly accessKeyId?: string;
  /** The temporary delegation under which the caller acts; certificates end soon after it. */
  readonly delegation?: Delegation;
  /** The access rules of an application credential; undefined for no restriction, empty if nothing is allowed. */
  readonly accessRules?: readonly { readonly service: string; readonly method: string; readonly path: string }[];
}

/** The trust or credential that a token was made by, instead of its user's own credentials. */
export interface Delegation {
  readonly kind: 'trust' | 'application credential';
  readonly id: string;
  /** When the token ends. */
  readonly endsAt: Date;
}

/** A caller who may act in a project. */
export interface ProjectCaller extends Caller {
  readonly projectId: string;
}

// RFC 5280, appendix A.1: upper bounds of a common name and an organization name.
const namePattern = /^(?=.*\S)[^\p{C}]{1,64}$/u;

/** Whether a certificate can contain a name as a user or a group. */
export function isName(name: unknown): name is string {
  return typeof name === 'string' && namePattern.test(name);
}

/**
 * Prefix of the groups that distinguish a revoked user's certificates; no other group may have it (`revocations.ts`).
 */
export const generationGroupPrefix = 'clustercert:generation:';

/** The group that the certificates of a user carry after a revocation. */
export const generationGroup = (generation: number) => generationGroupPrefix + String(generation);

/** Whether a name is reserved for revocations. */
export const isReserved = (group: string) => group.startsWith(generationGroupPrefix);

/** Whether a certificate can contain a name as a group of a caller. */
export function isGroup(name: unknown): name is string {
  return isName(name) && !isReserved(name);
}

/**
 * Throws `invalid_argument` for a caller who cannot be registered.
 *
 * @example
 * import { type Caller, assertCaller } from 'cce-clustercert/server';
 *
 * const caller: Caller = { userId: 'alice', projectId: '77b6a44cba5143ab91d13ab9a8ff44fd', groups: ['developers'] };
 * assertCaller(caller);
 * console.log(caller.projectId.length);
 */
export function assertCaller(caller: Caller): asserts caller is ProjectCaller {
  const { userId, projectId, groups } = caller;
  if (projectId === undefined || !parameterPatterns.project_id.test(projectId)) {
    throw new ClusterCertError(
      'invalid_argument',
      `project ID ${quoted(projectId ?? '')} is not valid; it must be 32 lower-case hexadecimal digits`,
    );
  }
  const names = [['user ID', userId], ...groups.map((group) => ['group', group])] as const;
  for (const [what, name] of names) {
    if (!isName(name)) {
      throw new ClusterCertError(
        'invalid_argument',
        `${what} ${quoted(String(name))} is not valid; it must be 1 to 64 printable characters`,
      );
    }
  }
  const reserved = groups.find(isReserved);
  if (reserved !== undefined) {
    throw new ClusterCertError(
      'invalid_argument',
      `group ${quoted(reserved)} is not valid; names that begin with ${generationGroupPrefix} are reserved for revocations`,
    );
  }
}
