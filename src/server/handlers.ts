// The handlers of the contract's operations. Each one only calls the rooms in order: caller, cluster, issue, assemble.
import type { Handlers, OperationRequest } from '../../generated/server.js';
import { cacheBytesOf } from '../cache/cache-shares.js';
import { type ClientCertificate, createIssuer } from '../certificate/issue-certificate.js';
import { type Validity, cutAt, forDays, maximumValidity, until } from '../certificate/validity.js';
import type { components } from '../../generated/types.js';
import type { Cluster, ClusterRegistry, ClusterSummary } from '../registry/cluster-registry.js';
import { boundClusters, boundRevocations } from '../registry/look-ups.js';
import type { ClusterRevocations } from '../registry/revocations.js';
import { requireProject } from '../identity/identity.js';
import { type Caller, generationGroup, isReserved } from '../registry/caller.js';
import { createAssembler } from '../kubeconfig/assemble-kubeconfig.js';
import { CertificateMeter, type Metrics, meterLookUps } from './metrics.js';
import type { RequestContext } from './request-context.js';
import { requestedValidity } from './requested-validity.js';
import { type RevocationOptions, createRevocationHandler, unknownCluster } from './revocation-handler.js';

export interface IssuingPolicy {
  /** Validity for requests that name none. */
  validityDays: number;
  /**
   * The most days of any certificate; undefined for five calendar years, which then limit only a requested validity.
   */
  maximumDays?: number | undefined;
  /** The re-use window, in which equal requests get the same certificate, in seconds; 0 for none. */
  reuseWindowSeconds: number;
  /** Seconds that a certificate may outlive the token of a trust or an application credential (default: a day). */
  outliveSeconds?: number | undefined;
}

export const defaultPolicy: IssuingPolicy & { outliveSeconds: number } = {
  validityDays: 365,
  reuseWindowSeconds: 24 * 60 * 60,
  outliveSeconds: 24 * 60 * 60,
};

export interface HandlerOptions extends RevocationOptions {
  clusters: ClusterRegistry;
  policy?: IssuingPolicy;
  now?: () => Date;
  /** Bytes of all caches of the provider together (default: 256 MiB), from which certificates get their share. */
  cacheBytes?: number | undefined;
  /** Receives look-ups, certificates and authorities. */
  metrics?: Metrics | undefined;
}

type ClusterCertRequest = Pick<OperationRequest<'getClusterCert'>, 'path'>;

/**
 * Handlers that give certificates of the registry's clusters.
 *
 * @example
 * import { createHandlers, openData } from 'cce-clustercert/server';
 *
 * const { clusters, revocations } = await openData('/var/lib/clustercert');
 * const policy = { validityDays: 7, maximumDays: 30, reuseWindowSeconds: 3600 };
 * export const handlers = createHandlers({ clusters, revocations, policy });
 */
