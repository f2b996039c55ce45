// Clusters: one interface for the server, one for the commands. The engines decide how clusters are kept.
import { parameterPatterns } from '../../generated/parameters.js';
import type { Authority, AuthorityFiles } from '../certificate/authority.js';
import { ClusterCertError, quoted } from '../errors.js';
import { urlOf } from '../url.js';

/**
 * How a cluster's API server learns of revocations: from the file of `clustercert authorization-config`, or from the
 * provider as its authorization webhook.
 */
export const revocationModes = ['authorization-file', 'webhook'] as const;
export type RevocationMode = (typeof revocationModes)[number];

/** The record of a cluster, without its authority. */
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

/** A cluster in lists: its record, or the known part of it while it cannot have certificates. */
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
 * Finds clusters. Its results are frozen or never changed. A look-up throws `unavailable` when the engine fails or is
 * too slow, `data_unreadable` for a damaged cluster, and `cluster_not_ready` with the reason for an existing one that
 * cannot have certificates now. None of them is ever reported as a missing cluster.
 */
export interface ClusterRegistry {
  /**
   * True for look-ups that are local and fast: equal ones share a result only if both began in the same turn of the
   * event loop. With other engines, simultaneous equal look-ups are made once.
   */
  readonly isLocal?: boolean;
  /**
   * The cluster of that ID, in upper or lower case, if it belongs to the project. Gives the same object, with the same
   * `authority` object, while nothing of the cluster changes: certificates are re-used by the authority's identity, and
   * with new objects every request costs a signature.
   */
  find(projectId: string, clusterId: string): Promise<Cluster | undefined>;
  /** The record of a cluster, without opening its authority. */
  findRecord(projectId: string, clusterId: string): Promise<ClusterSummary | undefined>;
  /**
   * The records of all clusters of a project, sorted by ID; damaged ones are left out. The cost depends on the
   * project's clusters only.
   */
  listRecords(projectId: string): Promise<ClusterSummary[]>;
  /** Throws when no cluster can be looked up at the moment. */
  assertReady(): Promise<void>;
}

/** The changeable fields of a cluster; omitted ones stay. ID and project never change. */
export interface ClusterChanges {
  readonly name?: string;
  readonly server?: string;
  /** Null removes the public address. */
  readonly externalServer?: string | null;
  /** Null for an API server that does not enforce revocations. */
  readonly revocation?: RevocationMode | null;
  /** The new authority; without a seed of its own it gets a new one. */
  readonly authority?: Omit<AuthorityFiles, 'serverCertificatePem'>;
  /** The CA of the API server's certificate; null for the authority itself. */
  readonly serverCertificatePem?: string | null;
}

/** Adds, changes and removes clusters. Every look-up that starts after a change sees it, here and on every replica. */
export interface ClusterAdministration {
  /**
   * Registers a cluster with its authority, whole or not at all. Throws `authority_unusable` for an authority that could not
   * issue certificates now, `already_exists` for an ID that is taken.
   */
  add(record: ClusterRecord, authority: AuthorityFiles, options: { now: Date }): Promise<void>;
  /**
   * Changes a cluster in place; look-ups meanwhile find the old or the new state, never a missing cluster. Gives the
   * new record; undefined when there is no such cluster. Throws like `add` and `createClusterRecord`; nothing is
   * changed then.
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
 * Checks the fields of a cluster and brings them to their normal form: the ID in lower case, URLs without a slash at
 * their end. Throws `invalid_argument`. Every engine makes its records with it, including those that it reads.
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

/** The error for an ID that is taken. */
export function clusterExists(id: string): ClusterCertError {
  const message = `cluster '${id}' exists already; remove it first or choose another ID`;
  return new ClusterCertError('already_exists', message);
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
  const url = typeof value === 'string' ? urlOf(value) : undefined;
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
  // As kubectl shows it: without the slash of an empty path.
  return url.href.replace(/\/$/, '');
}
