// From the settings of a cloud to the body of a token request (Identity API v3), by the type of authentication.
import { type CloudSettings, incomplete, textOf } from './cloud-settings.js';

/** `auth.identity` and `auth.scope` of a token request. */
export interface TokenRequest {
  identity: Record<string, unknown>;
  scope?: Record<string, unknown>;
}

type Find = (name: string) => string | undefined;

interface Method {
  /** The method's name and its part of `identity`. */
  identify: (find: Find, settings: CloudSettings) => [string, Record<string, unknown>];
  /** Whether the credential brings its own scope along. */
  ownScope?: boolean;
}

const password: Method = {
  identify: (find, settings) => [
    'password',
    { user: { ...userOf(find), password: need(find, settings, 'password', 'a password') } },
  ],
};
const totp: Method = {
  identify: (find, settings) => [
    'totp',
    { user: { ...userOf(find), passcode: need(find, settings, 'passcode', 'a passcode') } },
  ],
};
const token: Method = {
  identify: (find, settings) => ['token', { id: need(find, settings, 'token', 'a token') }],
};
const applicationCredential: Method = { identify: identifyApplication, ownScope: true };

const methods: Readonly<Record<string, Method>> = {
  password,
  v3password: password,
  token,
  v3token: token,
  v3totp: totp,
  v3applicationcredential: applicationCredential,
};

/** The accepted values of `auth_type`. */
const authTypes = [...Object.keys(methods), 'v3multifactor'];

/** Throws `invalid_argument` for missing settings, and for a type that is not supported. */
export function createTokenRequest(settings: CloudSettings): TokenRequest {
  const find: Find = (name) => textOf(settings.values[name]);
  const type = find('auth_type') ?? likelyType(find);
  const chosen = type === 'v3multifactor' ? factorsOf(settings) : withPasscode(methodOf(type), find);
  const parts = chosen.map(({ identify }) => identify(find, settings));
  const identity = { methods: parts.map(([name]) => name), ...Object.fromEntries(parts) };
  // Keystone refuses a scope beside an application credential, which has a project of its own.
  const scope = chosen.some(({ ownScope }) => ownScope) ? undefined : scopeOf(find);
  return scope ? { identity, scope } : { identity };
}

function likelyType(find: Find): string {
  if (find('application_credential_secret')) return 'v3applicationcredential';
  return find('token') && !find('password') ? 'token' : 'password';
}

function methodOf(type: string): Method {
  const method = Object.hasOwn(methods, type) ? methods[type] : undefined;
  if (method) return method;
  throw incomplete(`auth_type '${type}' is not supported; accepted: ${authTypes.join(', ')}`);
}

/** A passcode beside a password is the second factor, as the Open Telekom Cloud's tools take it. */
function withPasscode(method: Method, find: Find): Method[] {
  return method === password && find('passcode') !== undefined ? [password, totp] : [method];
}

function factorsOf({ values }: CloudSettings): Method[] {
  const { auth_methods: given } = values;
  const names = Array.isArray(given)
    ? given.map((name) => textOf(name) ?? '')
    : (textOf(given ?? null)?.split(',') ?? []);
  if (names.length > 0) return names.map((name) => methodOf(name.trim()));
  throw incomplete('v3multifactor needs auth_methods, such as v3password,v3totp; set OS_AUTH_METHODS');
}

function need(find: Find, { cloud, file }: CloudSettings, name: string, shown: string): string {
  const value = find(name);
  if (value !== undefined) return value;
  const place = cloud === undefined || file === undefined ? '' : `, or auth.${name} of cloud '${cloud}' in '${file}'`;
  throw incomplete(`${shown} is missing; set OS_${name.toUpperCase()}${place}`);
}

function identifyApplication(find: Find): [string, Record<string, unknown>] {
  const [id, name] = [find('application_credential_id'), find('application_credential_name')];
  const secret = find('application_credential_secret');
  if (secret === undefined || (id ?? name) === undefined) {
    throw incomplete(
      'an application credential needs its secret and its ID, or its name and a user; set OS_APPLICATION_CREDENTIAL_SECRET and OS_APPLICATION_CREDENTIAL_ID',
    );
  }
  return ['application_credential', id === undefined ? { name, secret, user: userOf(find) } : { id, secret }];
}

function userOf(find: Find): Record<string, unknown> {
  const [id, name] = [find('user_id'), find('username')];
  if (id !== undefined) return { id };
  if (name !== undefined) return { name, domain: domainOf('user', find) };
  throw incomplete('a user is missing; set OS_USERNAME or OS_USER_ID');
}

/** Without any, the domain is `default`: the openstack command sends none then, and Keystone refuses that. */
function domainOf(owner: 'user' | 'project', find: Find): Record<string, string> {
  const [ownId, ownName] = [find(`${owner}_domain_id`), find(`${owner}_domain_name`)];
  const [commonId, commonName] = [find('domain_id'), find('domain_name')];
  const hasProject = find('project_id') !== undefined || find('project_name') !== undefined;
  // A common domain fills in for missing ones, and an ID wins over a name. Without a project it is the scope.
  const id = ownId ?? (hasProject || ownName === undefined ? commonId : undefined);
  if (id !== undefined) return { id };
  const name = ownName ?? commonName;
  if (name !== undefined) return { name };
  const [defaultId, defaultName] = [find('default_domain_id') ?? find('default_domain'), find('default_domain_name')];
  if (defaultId === undefined && defaultName !== undefined) return { name: defaultName };
  return { id: defaultId ?? 'default' };
}

/** One scope at most, as Keystone takes it. A domain beside a project is that of the project. */
function scopeOf(find: Find): Record<string, unknown> | undefined {
  const [projectId, projectName] = [find('project_id'), find('project_name')];
  const [domainId, domainName] = [find('domain_id'), find('domain_name')];
  const scopes: [string, Record<string, unknown>][] = [];
  if (projectId !== undefined) scopes.push(['a project', { project: { id: projectId } }]);
  else if (projectName !== undefined)
    scopes.push(['a project', { project: { name: projectName, domain: domainOf('project', find) } }]);
  else if (domainId !== undefined) scopes.push(['a domain', { domain: { id: domainId } }]);
  else if (domainName !== undefined) scopes.push(['a domain', { domain: { name: domainName } }]);
  const [trust, system] = [find('trust_id'), find('system_scope')];
  if (trust !== undefined) scopes.push(['trust_id', { 'OS-TRUST:trust': { id: trust } }]);
  if (system !== undefined && system !== 'all')
    throw incomplete(`system_scope '${system}' is not known; it must be all`);
  if (system !== undefined) scopes.push(['system_scope', { system: { all: true } }]);
  if (scopes.length > 1)
    throw incomplete(`a token has one scope, not ${scopes.map(([name]) => name).join(' and ')}; leave one out`);
  return scopes[0]?.[1];
}
