// The handler that ends certificates: checks the caller's rights, and that the revocation would stop something.
import type { Handler } from '../../generated/server.js';
import { assertEnforced, assertStoppable } from '../authorization/revoke.js';
import { ClusterCertError } from '../errors.js';
import { requireProject } from '../identity/identity.js';
import type { ClusterRegistry } from '../registry/cluster-registry.js';
import type { RevocationAdministration, Revocations } from '../registry/revocations.js';
import type { RequestContext } from './request-context.js';

export interface RevocationOptions {
  /** The store of revocations; without it, nothing can be revoked. */
  revocations?: (Revocations & Partial<RevocationAdministration>) | undefined;
  /** Members of this group may end the certificates of others (default: `clustercert:revokers`). */
  revokers?: string;
  /** The known groups of another user's certificates (default: none). */
  groupsOf?:
    ((user: { projectId: string; userId: string; isCaller: boolean }) => Promise<readonly string[]>) | undefined;
}

/** Handles `revokeClusterCert`. */
export function createRevocationHandler({
  clusters,
  revocations,
  revokers = 'clustercert:revokers',
  groupsOf = () => Promise.resolve([]),
}: RevocationOptions & { clusters: ClusterRegistry }): Handler<'revokeClusterCert', RequestContext> {
  return async ({ path: { project_id: projectId, cluster_id: clusterId }, body: { userId } }, { caller, audit }) => {
    requireProject(caller, projectId);
    if (userId === undefined)
      throw new ClusterCertError('not_revocable', 'no certificate here is of an agency; give userId');
    const isOwn = userId === caller.userId;
    if (!isOwn && !caller.groups.includes(revokers)) {
      throw new ClusterCertError(
        'forbidden',
        `callers may end their own certificates; those of others may be ended by members of the group ${revokers}`,
      );
    }
    const cluster = await clusters.findRecord(projectId, clusterId);
    if (!cluster) throw unknownCluster(clusterId);
    assertEnforced(cluster);
    const known = await groupsOf({ projectId, userId, isCaller: isOwn });
    assertStoppable(userId, isOwn ? [...caller.groups, ...known] : known);
    if (!revocations?.revokeUser) throw new ClusterCertError('not_implemented', 'revocations are not kept here');
    const generation = await revocations.revokeUser(cluster.id, userId);
    const fields = { userId: caller.userId, projectId, clusterId: cluster.id, revokedUserId: userId, generation };
    audit('revokeClusterCert', fields);
    return { status: 200, body: undefined };
  };
}

export function unknownCluster(clusterId: string): ClusterCertError {
  return new ClusterCertError('not_found', `cluster '${clusterId}' does not exist in this project`);
}
