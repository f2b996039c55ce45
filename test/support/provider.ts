// The real provider on a free port of this machine, with a data folder of its own.
import { afterAll } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { ClusterFolder } from '../../src/registry/folder/cluster-folder.js';
import { createClusterRecord } from '../../src/registry/cluster-registry.js';
import { createClient } from '../../src/client/create-client.js';
import { AccessKeyFolder } from '../../src/registry/folder/access-key-folder.js';
import { AccessKeyIdentity } from '../../src/identity/access-key-identity.js';
import { RevocationFolder } from '../../src/registry/folder/revocation-folder.js';
import { TokenFolder } from '../../src/registry/folder/token-folder.js';
import { createApp } from '../../src/server/app.js';
import type { AppOptions } from '../../src/server/app-options.js';
import { type HandlerOptions, createHandlers } from '../../src/server/handlers.js';
import { type ListenOptions, type Listening, listen } from '../../src/server/listen.js';
import { createLog } from '../../src/server/log.js';
import { ecAuthority } from './ec-authority.js';
import { temporaryFolder } from './temporary-folder.js';

export const projectId = '77b6a44cba5143ab91d13ab9a8ff44fd';
export const otherProjectId = '88c7b55dcb6254bca2e24bcab9005500';
export const userId = 'a4a5d4098fb4474fa22cd05f897d6b99';

const running: Listening[] = [];

afterAll(() => Promise.all(running.map(({ drain }) => drain({ deadlineMs: 1000 }))));

export interface ProviderOptions {
  dataFolder?: string;
  app?: Partial<AppOptions>;
  handlers?: Partial<HandlerOptions>;
  listening?: Partial<ListenOptions>;
  /** The clock of certificates, tokens and access keys. */
  now?: () => Date;
}

export type Provider = Awaited<ReturnType<typeof startProvider>>;

/** Listens until the tests of the file are done. */
export async function startProvider({
  dataFolder = temporaryFolder(),
  app,
  handlers,
  listening: listenOptions,
  now,
}: ProviderOptions = {}) {
  const clusters = new ClusterFolder(dataFolder, { ...(now && { now }) });
  const tokens = new TokenFolder(dataFolder, { ...(now && { now }) });
  const accessKeys = new AccessKeyFolder(dataFolder, { ...(now && { now }) });
  const revocations = new RevocationFolder(dataFolder, { ...(now && { now }) });
  const logged: Record<string, unknown>[] = [];
  const sink = new PassThrough();
  sink.on('data', (lines: Buffer) => {
    for (const line of lines.toString().trimEnd().split('\n')) logged.push(JSON.parse(line) as Record<string, unknown>);
  });
  const log = createLog(sink);
  const operations = createHandlers({ clusters, revocations, ...(now && { now }), ...handlers });
  const application = createApp({
    handlers: operations,
    tokens,
    revocations,
    signatures: new AccessKeyIdentity(accessKeys, { ...(now && { now }) }),
    limits: { perAddress: 0, perCaller: 0 },
    log,
    assertReady: () => clusters.assertReady(),
    ...app,
  });
  const listening = await listen(application, { host: '127.0.0.1', port: 0, log, ...listenOptions });
  running.push(listening);

  const addCluster = async ({
    authority,
    ...fields
  }: {
    authority?: AuthorityFiles;
    name?: string;
    server?: string;
    externalServer?: string;
    id?: string;
    projectId?: string;
  } = {}) => {
    const now = new Date();
    const record = createClusterRecord({
      id: randomUUID(),
      projectId,
      name: 'test',
      server: 'https://192.168.1.7:5443',
      ...fields,
    });
    await clusters.add(record, authority ?? ecAuthority(), { now });
    return record.id;
  };
  const addToken = async (
    fields: { userId?: string; projectId?: string; groups?: string[]; lifetimeSeconds?: number } = {},
  ) => {
    const { lifetimeSeconds = 3600, ...caller } = fields;
    return (await tokens.add({ userId, projectId, groups: ['system:masters'], ...caller }, { lifetimeSeconds })).token;
  };
  const pathOf = (clusterId: string, project = projectId) =>
    `/api/v3/projects/${project}/clusters/${clusterId}/clustercert`;
  return {
    url: listening.url,
    app: application,
    drain: listening.drain,
    replaceTls: listening.replaceTls,
    log,
    dataFolder,
    clusters,
    tokens,
    accessKeys,
    revocations,
    handlers: operations,
    logged,
    addCluster,
    addToken,
    pathOf,
    clientFor: (token: string) => createClient({ endpoint: listening.url, token }),
    get: (clusterId: string, headers: Record<string, string>) => fetch(listening.url + pathOf(clusterId), { headers }),
  };
}
