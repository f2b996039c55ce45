// Finds the URL and credentials of an identity service (Keystone, IAM) where the openstack command finds them: OS_*
// variables, and the clouds of clouds.yaml.
import { expandHome } from './cloud-files.js';
import { type CloudSettings, incomplete, readCloudSettings, textOf } from './cloud-settings.js';
import { type TokenRequest, createTokenRequest } from './token-request.js';
import type { YamlValue } from './read-yaml.js';

export type { TokenRequest } from './token-request.js';

/** A cloud in the sense of the openstack command: where to authenticate, and as whom. */
export interface CloudConfig {
  /** URL of the identity service, with or without `/v3`. */
  authUrl: string;
  /** File with the CA certificates that the service's certificate is checked against. */
  caFile: string | undefined;
  /** False where the configuration says that certificates are not to be checked. */
  verify: boolean;
  request: TokenRequest;
  /** Selects the endpoints of the catalogue. */
  region: string | undefined;
  /** The first of these that the catalogue has. */
  interfaces: string[];
  /** The cloud's name in the file; undefined for one of OS_* variables. */
  name: string | undefined;
  /** The clouds.yaml that was read, if one was. */
  file: string | undefined;
}

/** An access key (AK/SK) of clouds.yaml, in gophertelekomcloud's form. */
export interface CloudAccessKey {
  id: string;
  secret: string;
  securityToken: string | undefined;
  projectId: string | undefined;
  cloud: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Choice {
  /** The URL of the identity service, where it comes from elsewhere. */
  authUrl?: string | undefined;
  /** Whether the only cloud counts without being named. */
  onlyCloud?: boolean | undefined;
}

/**
 * The cloud that the environment describes; undefined when it holds no credentials. Throws `invalid_argument` for an
 * incomplete description, and for unsupported settings.
 */
export function readCloudConfig(environment: Environment, choice: Choice = {}): Promise<CloudConfig | undefined> {
  // Errors reach the caller as a rejection.
  return Promise.resolve().then(() => readConfig(environment, choice));
}

function readConfig(environment: Environment, { authUrl: given, onlyCloud }: Choice): CloudConfig | undefined {
  const settings = readCloudSettings(environment, { onlyCloud });
  if (!settings || !hasCredentials(settings)) return undefined;
  const { values, cloud: name, file } = settings;
  assertTexts(settings);
  const region = textOf(values['region_name']);
  const authUrl = given ?? addressOf(settings);
  assertSupported(settings);
  const { caFile, verify } = readTrust(settings, environment);
  const request = createTokenRequest(settings);
  assertKnown(settings);
  return { authUrl, caFile, verify, request, region, interfaces: interfacesOf(values['interface']), name, file };
}

/** The access key of the cloud that the environment names; undefined where it has none. */
export function readCloudAccessKey(environment: Environment): CloudAccessKey | undefined {
  const settings = readCloudSettings(environment, { onlyCloud: true });
  if (settings?.cloud === undefined) return undefined;
  const find = (...names: string[]) =>
    names.map((name) => textOf(settings.values[name])).find((value) => value !== undefined);
  const [id, secret] = [find('ak', 'access_key'), find('sk', 'secret_key')];
  if (id === undefined && secret === undefined) return undefined;
  if (find('auth_type') !== undefined && find('auth_type') !== 'aksk') return undefined;
  if (find('auth_type') === undefined && find('password', 'token') !== undefined) return undefined;
  if (id === undefined || secret === undefined)
    throw incomplete(`cloud '${settings.cloud}' needs both ak and sk; ${id === undefined ? 'ak' : 'sk'} is missing`);
  assertKnown(settings);
  const projectId = find('project_id');
  return { id, secret, securityToken: find('security_token'), projectId, cloud: settings.cloud };
}

/** Variables without a secret may serve something else, such as OS_REGION_NAME; a named cloud is always meant. */
function hasCredentials({ cloud, values }: CloudSettings): boolean {
  const secrets = ['password', 'application_credential_secret', 'token', 'passcode', 'auth_type'];
  return cloud !== undefined || secrets.some((name) => textOf(values[name]) !== undefined);
}

function addressOf({ values, cloud, file }: CloudSettings): string {
  const authUrl = textOf(values['auth_url']);
  if (authUrl === undefined) {
    throw incomplete(
      cloud === undefined ? 'OS_AUTH_URL is missing' : `cloud '${cloud}' of '${file ?? ''}' has no auth_url`,
    );
  }
  return authUrl.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = textOf(values[name]);
    if (value !== undefined) return value;
    throw incomplete(`auth_url has ${place}, but ${name} is not set; set OS_${name.toUpperCase()}`);
  });
}

