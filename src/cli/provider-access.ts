// Which provider, which project, which credentials: read here, without a call, for every command that calls a provider.
import { createHash } from 'node:crypto';
import type { AccessKey } from '../signing/sign-request.js';
import { quoted } from '../errors.js';
import { type CloudConfig, readCloudConfig } from '../keystone/cloud-config.js';
import { type Io, type OptionValues, checkEndpoint, optional, readDuration, usageError } from './command.js';

type Environment = Io['environment'];

export const accessOptions = {
  endpoint: { type: 'string' },
  project: { type: 'string' },
  token: { type: 'string' },
  timeout: { type: 'string', default: '30s' },
} as const;

export const accessUsage = `  --endpoint URL          the provider, without /api/v3 (CLUSTERCERT_ENDPOINT)
  --project ID            the project (CLUSTERCERT_PROJECT)
  --token TOKEN           a token for it; every user of the machine can see command lines, so set
                          CLUSTERCERT_TOKEN instead
  --timeout TIME          for a call to the provider (default: 30s)

Credentials are the first that are there of
  1. a token: --token or CLUSTERCERT_TOKEN
  2. an access key: CLUSTERCERT_ACCESS_KEY and CLUSTERCERT_SECRET_KEY
  3. a cloud of clouds.yaml: OS_CLOUD
  4. an access key: HUAWEICLOUD_SDK_AK and _SK, HW_ACCESS_KEY and HW_SECRET_KEY, or OS_ACCESS_KEY and OS_SECRET_KEY,
     each with its ..._SECURITY_TOKEN where it is a temporary one
  5. a user or application credential: OS_AUTH_URL, OS_USERNAME, OS_PASSWORD and so on, as the openstack command takes
     them
With 3 and 5 the identity service tells project and endpoint (type ccev2.0 of its catalogue); else both must be given,
the project also as HUAWEICLOUD_SDK_PROJECT_ID, HW_PROJECT_ID or OS_PROJECT_ID.
`;

export type Credentials =
  | { kind: 'token'; token: string; fromCommandLine: boolean }
  | { kind: 'access key'; accessKey: AccessKey; variables: readonly string[] }
  | { kind: 'cloud'; cloud: CloudConfig; variables: Readonly<Record<string, string>> };

export interface ProviderAccess {
  credentials: Credentials;
  /** Undefined where the identity service's catalogue is to tell. */
  endpoint: string | undefined;
  projectId: string | undefined;
  timeoutMs: number;
}

/** Reads options and environment. Throws `invalid_argument` for what is missing or half there. */
export async function readAccess(values: OptionValues, environment: Environment): Promise<ProviderAccess> {
  const credentials = await readCredentials(values, environment);
  const cloud = credentials.kind === 'cloud';
  const variables = cloud ? ['CLUSTERCERT_PROJECT'] : projectVariables;
  const projectId = optional(values, 'project') ?? firstOf(environment, variables);
  const endpoint = optional(values, 'endpoint') ?? firstOf(environment, ['CLUSTERCERT_ENDPOINT']);
  if (!cloud && endpoint === undefined) throw usageError('option --endpoint is missing');
  if (!cloud && projectId === undefined) throw usageError('option --project is missing');
  if (projectId !== undefined && !/^[0-9a-f]{32}$/.test(projectId)) {
    throw usageError(`--project ${quoted(projectId)} is not valid; it must be 32 lower-case hexadecimal digits`);
  }
  return {
    credentials,
    endpoint: endpoint === undefined ? undefined : checkEndpoint(endpoint),
    projectId,
    timeoutMs: readDuration(values, 'timeout', { least: 1 }) * 1000,
  };
}

/** Who is calling, for a cache to tell callers apart by: holds no secret that could be found out from it. */
export function callerOf(credentials: Credentials): string {
  if (credentials.kind === 'token') {
    return `token ${createHash('sha256').update(credentials.token).digest('hex')}`;
  }
  if (credentials.kind === 'access key') return `access key ${credentials.accessKey.id}`;
  const { authUrl, request } = credentials.cloud;
  const secrets = ['password', 'secret'];
  const shown = JSON.stringify(request, (key, value: unknown) =>
    secrets.includes(key) && typeof value === 'string' ? undefined : value,
  );
  return `cloud ${authUrl} ${shown}`;
}

const projectVariables = ['CLUSTERCERT_PROJECT', 'HUAWEICLOUD_SDK_PROJECT_ID', 'HW_PROJECT_ID', 'OS_PROJECT_ID'];
const ownAccessKey = ['CLUSTERCERT_ACCESS_KEY', 'CLUSTERCERT_SECRET_KEY', 'CLUSTERCERT_SECURITY_TOKEN'] as const;
/** As the vendors' SDKs, the Terraform provider of Huawei Cloud and that of the Open Telekom Cloud read them. */
const vendorsAccessKeys = [
  ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK', 'HUAWEICLOUD_SDK_SECURITY_TOKEN'],
  ['HW_ACCESS_KEY', 'HW_SECRET_KEY', 'HW_SECURITY_TOKEN'],
  ['OS_ACCESS_KEY', 'OS_SECRET_KEY', 'OS_SECURITY_TOKEN'],
] as const;

async function readCredentials(values: OptionValues, environment: Environment): Promise<Credentials> {
  const given = optional(values, 'token');
  const token = given ?? firstOf(environment, ['CLUSTERCERT_TOKEN']);
  if (token !== undefined) return { kind: 'token', token: checkToken(token), fromCommandLine: given !== undefined };
  const found =
    readAccessKey(environment, ownAccessKey) ??
    (environment['OS_CLOUD'] ? await readCloud(environment) : undefined) ??
    vendorsAccessKeys.map((names) => readAccessKey(environment, names)).find((one) => one !== undefined) ??
    (await readCloud(environment));
  if (found) return found;
  throw usageError('there are no credentials; set OS_CLOUD, CLUSTERCERT_TOKEN, an access key or OS_AUTH_URL and so on');
}

function readAccessKey(environment: Environment, names: readonly [string, string, string]): Credentials | undefined {
  const [id, secret, securityToken] = names.map((name) => environment[name] || undefined);
  if (id === undefined && secret === undefined) return undefined;
  if (id === undefined || secret === undefined) {
    throw usageError(
      `${names[0]} and ${names[1]} belong together; ${id === undefined ? names[0] : names[1]} is missing`,
    );
  }
  const variables = securityToken === undefined ? names.slice(0, 2) : names;
  return { kind: 'access key', accessKey: { id, secret, securityToken }, variables };
}

async function readCloud(environment: Environment): Promise<Credentials | undefined> {
  const cloud = await readCloudConfig(environment);
  if (!cloud) return undefined;
  const named = Object.entries(environment).filter(([name, value]) => name.startsWith('OS_') && value);
  return { kind: 'cloud', cloud, variables: Object.fromEntries(named) as Record<string, string> };
}

function checkToken(token: string): string {
  if (/^[!-~]+$/.test(token)) return token;
  throw usageError('the token is not valid; it must be printable ASCII without spaces');
}

/** An empty variable counts as none. */
function firstOf(environment: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
}
