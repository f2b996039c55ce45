// A whole provider for tests of other projects: in this process, on a free port of this machine, with nothing on disk.
// It is the real one, so that it also refuses requests that break the contract.
import { randomBytes, randomUUID } from 'node:crypto';
import { type Authority, openAuthority } from '../certificate/authority.js';
import { createAuthority } from '../certificate/create-authority.js';
import { type ClusterRecord, type ClusterRegistry, createClusterRecord } from '../registry/cluster-registry.js';
import { createApp } from './app.js';
import { createHandlers } from './handlers.js';
import { listen } from './listen.js';
import { type LogStream, createLog } from './log.js';

export interface MockOptions {
  /** The one token that lets callers in (default: a new one). */
  token?: string;
  /** 32 lower-case hexadecimal digits (default: new ones). */
  projectId?: string;
  /** Changes to the default cluster, which is named `mock` and has no public address. */
  cluster?: Partial<Omit<ClusterRecord, 'projectId'>>;
  /** User and groups of the certificates. */
  userId?: string;
  groups?: readonly string[];
  /** Where the log goes (default: nowhere). */
  log?: LogStream;
}

export interface Mock {
  /** Such as `http://127.0.0.1:40123`; the `endpoint` of a client. */
  readonly url: string;
  readonly token: string;
  readonly projectId: string;
  readonly clusterId: string;
  /** Lets open requests end, for at most a second. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a provider with one cluster and a certificate authority of its own. Throws `invalid_argument` for a project ID
 * or a cluster that no registry would accept.
 *
 * @example
 * import { createMock } from 'cce-clustercert/server';
 *
 * const mock = await createMock();
 * const response = await fetch(`${mock.url}/api/v3/projects/${mock.projectId}/clusters/${mock.clusterId}/clustercert`, {
 *   headers: { 'Content-Type': 'application/json', 'X-Auth-Token': mock.token },
 * });
 * console.log(response.status);
 * await mock.close();
 */
export async function createMock(options: MockOptions = {}): Promise<Mock> {
  const { token = randomUUID(), projectId = randomBytes(16).toString('hex'), groups = ['mock'] } = options;
  const record = createClusterRecord({
    id: randomUUID(),
    name: 'mock',
    server: 'https://192.168.1.7:5443',
    ...options.cluster,
    projectId,
  });
  const caller = { userId: options.userId ?? 'mock', projectId, groups };
  const clusters = registryOf(record, openAuthority(await createAuthority({ now: new Date() })));
  const app = createApp({
    handlers: createHandlers({ clusters }),
    tokens: { isLocal: true, findByToken: (given) => Promise.resolve(given === token ? caller : undefined) },
    log: createLog(options.log ?? { write: () => true }),
    assertReady: () => clusters.assertReady(),
    limits: { perAddress: 0, perCaller: 0 },
  });
  const { url, drain } = await listen(app, { host: '127.0.0.1', port: 0 });
  return { url, token, projectId, clusterId: record.id, close: () => drain({ deadlineMs: 1_000 }) };
}

function registryOf(record: ClusterRecord, authority: Authority): ClusterRegistry {
  const cluster = { ...record, authority };
  const isAsked = (projectId: string, id: string) => projectId === record.projectId && id.toLowerCase() === record.id;
  return {
    isLocal: true,
    find: (projectId, id) => Promise.resolve(isAsked(projectId, id) ? cluster : undefined),
    findRecord: (projectId, id) => Promise.resolve(isAsked(projectId, id) ? record : undefined),
    listRecords: (projectId) => Promise.resolve(projectId === record.projectId ? [record] : []),
    assertReady: () => Promise.resolve(),
  };
}
