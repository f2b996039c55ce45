// Answers a Kubernetes API server's authorization webhook (SubjectAccessReview, authorization.k8s.io/v1): denied if the
// certificate was revoked, otherwise no opinion, so that the next authorizer decides.
import { ClusterCertError } from '../errors.js';
import { generationGroup } from '../registry/caller.js';
import type { ClusterRevocations } from '../registry/revocations.js';

/** The fields of the review that count here. */
export interface SubjectAccess {
  user: string;
  groups: string[];
  /** Of clients that came with a certificate (Kubernetes 1.32 and newer). */
  credentialIds: string[];
}

const apiVersion = 'authorization.k8s.io/v1';
const credentialIdKey = 'authentication.kubernetes.io/credential-id';

/** Reads a SubjectAccessReview; throws `invalid_argument` for anything else. */
export function readSubjectAccessReview(body: unknown): SubjectAccess {
  const { apiVersion: version, kind, spec } = asObject(body);
  if (version !== apiVersion || kind !== 'SubjectAccessReview')
    throw new ClusterCertError('invalid_argument', `the body is not a SubjectAccessReview of ${apiVersion}`);
  const { user, groups, extra } = asObject(spec);
  return {
    user: typeof user === 'string' ? user : '',
    groups: strings(groups),
    credentialIds: strings(asObject(extra)[credentialIdKey]),
  };
}

/** Why the access is denied; undefined where nothing was revoked. */
export function whyRevoked({ user, groups, credentialIds }: SubjectAccess, revocations: ClusterRevocations) {
  // Callers without a certificate got in by other means: a token, or an administrator who impersonates the user.
  const certificates = credentialIds.filter((id) => id.startsWith('X509SHA256='));
  if (certificates.length === 0) return undefined;
  if (revocations.credentials.some(({ credentialId }) => certificates.includes(credentialId)))
    return 'the certificate was revoked; fetch a new kubeconfig';
  const revoked = revocations.users.find(({ userId }) => userId === user);
  if (!revoked || groups.includes(generationGroup(revoked.generation))) return undefined;
  return "the user's certificates of before were revoked; fetch a new kubeconfig";
}

/** The response of the webhook. */
export function subjectAccessReview(reason: string | undefined) {
  const status = reason === undefined ? { allowed: false } : { allowed: false, denied: true, reason };
  return { apiVersion, kind: 'SubjectAccessReview', status };
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
