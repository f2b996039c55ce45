// Whose calls they are: a token, an access key or a cloud, the first that options and environment hold.
import { createHash } from 'node:crypto';
import type { AccessKey } from '../signing/sign-request.js';
import { type CloudConfig, readCloudConfig } from '../keystone/cloud-config.js';
import type { Io } from './command.js';
import { usageError } from './usage-error.js';

type Environment = Io['environment'];

export type Credentials =
  | { kind: 'token'; token: string; fromCommandLine: boolean }
  | { kind: 'access key'; accessKey: AccessKey; variables: readonly string[] }
  | { kind: 'cloud'; cloud: CloudConfig; variables: Readonly<Record<string, string>> };

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

const ownAccessKey = ['CLUSTERCERT_ACCESS_KEY', 'CLUSTERCERT_SECRET_KEY', 'CLUSTERCERT_SECURITY_TOKEN'] as const;
/** As the vendors' SDKs, the Terraform provider of Huawei Cloud and that of the Open Telekom Cloud read them. */
const vendorsAccessKeys = [
  ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK', 'HUAWEICLOUD_SDK_SECURITY_TOKEN'],
  ['HW_ACCESS_KEY', 'HW_SECRET_KEY', 'HW_SECURITY_TOKEN'],
  ['OS_ACCESS_KEY', 'OS_SECRET_KEY', 'OS_SECURITY_TOKEN'],
] as const;

/** The credentials to call with. Throws `invalid_argument` where there are none, or half of some. */
export async function readCredentials(
  { token: given }: { token: string | undefined },
  environment: Environment,
): Promise<Credentials> {
  const token = given ?? (environment['CLUSTERCERT_TOKEN'] || undefined);
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