/** Unsupported settings that would change the caller or the call: refusing them is safer than ignoring them. */
function assertSupported({ values }: CloudSettings): void {
  for (const name of ['cert', 'key', 'service_provider', 'remote_project_name', 'remote_project_id']) {
    if (textOf(values[name]) !== undefined)
      throw incomplete(`${name} (OS_${name.toUpperCase()}) is not supported; leave it out`);
  }
  const version = textOf(values['identity_api_version']);
  if (version?.startsWith('2') === true) throw incomplete(`identity_api_version '${version}' is not supported; 3 is`);
}

/**
 * The keys of `auth`, under today's names; each is also a variable.
 *
 * @internal The documents list them.
 */
export const authSettings = [
  'auth_url',
  ...['username', 'user_id', 'user_domain_id', 'user_domain_name', 'password', 'passcode', 'token'],
  ...['project_id', 'project_name', 'project_domain_id', 'project_domain_name', 'domain_id', 'domain_name'],
  ...['default_domain', 'default_domain_id', 'default_domain_name', 'trust_id', 'system_scope'],
  ...['application_credential_id', 'application_credential_name', 'application_credential_secret'],
  ...['auth_type', 'ak', 'sk', 'access_key', 'secret_key', 'security_token'],
];
/** Settings that are not text, or have no effect here. */
const others = ['auth_methods', 'allow_reauth', 'unscoped', 'include_catalog', 'reauthenticate'];

/** YAML makes a boolean of yes and a list of brackets; the value is not shown. */
function assertTexts({ values, cloud, file }: CloudSettings): void {
  const wrong = authSettings.find(
    (name) => typeof values[name] === 'boolean' || typeof (values[name] ?? '') === 'object',
  );
  if (wrong === undefined) return;
  throw incomplete(`${wrong} of cloud '${cloud ?? ''}' in '${file ?? ''}' must be text; put it in quotes`);
}

/** A setting that nobody reads is a typing error, such as `project` for `project_name`. */
function assertKnown({ authNames, cloud, file }: CloudSettings): void {
  const unknown = authNames.find((name) => ![...authSettings, ...others].includes(name));
  if (unknown === undefined) return;
  const similar = authSettings.filter((name) => name.startsWith(`${unknown.split('_')[0] ?? ''}_`));
  const remedy = similar.length > 0 ? `known are ${similar.join(', ')}` : 'leave it out';
  throw incomplete(`auth.${quotedName(unknown)} of cloud '${cloud ?? ''}' in '${file ?? ''}' is not known; ${remedy}`);
}

/** A password in the place of a name is not shown. */
const quotedName = (name: string) => (/^[a-z][a-z_]{0,39}$/.test(name) ? name : '…');

function readTrust({ values }: CloudSettings, environment: Environment) {
  const insecure = values['insecure'] === true || textOf(values['insecure'])?.toLowerCase() === 'true';
  const verify = !insecure && values['verify'] !== false;
  const own = textOf(values['cacert']);
  const common = environment['REQUESTS_CA_BUNDLE'] || environment['CURL_CA_BUNDLE'] || undefined;
  if (!verify || (own ?? common) === undefined) return { caFile: undefined, verify };
  // A relative one starts in the current folder, as for the openstack command, wherever clouds.yaml lies.
  return { caFile: own === undefined ? common : expandHome(own, environment), verify };
}

/** The openstack command accepts `publicURL` for `public`, its name in Identity API v2. */
function interfacesOf(given: YamlValue | undefined): string[] {
  const names = (Array.isArray(given) ? given : [given ?? null]).map((name) => textOf(name)?.replace(/URL$/, ''));
  const found = names.filter((name) => name !== undefined);
  return found.length > 0 ? found : ['public'];
}
