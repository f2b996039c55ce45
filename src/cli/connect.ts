// A client for the provider that options and environment describe, with what only an identity service can tell filled in.
import type { ContractClient } from '../../generated/client.js';
import { createClient } from '../client/create-client.js';
import { renewingToken } from '../client/tokens.js';
import { retrying } from '../client/retrying.js';
import { signWith } from '../client/sign-with.js';
import { ClusterCertError, quoted } from '../errors.js';
import { endpointsOf } from '../keystone/catalogue.js';
import type { CloudConfig, TokenRequest } from '../keystone/cloud-config.js';
import type { ConnectionSettings } from './connection-options.js';
import { fetchOver, guarded } from './provider-fetch.js';

export interface Connection {
  client: ContractClient;
  endpoint: string;
  projectId: string;
  /** For people: the project's name where the identity service tells it, otherwise its ID. */
  projectName: string;
  timeoutMs: number;
}

/** Gets a token where one is needed; makes no call to the provider yet. */
export async function connect(settings: ConnectionSettings): Promise<Connection> {
  const { credentials, endpoint, projectId, proxies, timeoutMs } = settings;
  if (credentials.kind === 'cloud') return connectToCloud(credentials.cloud, settings);
  if (endpoint === undefined || projectId === undefined) throw new TypeError('endpoint and project are missing');
  const fetch = guarded(retrying({ fetch: await fetchOver({ caPem: await readCa(settings), proxies }) }));
  const client =
    credentials.kind === 'token'
      ? createClient({ endpoint, fetch, token: credentials.token })
      : createClient({ endpoint, fetch, sign: signWith(credentials.accessKey) });
  return { client, endpoint, projectId, projectName: projectId, timeoutMs };
}

async function connectToCloud(cloud: CloudConfig, settings: ConnectionSettings): Promise<Connection> {
  const { keystone, request, first, projectId, endpoint, caPem } = await signIn(cloud, settings);
  const issued = [first];
  const { proxies } = settings;
  // The cloud's own CA stands for the provider too, as it does for all services of the openstack command.
  const send = await fetchOver({ caPem: (await readCa(settings)) ?? caPem, proxies });
  const client = createClient({
    endpoint,
    fetch: guarded(retrying({ fetch: send })),
    token: renewingToken(async () => issued.pop() ?? keystone.issueToken(request)),
  });
  const projectName = (first.project?.id === projectId && first.project.name) || projectId;
  return { client, endpoint, projectId, projectName, timeoutMs: settings.timeoutMs };
}

async function signIn(cloud: CloudConfig, settings: ConnectionSettings) {
  // Only who asks an identity service pays for what speaks to one.
  const { KeystoneClient } = await import('../keystone/keystone-client.js');
  const { readCaFile } = await import('../keystone/ca-file.js');
  const caPem = cloud.caFile === undefined ? undefined : await readCaFile(cloud.caFile);
  const keystone = new KeystoneClient({ url: cloud.authUrl, caPem });
  const request = scopedTo(settings.projectId, cloud.request);
  const first = await keystone.issueToken(request);
  const projectId = settings.projectId ?? first.project?.id;
  if (projectId === undefined) {
    throw new ClusterCertError('invalid_argument', 'the token is for no project; give --project or OS_PROJECT_NAME');
  }
  const endpoint = settings.endpoint ?? findEndpoint(first.catalogue, cloud);
  return { keystone, request, first, projectId, endpoint, caPem };
}

/** What a connection is made of, for those who send requests of their own. */
export interface BareConnection {
  endpoint: string;
  projectId: string;
  token?: string;
  accessKey?: { id: string; secret: string; securityToken?: string | undefined };
  caPem: string | undefined;
}

/** Finds out the same as `connect`, once, and makes no client. */
export async function connectBare(settings: ConnectionSettings): Promise<BareConnection> {
  const { credentials, endpoint, projectId } = settings;
  if (credentials.kind === 'cloud') {
    const { first, caPem, ...found } = await signIn(credentials.cloud, settings);
    const { endpoint: url, projectId: id } = found;
    return { endpoint: url, projectId: id, token: first.token, caPem: (await readCa(settings)) ?? caPem };
  }
  if (endpoint === undefined || projectId === undefined) throw new TypeError('endpoint and project are missing');
  const caPem = await readCa(settings);
  if (credentials.kind === 'token') return { endpoint, projectId, token: credentials.token, caPem };
  return { endpoint, projectId, accessKey: credentials.accessKey, caPem };
}

/** The CA certificates of --ca, in PEM. */
async function readCa({ caFile }: ConnectionSettings): Promise<string | undefined> {
  if (caFile === undefined) return undefined;
  const { readCaFile } = await import('../keystone/ca-file.js');
  return readCaFile(caFile, `--ca ${quoted(caFile)}`);
}

/** A token is for one project; which one the option names wins over the cloud's. An application credential has its own. */
function scopedTo(projectId: string | undefined, request: TokenRequest): TokenRequest {
  const ownScope = 'application_credential' in request.identity;
  return projectId === undefined || ownScope ? request : { ...request, scope: { project: { id: projectId } } };
}

/** The CCE service is in catalogues as `ccev2.0`, with the provider's root URL. */
function findEndpoint(catalogue: Parameters<typeof endpointsOf>[0], { region, interface: face }: CloudConfig): string {
  const found = endpointsOf(catalogue, { type: 'ccev2.0', interface: face, region });
  const urls = [...new Set(found.map(({ url }) => url.replace(/\/(api\/v3.*)?$/, '')))];
  if (urls[0] !== undefined && urls.length === 1) return urls[0];
  const where = region === undefined ? '' : ` in region '${region}'`;
  const problem =
    urls.length === 0
      ? `no ${face} endpoint of type ccev2.0${where}; give --endpoint`
      : `several endpoints of type ccev2.0 (regions ${found.map((entry) => entry.region).join(', ')}); set OS_REGION_NAME`;
  throw new ClusterCertError('invalid_argument', `the identity service's catalogue has ${problem}`);
}
