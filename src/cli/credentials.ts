// The credentials of a call: a token, an access key or a cloud, the first in options and environment.
import { createHash } from 'node:crypto';
import type { AccessKey } from '../signing/sign-request.js';
import type { CloudConfig } from '../keystone/cloud-config.js';
import type { Io } from './command.js';
import { usageError } from './usage-error.js';

type Environment = Io['environment'];

export type Credentials =
  | { kind: 'token'; token: string; fromCommandLine: boolean }
  | {
      kind: 'access key';
      accessKey: AccessKey;
      /** Its variables; none for one of clouds.yaml. */
      variables: readonly string[];
      /** Its source, for people. */
      from: string;
      /** The project, if it is given beside the key. */
      projectId?: string | undefined;
    }
  | { kind: 'cloud'; cloud: CloudConfig; variables: Readonly<Record<string, string>> };

/** Identifies the caller for a cache, without revealing a secret. */
export function callerOf(credentials: Credentials): string {
  if (credentials.kind === 'token') {
    return `token ${createHash('sha256').update(credentials.token).digest('hex')}`;
  }
  if (credentials.kind === 'access key') return `access key ${credentials.accessKey.id}`;
  const { authUrl, request } = credentials.cloud;
  const secrets = ['password', 'secret', 'passcode'];
  const shown = JSON.stringify(request, (key, value: unknown) =>
    secrets.includes(key) && typeof value === 'string' ? undefined : value,
  );
  return `cloud ${authUrl} ${shown}`;
}

const ownAccessKey = ['CLUSTERCERT_ACCESS_KEY', 'CLUSTERCERT_SECRET_KEY', 'CLUSTERCERT_SECURITY_TOKEN'] as const;
/** The variables of the vendors' SDKs and of the Terraform providers of Huawei Cloud and the Open Telekom Cloud. */
const vendorsAccessKeys = [
  ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK', 'HUAWEICLOUD_SDK_SECURITY_TOKEN'],
  ['HW_ACCESS_KEY', 'HW_SECRET_KEY', 'HW_SECURITY_TOKEN'],
  ['OS_ACCESS_KEY', 'OS_SECRET_KEY', 'OS_SECURITY_TOKEN'],
] as const;

/** The credentials of a call. Throws `invalid_argument` for missing or incomplete ones. */
export async function readCredentials(
  { token: given }: { token: string | undefined },
  environment: Environment,
): Promise<Credentials> {
  const token = given ?? (environment['CLUSTERCERT_TOKEN'] || undefined);
  if (token !== undefined) return { kind: 'token', token: checkToken(token), fromCommandLine: given !== undefined };
  const found = readAccessKey(environment, ownAccessKey) ?? (await readOthers(environment));
  if (found) return found;
  throw usageError(whatIsMissing(environment));
}

/** Most likely an incomplete user or application credential was meant: shells and kubectl usually lack the secret. */
function whatIsMissing(environment: Environment): string {
  const has = (...names: string[]) => names.some((name) => environment[name]);
  if (!has('OS_AUTH_URL'))
    return 'there are no credentials; set OS_CLOUD, CLUSTERCERT_TOKEN, an access key or OS_AUTH_URL and so on';
  if (has('OS_APPLICATION_CREDENTIAL_ID', 'OS_APPLICATION_CREDENTIAL_NAME'))
    return 'OS_APPLICATION_CREDENTIAL_SECRET is missing; it belongs to OS_AUTH_URL and the application credential, which are set';
  if (has('OS_USERNAME', 'OS_USER_NAME', 'OS_USER_ID'))
    return 'OS_PASSWORD is missing; it belongs to OS_AUTH_URL and the user, which are set';
  return 'OS_AUTH_URL is set, but nothing to authenticate with; set OS_USERNAME and OS_PASSWORD, OS_TOKEN or an application credential';
}

function readAccessKey(environment: Environment, names: readonly [string, string, string]): Credentials | undefined {
  const [id, secret, securityToken] = names.map((name) => environment[name] || undefined);
  if (id === undefined && secret === undefined) return undefined;
  if (id === undefined || secret === undefined) {
    throw usageError(
      `${names[0]} and ${names[1]} belong together; ${id === undefined ? names[0] : names[1]} is missing`,
    );
  }
  const [tokenName, token] = securityToken === undefined ? sessionToken(id, environment) : [names[2], securityToken];
  const variables = token === undefined ? names.slice(0, 2) : [names[0], names[1], tokenName];
  const accessKey = checkAccessKey({ id, secret, securityToken: token }, names);
  return { kind: 'access key', accessKey, variables, from: names[0] };
}

/** otc-auth writes the token of a temporary key only under AWS's name, with the same key under AWS's names. */
function sessionToken(id: string, environment: Environment): [string, string | undefined] {
  const { AWS_ACCESS_KEY_ID: same, AWS_SESSION_TOKEN: token } = environment;
  return ['AWS_SESSION_TOKEN', same === id && token ? token : undefined];
}

/** The ID goes into headers as it is; the secret does not, but has no such characters either. */
function checkAccessKey(accessKey: AccessKey, names: readonly [string, string, string]): AccessKey {
  const values = [accessKey.id, accessKey.secret, accessKey.securityToken];
  const wrong = names.find((_, index) => !/^[!-~]+$/.test(values[index] ?? 'none'));
  if (wrong === undefined && !/[,=/]/.test(accessKey.id)) return accessKey;
  throw usageError(
    `${wrong ?? names[0]} is not valid; it must be printable ASCII without spaces and line ends, as the console shows it`,
  );
}

async function readOthers(environment: Environment): Promise<Credentials | undefined> {
  const vendors = () => vendorsAccessKeys.map((names) => readAccessKey(environment, names)).find(Boolean);
  const own = environment['OS_CLOUD'] ? undefined : vendors();
  return own ?? (await readCloudKey(environment)) ?? (await readCloud(environment)) ?? vendors();
}

async function readCloudKey(environment: Environment): Promise<Credentials | undefined> {
  // Loads the YAML reader only for a cloud.
  const { readCloudAccessKey } = await import('../keystone/cloud-config.js');
  const found = readCloudAccessKey(environment);
  if (!found) return undefined;
  const { id, secret, securityToken, projectId, cloud } = found;
  const from = `cloud '${cloud}'`;
  const names = [`ak of ${from}`, `sk of ${from}`, `security_token of ${from}`] as const;
  const accessKey = checkAccessKey({ id, secret, securityToken }, names);
  return { kind: 'access key', accessKey, variables: [], from, projectId };
}

async function readCloud(environment: Environment): Promise<Credentials | undefined> {
  const { readCloudConfig } = await import('../keystone/cloud-config.js');
  const cloud = await readCloudConfig(environment, { onlyCloud: true });
  if (!cloud) return undefined;
  const named = Object.entries(environment).filter(([name, value]) => name.startsWith('OS_') && value);
  return { kind: 'cloud', cloud, variables: Object.fromEntries(named) as Record<string, string> };
}

function checkToken(token: string): string {
  if (/^[!-~]+$/.test(token)) return token;
  throw usageError('the token is not valid; it must be printable ASCII without spaces');
}
