// Which clusters there are. The server asks a registry and does not know how it keeps them.
import { parameterPatterns } from '../../generated/parameters.js';
import type { Authority } from '../certificate/authority.js';
import { ClusterCertError, quoted } from '../errors.js';

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
}

export interface Cluster extends ClusterRecord {
  readonly authority: Authority;
}

export interface ClusterRegistry {
  /** The cluster of that ID, in whatever case it is written, if it belongs to the project. */
  find(projectId: string, clusterId: string): Promise<Cluster | undefined>;
  /** What is kept of a cluster beside its authority. */
  findRecord(projectId: string, clusterId: string): Promise<ClusterRecord | undefined>;
  /** The records of all clusters of a project, sorted by ID; those that make no sense are left out. */
  listRecords(projectId: string): Promise<ClusterRecord[]>;
  /** Throws when no cluster could be looked up at the moment. */
  assertReady(): Promise<void>;
}

const maximumNameLength = 64;

/** Checks the fields of a cluster and brings them to their normal form; throws `invalid_argument`. */
export function createClusterRecord(fields: { [Field in keyof ClusterRecord]?: unknown }): ClusterRecord {
  const { id, projectId, name, server, externalServer } = fields;
  return {
    id: checkPattern('cluster ID', id, parameterPatterns.cluster_id, 'a UUID or 32 hexadecimal digits').toLowerCase(),
    projectId: checkPattern('project ID', projectId, parameterPatterns.project_id, '32 lower-case hexadecimal digits'),
    name: checkPattern(
      'name',
      name,
      new RegExp(`^(?=.*\\S)[^\\p{C}]{1,${maximumNameLength}}$`, 'u'),
      '1 to 64 printable characters',
    ),
    server: checkServer('server', server),
    ...(externalServer === undefined ? {} : { externalServer: checkServer('external server', externalServer) }),
  };
}

function checkPattern(what: string, value: unknown, pattern: RegExp, accepted: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new ClusterCertError(
    'invalid_argument',
    `${what} ${quoted(String(value))} is not valid; it must be ${accepted}`,
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
