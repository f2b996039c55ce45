// Whether a revocation would stop anything. Reporting success without stopping anything must never happen.
import { ClusterCertError } from '../errors.js';
import type { ClusterSummary } from '../registry/cluster-registry.js';

// Kubernetes lets this group in before it asks any authorizer.
const unstoppable = 'system:masters';

/** Throws `not_revocable` for a cluster whose API server does not enforce revocations; the message names the ways. */
export function assertEnforced({ id, revocation }: ClusterSummary): void {
  if (revocation !== undefined) return;
  throw new ClusterCertError(
    'not_revocable',
    `the API server of cluster '${id}' does not enforce revocations, so this one would stop nothing; the operator can turn it on ` +
      `(clustercert cluster revocation ${id} authorization-file; of a management cluster, the annotation clustercert/revocation: ` +
      `authorization-file or webhook), give the cluster a new client CA (clustercert cluster client-ca new), ` +
      "take the user's role bindings away in the cluster, or issue shorter certificates (serve --maximum-days)",
  );
}

/** Throws `not_revocable` for a user whom the API server cannot refuse. */
export function assertStoppable(userId: string, groups: readonly string[]): void {
  if (!groups.includes(unstoppable)) return;
  throw new ClusterCertError(
    'not_revocable',
    `user '${userId}' may have certificates of the group ${unstoppable}, which Kubernetes lets in before it asks anybody; only a new ` +
      'client CA ends them (clustercert cluster client-ca new), and a group of your own bound to cluster-admin can be revoked',
  );
}
