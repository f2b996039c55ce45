// The handlers of the contract's operations. Each one only walks through the rooms: who calls, which cluster, issue,
// assemble.
import type { Handlers } from '../../generated/server.js';
import { issueCertificate } from '../certificate/issue-certificate.js';
import type { ClusterRegistry } from '../clusters/cluster-registry.js';
import { ClusterCertError } from '../errors.js';
import { type Caller, requireProject } from '../identity/identity.js';
import { assembleKubeconfig } from '../kubeconfig/assemble-kubeconfig.js';

/** What a handler knows beside the request. */
export interface RequestContext {
  caller: Caller;
  /** Writes an audit line. */
  audit: (event: string, fields: Record<string, unknown>) => void;
}

export interface IssuingPolicy {
  /** Validity of a certificate whose request names none. */
  validityDays: number;
  /** Seconds within which the same request gets the same certificate; 0 for never. */
  reuseWindowSeconds: number;
}

export const defaultPolicy: IssuingPolicy = { validityDays: 365, reuseWindowSeconds: 24 * 60 * 60 };

export interface HandlerOptions {
  clusters: ClusterRegistry;
  policy?: IssuingPolicy;
  now?: () => Date;
}

/** Handlers that answer with certificates of the registry's clusters. */
export function createHandlers({
  clusters,
  policy = defaultPolicy,
  now = () => new Date(),
}: HandlerOptions): Handlers<RequestContext> {
  return {
    async getClusterCert({ path: { project_id: projectId, cluster_id: clusterId } }, { caller, audit }) {
      requireProject(caller, projectId);
      const cluster = await clusters.find(projectId, clusterId);
      if (!cluster) throw new ClusterCertError('not_found', `cluster '${clusterId}' does not exist in this project`);
      const { userId, groups } = caller;
      const certificate = issueCertificate(cluster.authority, {
        clusterId: cluster.id,
        userId,
        groups,
        ...policy,
        now: now(),
      });
      const { serialNumber, notAfter } = certificate;
      // The clouds' own audit service gives a download of certificates this name.
      audit('getClusterCertByUID', { userId, projectId, clusterId: cluster.id, serialNumber, notAfter });
      const { server, externalServer, authority } = cluster;
      return {
        status: 200,
        body: assembleKubeconfig({ server, externalServer, authorityPem: authority.certificatePem, ...certificate }),
      };
    },
  };
}
