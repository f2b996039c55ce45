// Finds the address and credentials of an identity service (Keystone, IAM) under the names that the openstack command
// uses: OS_* variables, or a cloud of a clouds.yaml that OS_CLOUD names.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { ClusterCertError, systemErrorCode, firstLine } from '../errors.js';

/** What the openstack command calls a cloud: where to authenticate, and as whom. */
export interface CloudConfig {
  /** URL of the identity service, with or without `/v3`. */
  authUrl: string;
  /** File with the CA certificates that the service's certificate is checked against. */
  caFile: string | undefined;
  /** `auth.identity` and `auth.scope` of a token request (Identity API v3). */
  request: TokenRequest;
  /** Which of the endpoints in the service's catalogue. */
  region: string | undefined;
  interface: string;
  /** The clouds.yaml that was read, if one was. */
  file: string | undefined;
}

export interface TokenRequest {
  identity: Record<string, unknown>;
  scope?: Record<string, unknown>;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Settings = Readonly<Record<string, string | undefined>>;

/**
 * The cloud that the environment describes; undefined when it holds no credentials. The address may come from elsewhere.
 * Throws `invalid_argument` for half a description.
 */
export async function readCloudConfig(
  environment: Environment,
  { authUrl: given }: { authUrl?: string | undefined } = {},
): Promise<CloudConfig | undefined> {
  const { OS_CLOUD: cloud } = environment;
  const { file, settings } = cloud
    ? await readCloudsYaml(cloud, environment)
    : { file: undefined, settings: readVariables(environment) };
  if (!cloud && !settings['password'] && !settings['application_credential_secret']) return undefined;
  const authUrl = given ?? settings['auth_url'];
  if (authUrl === undefined) throw incomplete(cloud ? `cloud '${cloud}' has no auth_url` : 'OS_AUTH_URL is missing');
  // The openstack command takes `publicURL` for `public`, as Identity API v2 called it.
  const chosen = (settings['interface'] ?? settings['endpoint_type'] ?? 'public').replace(/URL$/, '');
  const region = settings['region_name'];
  return { authUrl, caFile: settings['cacert'], request: createRequest(settings), region, interface: chosen, file };
}

/** `OS_USER_DOMAIN_NAME` becomes `user_domain_name`; an empty variable counts as none. */
function readVariables(environment: Environment): Settings {
  const named = Object.entries(environment).filter(([name, value]) => name.startsWith('OS_') && value);
  return withAliases(Object.fromEntries(named.map(([name, value]) => [name.slice(3).toLowerCase(), value])));
}

async function readCloudsYaml(cloud: string, environment: Environment): Promise<{ file: string; settings: Settings }> {
  const { OS_CLIENT_CONFIG_FILE: named } = environment;
  const configHome = environment['XDG_CONFIG_HOME'] || path.join(environment['HOME'] ?? homedir(), '.config');
  const files = named
    ? [named]
    : ['.', path.join(configHome, 'openstack'), '/etc/openstack'].map((folder) => path.join(folder, 'clouds.yaml'));
  const found = await readFirst(files);
  const { settings, secrets } = { settings: readCloud(found, cloud), secrets: await readSecrets(found.file, cloud) };
  // The openstack command lets the environment win over the file in these.
  const { OS_PASSWORD: password, OS_REGION_NAME: region } = environment;
  const winning = { ...(password ? { password } : {}), ...(region ? { region_name: region } : {}) };
  return { file: found.file, settings: withAliases({ ...settings, ...secrets, ...winning }) };
}

interface CloudsFile {
  file: string;
  clouds: Record<string, Record<string, unknown>>;
}

async function readFirst(files: string[]): Promise<CloudsFile> {
  for (const file of files) {
    try {
      const content = (parse(await readFile(file, 'utf8')) ?? {}) as { clouds?: CloudsFile['clouds'] };
      return { file, clouds: content.clouds ?? {} };
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw incomplete(`'${file}' cannot be read: ${firstLine(error)}`);
    }
  }
  throw incomplete(`OS_CLOUD is set, but there is no ${files.join(', no ')}`);
}

/** `secure.yaml` beside `clouds.yaml` has the same shape and holds the secrets. */
async function readSecrets(cloudsFile: string, cloud: string): Promise<Settings> {
  try {
    const secure = await readFirst([path.join(path.dirname(cloudsFile), 'secure.yaml')]);
    return cloud in secure.clouds ? readCloud(secure, cloud) : {};
  } catch {
    return {};
  }
}

function readCloud({ file, clouds }: CloudsFile, cloud: string): Settings {
  const { auth, ...rest } = clouds[cloud] ?? {};
  if (!(cloud in clouds))
    throw incomplete(`'${file}' has no cloud '${cloud}'; it has ${Object.keys(clouds).join(', ') || 'none'}`);
  const values = Object.entries({ ...rest, ...(auth as Record<string, unknown> | undefined) });
  return Object.fromEntries(
    values
      .filter(([, value]) => ['string', 'number'].includes(typeof value))
      .map(([name, value]) => [name, String(value)]),
  );
}

/** Spellings from before Identity API v3, which the openstack command still takes. */
function withAliases(settings: Settings): Settings {
  const { tenant_id: tenantId, tenant_name: tenantName, default_domain: domain, user_name: userName } = settings;
  return {
    ...(tenantId && { project_id: tenantId }),
    ...(tenantName && { project_name: tenantName }),
    ...(userName && { username: userName }),
    ...(domain && { user_domain_id: domain, project_domain_id: domain }),
    ...settings,
  };
}

function createRequest(settings: Settings): TokenRequest {
  const type =
    settings['auth_type'] ?? (settings['application_credential_secret'] ? 'v3applicationcredential' : 'password');
  if (type === 'v3applicationcredential') return applicationCredential(settings);
  if (['password', 'v3password'].includes(type)) return passwordRequest(settings);
  throw incomplete(`auth_type '${type}' is not supported; accepted: password, v3applicationcredential`);
}

/** It brings its project along: a scope beside it is refused by Keystone. */
function applicationCredential(settings: Settings): TokenRequest {
  const {
    application_credential_id: id,
    application_credential_name: name,
    application_credential_secret: secret,
  } = settings;
  if (!secret || !(id ?? name))
    throw incomplete('an application credential needs its secret and its ID, or its name and a user');
  const credential = id ? { id, secret } : { name, secret, user: userOf(settings) };
  return { identity: { methods: ['application_credential'], application_credential: credential } };
}

function passwordRequest(settings: Settings): TokenRequest {
  const { password, project_id: projectId, project_name: projectName } = settings;
  if (!password) throw incomplete('a password is missing; set OS_PASSWORD');
  const identity = { methods: ['password'], password: { user: { ...userOf(settings), password } } };
  if (projectId) return { identity, scope: { project: { id: projectId } } };
  if (projectName)
    return { identity, scope: { project: { name: projectName, domain: domainOf(settings, 'project') } } };
  return { identity };
}

function userOf(settings: Settings): Record<string, unknown> {
  const { user_id: id, username: name } = settings;
  if (id) return { id };
  if (name) return { name, domain: domainOf(settings, 'user') };
  throw incomplete('a user is missing; set OS_USERNAME or OS_USER_ID');
}

function domainOf(settings: Settings, owner: 'user' | 'project'): Record<string, string> {
  const [id, name] = [settings[`${owner}_domain_id`], settings[`${owner}_domain_name`] ?? settings['domain_name']];
  if (id) return { id };
  return name ? { name } : { id: settings['domain_id'] ?? 'default' };
}

function incomplete(message: string): ClusterCertError {
  return new ClusterCertError('invalid_argument', `cloud configuration: ${message}`);
}
