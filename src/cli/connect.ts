// A client for the provider of options and environment; the identity service fills in what only it knows.
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
  /** For people: the project's name if the identity service gives it, otherwise its ID. */
  projectName: string;
  /** The end of a token that the caller has instead of a password, if the identity service gives it. */
  tokenEnds?: Date;
  timeoutMs: number;
}

/** Gets a token where one is needed; makes no call to the provider yet. */
export async function connect(settings: ConnectionSettings): Promise<Connection> {
  const { credentials, endpoint, projectId, proxies, timeoutMs } = settings;
  if (credentials.kind === 'cloud') return connectToCloud(credentials.cloud, settings);
  if (endpoint === undefined || projectId === undefined) throw new TypeError('endpoint and project are missing');
  const send = await fetchOver(endpoint, { caPem: await readCa(settings, endpoint), proxies });
  const fetch = guarded(retrying({ fetch: send }));
  const client =
    credentials.kind === 'token'
      ? createClient({ endpoint, fetch, token: credentials.token })
      : createClient({ endpoint, fetch, sign: signWith(credentials.accessKey) });
  return { client, endpoint, projectId, projectName: projectId, timeoutMs };
}

async function connectToCloud(cloud: CloudConfig, settings: ConnectionSettings): Promise<Connection> {
  const { keystone, request, first, projectId, endpoint, trust } = await signIn(cloud, settings);
  const issued = [first];
  const send = await fetchOver(endpoint, { ...trust, proxies: settings.proxies });
  const client = createClient({
    endpoint,
    fetch: guarded(retrying({ fetch: send })),
    token: renewingToken(async () => issued.pop() ?? keystone.issueToken(request)),
  });
  const projectName = (first.project?.id === projectId && first.project.name) || projectId;
  // A token that is made from another one ends with it.
  const tokenEnds = 'token' in request.identity ? { tokenEnds: first.expiresAt } : {};
  return { client, endpoint, projectId, projectName, ...tokenEnds, timeoutMs: settings.timeoutMs };
}

async function signIn(cloud: CloudConfig, settings: ConnectionSettings) {
  // Loads the Keystone client only if it is needed.
  const { connectToIdentity } = await import('./connect-to-identity.js');
  const { keystone, caPem } = await connectToIdentity(cloud, settings.proxies);
  const request = scopedTo(settings.projectId, cloud.request);
  const first = await keystone.issueToken(request).catch((error: unknown) => {
    throw whoseCredentials(error, cloud);
  });
  const projectId = settings.projectId ?? first.project?.id;
  if (projectId === undefined) {
    throw new ClusterCertError('invalid_argument', 'the token is for no project; give --project or OS_PROJECT_NAME');
  }
  const endpoint = settings.endpoint ?? findEndpoint(first.catalogue, cloud);
  // The cloud's settings for certificates also apply to the provider, as to all services of the openstack command.
  const own = await readCa(settings, endpoint);
  const trust = {
    caPem: own ?? caPem ?? (await readCloudCa(cloud, endpoint)),
    verify: own !== undefined || cloud.verify,
  };
  return { keystone, request, first, projectId, endpoint, trust };
}

/** The parts of a connection, for callers that send requests of their own. */
export interface BareConnection {
  endpoint: string;
  projectId: string;
  token?: string;
  accessKey?: { id: string; secret: string; securityToken?: string | undefined };
  caPem: string | undefined;
  /** Whether the provider's certificate is checked. */
  verify: boolean;
}

/** Finds the same as `connect`, once, without making a client. */
export async function connectBare(settings: ConnectionSettings): Promise<BareConnection> {
  const { credentials, endpoint, projectId } = settings;
  if (credentials.kind === 'cloud') {
    const { first, trust, endpoint: url, projectId: id } = await signIn(credentials.cloud, settings);
    return { endpoint: url, projectId: id, token: first.token, ...trust };
  }
  if (endpoint === undefined || projectId === undefined) throw new TypeError('endpoint and project are missing');
  const trust = { caPem: await readCa(settings, endpoint), verify: true };
  if (credentials.kind === 'token') return { endpoint, projectId, token: credentials.token, ...trust };
  return { endpoint, projectId, accessKey: credentials.accessKey, ...trust };
}

/** Adds the facts that decided the call to an error: the service's URL and the source of the credentials. */
function whoseCredentials(error: unknown, { authUrl, name, file }: CloudConfig): unknown {
  if (!(error instanceof ClusterCertError)) return error;
  const { origin, pathname } = new URL(authUrl);
  const source = name === undefined ? 'the OS_* variables' : `cloud '${name}' of '${file ?? ''}'`;
  const message = `${error.message}; asked was ${origin}${pathname} with ${source}`;
  return new ClusterCertError(error.code, message, { cause: error });
}

/** The CA certificates of --ca or, as for curl and kubectl, of SSL_CERT_FILE, in PEM. */
async function readCa({ caFile }: ConnectionSettings, endpoint: string): Promise<string | undefined> {
  // Without TLS there is nothing to trust, but a variable for all programs is no mistake.
  if (caFile === undefined || (caFile.from === 'SSL_CERT_FILE' && /^http:/i.test(endpoint))) return undefined;
  const { readCaFile } = await import('../keystone/ca-file.js');
  return readCaFile(caFile.file, `${caFile.from} ${quoted(caFile.file)}`);
}

/** The CA of a cloud whose identity service is called without TLS, but its provider with it. */
async function readCloudCa({ authUrl, caFile }: CloudConfig, endpoint: string): Promise<string | undefined> {
  if (caFile === undefined || !/^http:/i.test(authUrl) || /^http:/i.test(endpoint)) return undefined;
  const { readCaFile } = await import('../keystone/ca-file.js');
  return readCaFile(caFile);
}

/** A token is for one project; the option's wins over the cloud's. An application credential has its own. */
function scopedTo(projectId: string | undefined, request: TokenRequest): TokenRequest {
  const ownScope = 'application_credential' in request.identity;
  return projectId === undefined || ownScope ? request : { ...request, scope: { project: { id: projectId } } };
}

/** Catalogues list the CCE service as `ccev2.0`, with the provider's root URL. */
function findEndpoint(catalogue: Parameters<typeof endpointsOf>[0], { region, interfaces }: CloudConfig): string {
  const [found = []] = interfaces
    .map((name) => endpointsOf(catalogue, { type: 'ccev2.0', interface: name, region }))
    .filter((endpoints) => endpoints.length > 0);
  const urls = [...new Set(found.map(({ url }) => url.replace(/\/(api\/v3.*)?$/, '')))];
  if (urls[0] !== undefined && urls.length === 1) return urls[0];
  const where = region === undefined ? '' : ` in region '${region}'`;
  const problem =
    urls.length === 0
      ? `no ${interfaces.join(' or ')} endpoint of type ccev2.0${where}; give --endpoint`
      : `several endpoints of type ccev2.0 (regions ${found.map((entry) => entry.region).join(', ')}); set OS_REGION_NAME`;
  throw new ClusterCertError('invalid_argument', `the identity service's catalogue has ${problem}`);
}
