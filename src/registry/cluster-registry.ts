// Which clusters there are: what the server needs of a registry, and what the commands need. How clusters are kept is left to
// the engines.
import { parameterPatterns } from '../../generated/parameters.js';
import type { Authority, AuthorityFiles } from '../certificate/authority.js';
import { ClusterCertError, quoted } from '../errors.js';

/**
 * How a cluster's API server learns of revocations: by the file of `clustercert authorization-config`, or by asking the
 * provider as its authorization webhook.
 */
export const revocationModes = ['authorization-file', 'webhook'] as const;
export type RevocationMode = (typeof revocationModes)[number];

/** What is kept of a cluster beside its authority. */
export interface ClusterRecord {
  /** In lower case. */
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  /** URL of the API server inside the cloud's network. */
  readonly server: string;
  /** URL of the API server at its public address (EIP), where it has one. */
  readonly externalServer?: string | undefined;
  /** How the API server enforces revocations; without it, it does not. */
  readonly revocation?: RevocationMode | undefined;
}

/** What lists show of a cluster: its record, or what there is of it while no certificates can be had. */
export interface ClusterSummary extends Omit<ClusterRecord, 'server'> {
  /** Missing while the cluster has no address. */
  readonly server?: string | undefined;
  /** In the words of the API, such as `Creating`, where it is not `Available`. */
  readonly phase?: string | undefined;
}

export interface Cluster extends ClusterRecord {
  readonly authority: Authority;
}

/**
 * Finds clusters. What it gives out is frozen or never changed. A look-up that cannot be answered now, because the engine
 * beneath fails or is too slow, throws `unavailable`; a cluster whose data is damaged throws `data_unreadable`; one that is
 * there and cannot have certificates now throws `cluster_not_ready` with the reason. None of them is ever reported as a
 * missing cluster.
 */
export interface ClusterRegistry {
  /**
   * Looked up on this machine and in a moment: a look-up takes over what an equal one found only if both began in the same turn
   * of the event loop. Of other engines, equal look-ups at once are one.
   */
  readonly isLocal?: boolean;
  /**
   * The cluster of that ID, in whatever case it is written, if it belongs to the project. Gives the same object, with the
   * same `authority` object, for as long as nothing of the cluster changed: what was made with an authority is re-used by
   * its identity, and a new object costs every request a signature.
   */
  find(projectId: string, clusterId: string): Promise<Cluster | undefined>;
  /** What is kept of a cluster beside its authority, which is not opened for it. */
  findRecord(projectId: string, clusterId: string): Promise<ClusterSummary | undefined>;
  /**
   * The records of all clusters of a project, sorted by ID; those that are damaged are left out. Costs what the project has,
   * not what others have.
   */
  listRecords(projectId: string): Promise<ClusterSummary[]>;
  /** Throws when no cluster could be looked up at the moment. */
  assertReady(): Promise<void>;
}

/** What may be changed of a cluster; what is left out stays. Its ID and its project never change. */
export interface ClusterChanges {
  readonly name?: string;
  readonly server?: string;
  /** Null takes the public address away. */
  readonly externalServer?: string | null;
  /** Null for an API server that does not enforce revocations. */
  readonly revocation?: RevocationMode | null;
  /** The new authority; without a seed of its own it gets a new one. */
  readonly authority?: Omit<AuthorityFiles, 'serverCertificatePem'>;
  /** What clients trust the API server by; null for the authority's own certificates. */
  readonly serverCertificatePem?: string | null;
}

/** Changes which clusters there are. A change counts for every look-up that starts after it, here and on every replica. */
export interface ClusterAdministration {
  /**
   * Registers a cluster with its authority, whole or not at all. Throws `authority_unusable` for an authority that could not
   * issue certificates now, `already_exists` for an ID that is taken.
   */
  add(record: ClusterRecord, authority: AuthorityFiles, options: { now: Date }): Promise<void>;
  /**
   * Changes a cluster in place; look-ups meanwhile find it as it was or as it will be, never missing. Gives the new record, or
   * undefined when there is no such cluster. Throws like `add` and `createClusterRecord`, and changes nothing then.
   */
  set(clusterId: string, changes: ClusterChanges, options: { now: Date }): Promise<ClusterRecord | undefined>;
  /** The cluster of that ID in any project. Throws `data_unreadable` when it is damaged. */
  get(clusterId: string): Promise<Cluster | undefined>;
  /** Every cluster, sorted by ID, and an error for each one that is damaged. */
  list(): Promise<{ clusters: Cluster[]; problems: ClusterCertError[] }>;
  /** The IDs of all clusters, sorted and in lower case, damaged ones too. */
  ids(): Promise<string[]>;
  /** Removes a cluster with its authority's key; false when there is none. */
  remove(clusterId: string): Promise<boolean>;
}

const namePattern = /^(?=.*\S)[^\p{C}]{1,64}$/u;

/**
 * Checks the fields of a cluster and brings them to their normal form: the ID in lower case, URLs without a slash at their end.
 * Throws `invalid_argument`. Every engine makes its records with it, those that it reads too.
 *
 * @example
 * import { createClusterRecord } from 'cce-clustercert/server';
 *
 * const { server } = createClusterRecord({
 *   id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e',
 *   projectId: '77b6a44cba5143ab91d13ab9a8ff44fd',
 *   name: 'prod',
 *   server: 'https://192.168.1.7:6443/',
 * });
 * console.log(server); // https://192.168.1.7:6443
 */
export function createClusterRecord(fields: { [Field in keyof ClusterRecord]?: unknown }): ClusterRecord {
  const { id, projectId, name, server, externalServer, revocation } = fields;
  return {
    id: checkPattern('cluster ID', id, parameterPatterns.cluster_id, 'a UUID or 32 hexadecimal digits').toLowerCase(),
    projectId: checkPattern('project ID', projectId, parameterPatterns.project_id, '32 lower-case hexadecimal digits'),
    name: checkPattern('name', name, namePattern, '1 to 64 printable characters'),
    server: checkServer('server', server),
    ...(externalServer === undefined ? {} : { externalServer: checkServer('external server', externalServer) }),
    ...(revocation === undefined ? {} : { revocation: checkRevocation(revocation) }),
  };
}

/** The record of a cluster after changes. Throws `invalid_argument`. */
export function changedRecord(
  before: ClusterRecord,
  { name, server, externalServer, revocation }: ClusterChanges,
): ClusterRecord {
  return createClusterRecord({
    ...before,
    ...(name !== undefined && { name }),
    ...(server !== undefined && { server }),
    ...(externalServer !== undefined && { externalServer: externalServer ?? undefined }),
    ...(revocation !== undefined && { revocation: revocation ?? undefined }),
  });
}

function checkPattern(what: string, value: unknown, pattern: RegExp, accepted: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new ClusterCertError(
    'invalid_argument',
    `${what} ${quoted(String(value))} is not valid; it must be ${accepted}`,
  );
}

function checkRevocation(value: unknown): RevocationMode {
  const mode = revocationModes.find((known) => known === value);
  if (mode !== undefined) return mode;
  throw new ClusterCertError(
    'invalid_argument',
    `revocation ${quoted(String(value))} is not valid; it must be ${revocationModes.join(' or ')}`,
  );
}

function checkServer(what: string, value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (
    url?.protocol !== 'https:' ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw new ClusterCertError(
      'invalid_argument',
      `${what} is not usable; it must be an https URL without user, query and fragment, such as https://192.168.1.7:5443`,
    );
  }
  // As kubectl shows it: without the slash that a URL's empty path is written with.
  return url.href.replace(/\/$/, '');
}