export function createHandlers({
  clusters: registry,
  revocations: revoked,
  policy = defaultPolicy,
  now = () => new Date(),
  cacheBytes,
  metrics,
  ...revocationOptions
}: HandlerOptions): Handlers<RequestContext> {
  const clusters = boundClusters(registry, meterLookUps(metrics, 'clusters'));
  const revocations = revoked && boundRevocations(revoked, meterLookUps(metrics, 'revocations'));
  const meter = new CertificateMeter(metrics);
  const issue = createIssuer({ maximumBytes: cacheBytesOf('certificates', cacheBytes) });
  const assemble = createAssembler();

  async function answer(
    { path }: ClusterCertRequest,
    { caller, audit }: RequestContext,
    chooseValidity: (now: Date) => Validity,
  ) {
    const { project_id: projectId, cluster_id: clusterId } = path;
    requireProject(caller, projectId);
    const cluster = await clusters.find(projectId, clusterId);
    if (!cluster) throw unknownCluster(clusterId);
    meter.countAuthority(cluster.id, cluster.authority);
    const { groups, isRevoked } = withRevocations(caller, await revocations?.listRevocations(cluster.id));
    const at = now();
    const request = {
      clusterId: cluster.id,
      userId: caller.userId,
      groups,
      validity: cutForDelegation(chooseValidity(at), caller, policy),
      reuseWindowSeconds: policy.reuseWindowSeconds,
      now: at,
      isRevoked,
    };
    const certificate = issue(cluster.authority, request);
    meter.countCertificate(certificate);
    // The clouds' own audit service uses this name for a download of certificates.
    audit('getClusterCertByUID', describeIssued(caller, cluster, certificate));
    const { server, externalServer, authority } = cluster;
    const addresses = { server, externalServer, authorityPem: authority.serverCertificatePem };
    return { status: 200, body: assemble(certificate, addresses) } as const;
  }

  return {
    getClusterCert: (request, context) => answer(request, context, () => usualValidity(policy)),
    createClusterCert: (request, context) =>
      answer(request, context, (at) => requestedValidity(request.body, { maximumDays: policy.maximumDays, now: at })),
    revokeClusterCert: createRevocationHandler({ ...revocationOptions, clusters, revocations: revoked }),
    async listClusters({ path: { project_id: projectId } }, { caller }) {
      requireProject(caller, projectId);
      const records = await clusters.listRecords(projectId);
      return { status: 200, body: { kind: 'List', apiVersion: 'v3', items: records.map(describeCluster) } };
    },
    async getCluster({ path: { project_id: projectId, cluster_id: clusterId } }, { caller }) {
      requireProject(caller, projectId);
      const record = await clusters.findRecord(projectId, clusterId);
      if (!record) throw unknownCluster(clusterId);
      return { status: 200, body: describeCluster(record) };
    },
  };
}

/** The fields of the audit line. */
function describeIssued({ userId, accessKeyId, delegation }: Caller, cluster: Cluster, certificate: ClientCertificate) {
  const { id: clusterId, projectId } = cluster;
  const { serialNumber, credentialId, notAfter } = certificate;
  const endsAt = notAfter.toISOString();
  return { userId, projectId, accessKeyId, delegation, clusterId, serialNumber, credentialId, notAfter: endsAt };
}

/** The operator's maximum also limits a GET. */
function usualValidity({ validityDays, maximumDays }: IssuingPolicy): Validity {
  const validity = forDays(validityDays);
  return maximumDays === undefined ? validity : cutAt(validity, maximumValidity(maximumDays));
}

/** Certificates of a temporary delegation must not stay valid for years. */
function cutForDelegation(validity: Validity, { delegation }: Caller, { outliveSeconds }: IssuingPolicy): Validity {
  if (!delegation) return validity;
  const seconds = outliveSeconds ?? defaultPolicy.outliveSeconds;
  return cutAt(validity, until(new Date(delegation.endsAt.getTime() + seconds * 1000)));
}

/** The changes that a revocation makes to a caller's certificates: a group that earlier ones lack, and a new key. */
function withRevocations({ userId, groups }: Caller, revocations: ClusterRevocations | undefined) {
  const own = groups.filter((group) => !isReserved(group));
  if (!revocations) return { groups: own, isRevoked: undefined };
  const { users, credentials } = revocations;
  const revoked = users.find((user) => user.userId === userId);
  return {
    groups: revoked ? [...own, generationGroup(revoked.generation)] : own,
    isRevoked: (id: string) => credentials.some(({ credentialId }) => credentialId === id),
  };
}

function describeCluster({
  id,
  name,
  server,
  externalServer,
  phase = 'Available',
}: ClusterSummary): components['schemas']['ClusterDescription'] {
  const status = { phase, endpoints: endpointsOf({ server: server ?? '', externalServer }) };
  const spec = { type: 'VirtualMachine', hostNetwork: {}, eniNetwork: {}, serviceNetwork: {} };
  return { kind: 'Cluster', apiVersion: 'v3', metadata: { name, uid: id }, spec, status };
}

function endpointsOf({ server, externalServer }: { server: string; externalServer: string | undefined }) {
  const isPublic = externalServer !== undefined;
  // Terraform's providers read the first entry and the fields of all three networks without checking that they exist.
  const names = { internal: server, ...(isPublic && { external: externalServer, external_otc: externalServer }) };
  return [
    { url: server, type: 'Internal', ...names },
    ...(isPublic ? [{ url: externalServer, type: 'External' }] : []),
  ];
}
