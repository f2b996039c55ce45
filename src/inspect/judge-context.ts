// Checks contexts, which bind a cluster and a user: the references must lead somewhere, and the cluster's own authority
// should have signed the user's certificate.
import type { X509Certificate } from 'node:crypto';
import { leadsTo } from '../verify/certificate-chain.js';
import { type ReadCertificate, readCertificate } from '../verify/credential.js';
import type { Clock } from './certificate-facts.js';
import { type Finding, type Remarks, remarksOn } from './finding.js';
import type { InspectedCluster } from './judge-cluster.js';
import type { InspectedUser } from './judge-user.js';
import type { Entry, LoadedKubeconfig } from './load-kubeconfig.js';
import type { ContextFields } from './parse-kubeconfig.js';

interface Parts {
  clusters: ReadonlyMap<string, InspectedCluster>;
  users: ReadonlyMap<string, InspectedUser>;
  findings: Finding[];
  clock: Clock;
}

/** Adds the faults of a context. */
export function judgeContext(
  { name, file, fields }: Entry<ContextFields>,
  { clusters, users, findings, clock }: Parts,
): void {
  // A null entry has no name, so it cannot be used.
  if (name === '' && Object.keys(fields).length === 0) return;
  const remarks = remarksOn(findings, { file, kind: 'context', name });
  const [cluster, user] = [clusters.get(fields.cluster ?? ''), users.get(fields.user ?? '')];
  if (!fields.cluster) remarks.error('names no cluster');
  else if (!cluster) remarks.error(`names the cluster '${fields.cluster}', which is not there`);
  if (fields.user && !user) remarks.error(`names the user '${fields.user}', which is not there`);
  if (cluster?.secure && (user ? user.facts.credentials.length === 0 : !fields.user))
    remarks.error(user ? `names the user '${user.facts.name}', who has no credential` : 'names no user');
  if (fields.namespace && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(fields.namespace))
    remarks.error('has a namespace that cannot be one in Kubernetes');
  if (cluster && user) judgeIssuer(user.chain, cluster, { clock, remarks });
}

/** A cluster may have a separate authority for clients; the name tells whether this authority was meant. */
function judgeIssuer(chain: X509Certificate[], { facts, authorities }: InspectedCluster, parts: Judging): void {
  const { clock, remarks } = parts;
  const [client, ...others] = chain.flatMap(asRead);
  const anchors = authorities.flatMap(asRead);
  if (!client || anchors.length === 0) return;
  const isValid = ({ x509 }: ReadCertificate) =>
    new Date(x509.validFrom) <= clock.now && clock.now < new Date(x509.validTo);
  const valid = { others: others.filter(isValid), anchors: anchors.filter(isValid) };
  if (leadsTo(client, [...valid.anchors, ...valid.others], valid.anchors)) return;
  // If all authorities have expired, the cluster has that finding.
  if (leadsTo(client, [...anchors, ...others], anchors)) {
    if (leadsTo(client, [...anchors, ...valid.others], anchors)) return;
    remarks.error(
      `the user's certificate leads to the authority of cluster '${facts.name}' through one that is not valid now`,
    );
    return;
  }
  const impostor = [client, ...others].some(({ x509 }) => authorities.some(({ subject }) => subject === x509.issuer));
  if (impostor)
    remarks.error(
      `the user's certificate was not signed by the authority of cluster '${facts.name}', but by another of the same name`,
    );
  else
    remarks.warning(
      `the user's certificate was not signed by the authority of cluster '${facts.name}'; that works only where the cluster has another one for clients`,
    );
}

interface Judging {
  clock: Clock;
  remarks: Remarks;
}

/** None if only Node can read a certificate. */
function asRead({ raw }: X509Certificate): ReadCertificate[] {
  try {
    return [readCertificate(raw)];
  } catch {
    return [];
  }
}

/** Checks the context that kubectl would start with. */
export function judgeCurrentContext({ currentContext, contexts, files, findings }: LoadedKubeconfig): void {
  const remarks = remarksOn(findings, { file: files[0] ?? '', kind: 'file', name: '' });
  if (contexts.length === 0) remarks.error('has no context: nothing in it can be used');
  else if (currentContext === '') remarks.warning('has no current-context; kubectl needs --context with it');
  else if (!contexts.some(({ name }) => name === currentContext))
    remarks.error(`has the current-context '${currentContext}', which is not there`);
}
