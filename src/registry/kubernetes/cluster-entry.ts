// Reads a Cluster object of Cluster API: its record, and the reason why it cannot have certificates now. No field is
// trusted to be well-formed, because tenants may own the object.
import { parameterPatterns } from '../../../generated/parameters.js';
import { ClusterCertError, firstLine } from '../../errors.js';
import { type ClusterRecord, type ClusterSummary, createClusterRecord, revocationModes } from '../cluster-registry.js';
import { type Json, objectIn, textIn } from './kubernetes-api.js';

/** The annotation with the URL of an API server's public address. */
const externalServerAnnotation = 'clustercert/external-server';
/** The annotation that says how an API server enforces revocations: `authorization-file` or `webhook`. */
const revocationAnnotation = 'clustercert/revocation';
const pausedAnnotation = 'cluster.x-k8s.io/paused';

export interface ClusterEntry {
  /** `metadata.uid`, which differs when a cluster is created again under the same name. */
  readonly uid: string;
  readonly namespace: string;
  /** The name in Kubernetes; the names of Secrets begin with it. */
  readonly name: string;
  /** The name of the KamajiControlPlane, where the cluster has one. */
  readonly kamaji: string | undefined;
  readonly summary: ClusterSummary;
  /** Set if the cluster can have certificates, unless its Secrets prevent that; undefined with `refusal`. */
  readonly record: ClusterRecord | undefined;
  /** Why it cannot have certificates; a sentence about the cluster. */
  readonly refusal: string | undefined;
}

export interface EntryOptions {
  readonly projectId: string;
  /** The label whose value is the ID; without it, the ID is `metadata.uid`. */
  readonly idLabel?: string | undefined;
}

/** The entry of a Cluster object; undefined for one that has no ID. */
export function readEntry(object: Json, { projectId, idLabel }: EntryOptions): ClusterEntry | undefined {
  const [metadata, spec] = [objectIn(object, 'metadata'), objectIn(object, 'spec')];
  const [uid, namespace, name] = [textIn(metadata, 'uid'), textIn(metadata, 'namespace'), textIn(metadata, 'name')];
  const id = idLabel === undefined ? uid.toLowerCase() : textIn(objectIn(metadata, 'labels'), idLabel);
  // An ID in upper case would be a second claim that a selector does not find.
  if (id !== id.toLowerCase() || !parameterPatterns.cluster_id.test(id)) return undefined;
  const revocation = objectIn(metadata, 'annotations')[revocationAnnotation];
  const fields = { id, projectId, name, ...(revocation !== undefined && { revocation }) };
  const address = readRecord({ ...fields, ...readServers(metadata, spec) });
  const state = stateOf(metadata, spec) ?? ('problem' in address ? address.problem : undefined);
  const record = 'record' in address ? address.record : undefined;
  // Earlier certificates can be revoked, whatever is wrong with the cluster now.
  const mode = revocationModes.find((known) => known === revocation);
  const known = record ?? { id, projectId, name, ...(mode && { revocation: mode }) };
  const summary: ClusterSummary = { ...known, ...(state && { phase: state.phase }) };
  const controlPlane = objectIn(spec, 'controlPlaneRef');
  return {
    uid,
    namespace,
    name,
    kamaji: textIn(controlPlane, 'kind') === 'KamajiControlPlane' ? textIn(controlPlane, 'name') : undefined,
    summary,
    record: state ? undefined : record,
    refusal: state?.reason,
  };
}

interface State {
  readonly phase: string;
  readonly reason: string;
}

function stateOf(metadata: Json, spec: Json): State | undefined {
  if (textIn(metadata, 'deletionTimestamp') !== '') return { phase: 'Deleting', reason: 'it is being deleted' };
  if (spec['paused'] === true || pausedAnnotation in objectIn(metadata, 'annotations'))
    return { phase: 'Unavailable', reason: 'it is paused in Cluster API' };
  const { host = '', port = 0 } = objectIn(spec, 'controlPlaneEndpoint');
  if (host === '' || port === 0) return { phase: 'Creating', reason: 'it has no endpoint yet' };
  return undefined;
}

function readRecord(fields: Json): { record: ClusterRecord } | { problem: State } {
  try {
    return { record: createClusterRecord(fields) };
  } catch (error) {
    return { problem: { phase: 'Unavailable', reason: `its ${firstLine(error)}` } };
  }
}

function readServers(metadata: Json, spec: Json) {
  const { host, port } = objectIn(spec, 'controlPlaneEndpoint');
  const external = objectIn(metadata, 'annotations')[externalServerAnnotation];
  return { server: urlOf(host, port), ...(external !== undefined && { externalServer: external }) };
}

/** Undefined for a host that would change other parts of the URL. */
function urlOf(host: unknown, port: unknown): string | undefined {
  if (typeof host !== 'string' || typeof port !== 'number' || port < 1 || port > 65_535) return undefined;
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (!/^[A-Za-z0-9._:-]+$/.test(bare)) return undefined;
  return `https://${bare.includes(':') ? `[${bare}]` : bare}:${port}`;
}

/** The refusal of a certificate. */
export function refused({ summary }: Pick<ClusterEntry, 'summary'>, reason: string): ClusterCertError {
  return new ClusterCertError('cluster_not_ready', `cluster '${summary.id}' has no certificates now: ${reason}`);
}
