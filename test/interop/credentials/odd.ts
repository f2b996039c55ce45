// Configurations as they come from other tools, from habits and from slips: odd addresses, types beside each other, YAML
// at its edges, files in odd places, proxies.
import {
  type CredentialCase,
  auth,
  block,
  cloud,
  inCloud,
  named,
  scalar,
  user,
  usual,
  variables,
  without,
} from './credential-case.js';

const whole = `region_name: eu-de, auth: {${auth}, ${user}, project_name: P}`;
const noSecret = `region_name: eu-de, auth: {${auth}, username: alice, user_domain_name: D, project_id: p}`;
const noDomains = without('OS_USER_DOMAIN_NAME', 'OS_PROJECT_DOMAIN_NAME');
const only = (environment: Record<string, string>): CredentialCase => ({ environment });
const refused = (why: string) => ({ otherwise: { why, ours: 'refused' } as const });

const odd: Record<string, CredentialCase> = {
  'an address with a path': only({ ...variables, OS_AUTH_URL: '{auth}/identity' }),
  'an address with a path and /v3': only({ ...variables, OS_AUTH_URL: '{auth}/identity/v3' }),
  'an address of version 2.0': only({ ...variables, OS_AUTH_URL: '{auth}/v2.0' }),
  'an address with two slashes': only({ ...variables, OS_AUTH_URL: '{auth}//v3' }),
  'an address without a scheme': only({ ...variables, OS_AUTH_URL: '127.0.0.1:1/v3' }),
  'an address with a setting that is not there': inCloud(
    `region_name: eu-de, auth: {auth_url: "{auth}/{foo}", ${user}, project_name: P}`,
  ),
  'the type none': only({ ...variables, OS_AUTH_TYPE: 'none' }),
  'the type v2password': only({ ...variables, OS_AUTH_TYPE: 'v2password' }),
  'an empty type': only({ ...variables, OS_AUTH_TYPE: '' }),
  'a type in capitals': only({ ...variables, OS_AUTH_TYPE: 'Password' }),
  'an application credential by ID and name': only({
    ...without('OS_PASSWORD', 'OS_PROJECT_NAME', 'OS_PROJECT_DOMAIN_NAME'),
    OS_AUTH_TYPE: 'v3applicationcredential',
    OS_APPLICATION_CREDENTIAL_ID: 'ai',
    OS_APPLICATION_CREDENTIAL_NAME: 'an',
    OS_APPLICATION_CREDENTIAL_SECRET: 'as',
  }),
  'an application credential by name and user ID': only({
    OS_AUTH_URL: '{auth}',
    OS_REGION_NAME: 'eu-de',
    OS_USER_ID: 'uu',
    OS_AUTH_TYPE: 'v3applicationcredential',
    OS_APPLICATION_CREDENTIAL_NAME: 'an',
    OS_APPLICATION_CREDENTIAL_SECRET: 'as',
  }),
  'an application credential by name in the file': inCloud(
    `region_name: eu-de, auth_type: v3applicationcredential, auth: {${auth}, username: alice, user_domain_name: D, application_credential_name: an, application_credential_secret: as}`,
  ),
  'a passcode beside a password that is left over': only({
    ...variables,
    OS_AUTH_TYPE: 'v3totp',
    OS_PASSCODE: '000111',
  }),
  'a user by ID and name': only({ ...variables, OS_USER_ID: 'uu' }),
  'two projects by ID': only({ ...without('OS_PROJECT_NAME'), OS_TENANT_ID: 'tt', OS_PROJECT_ID: 'pp' }),
  'a project by name beside a tenant by ID': only({ ...variables, OS_TENANT_ID: 'tt' }),
  'a common domain ID wins over names': only({ ...variables, OS_DOMAIN_ID: 'dd' }),
  'a common domain ID over the names of the file': inCloud(whole, { ...named, OS_DOMAIN_ID: 'dd' }),
  'a default domain ID': only({ ...noDomains, OS_DEFAULT_DOMAIN_ID: 'dd' }),
  'a default domain name': only({ ...noDomains, OS_DEFAULT_DOMAIN_NAME: 'DN' }),
  'a password of braces': only({ ...variables, OS_PASSWORD: 'a{region_name}b' }),
  'a password with an umlaut and a face': only({ ...variables, OS_PASSWORD: 'pässwörd😀' }),
  'a password with a blank at its end': only({ ...variables, OS_PASSWORD: 'a ' }),
  'OS_CLOUD is empty': { environment: { ...variables, OS_CLOUD: '' }, files: { 'clouds.yaml': usual } },
  'OS_CLOUD begins with a blank': { environment: { OS_CLOUD: ' c' }, files: { 'clouds.yaml': usual } },
  'OS_CLOUD in capitals': { environment: { OS_CLOUD: 'C' }, files: { 'clouds.yaml': usual } },
  'OS_CLOUD=__proto__': { environment: { OS_CLOUD: '__proto__' }, files: { 'clouds.yaml': usual } },
  'a CA that is not there, without TLS': only({ ...variables, OS_CACERT: '/no/such/ca.pem' }),
  'a CA that is not there in the file, without TLS': inCloud(`cacert: /no/ca.pem, ${whole}`),
  'a client certificate': only({ ...variables, OS_CERT: '/no/such.pem', OS_KEY: '/no/such.key' }),
  'multi-factor without methods': only({ ...variables, OS_AUTH_TYPE: 'v3multifactor' }),
  'multi-factor with a token': only({
    ...variables,
    OS_AUTH_TYPE: 'v3multifactor',
    OS_AUTH_METHODS: 'v3token,v3totp',
    OS_TOKEN: 'tt',
    OS_PASSCODE: '1',
  }),
  'a cloud of nothing': block('clouds: {c: }\n'),
  'a list of clouds': block('clouds:\n- name: c\n  auth: {}\n'),
  'auth of nothing': inCloud('region_name: eu-de, auth: null'),
  'a cloud that is named by a number in quotes': {
    environment: { OS_CLOUD: '123' },
    files: { 'clouds.yaml': usual.replace('c:', '"123":') },
  },
  'a setting of auth that there is not': inCloud(
    `region_name: eu-de, auth: {${auth}, ${user}, project: Q, project_name: P}`,
  ),
  'a scope of the system that is no word': inCloud(
    `region_name: eu-de, auth: {${auth}, username: alice, password: secret, user_domain_name: D, system_scope: true}`,
  ),
  'a region without a name': inCloud(`regions: [{values: {}}], auth: {${auth}, ${user}, project_name: P}`),
  'regions of both forms, one chosen': inCloud(
    `regions: [eu-nl, {name: eu-de, values: {auth: {project_name: Z}}}], auth: {${auth}, ${user}, project_name: P}`,
    { ...named, OS_REGION_NAME: 'eu-de' },
  ),
  'regions beside region_name': inCloud(
    `regions: [eu-nl], region_name: eu-de, auth: {${auth}, ${user}, project_name: P}`,
  ),
  'a profile with regions': {
    environment: named,
    files: {
      'clouds.yaml': cloud(`profile: mine, auth: {${user}, project_name: P}`),
      'clouds-public.yaml': `public-clouds: {mine: {regions: [eu-nl, eu-de], auth: {${auth}}}}\n`,
    },
  },
  'a profile in the home': {
    environment: named,
    files: {
      'clouds.yaml': cloud(`profile: mine, auth: {${user}, project_name: P}`),
      '~/.config/openstack/clouds-public.yaml': `public-clouds: {mine: {region_name: eu-nl, auth: {${auth}}}}\n`,
    },
  },
  'a known profile that clouds-public.yaml describes': {
    environment: named,
    files: {
      'clouds.yaml': cloud(`profile: otc, auth: {${user}, project_name: P}`),
      'clouds-public.yaml': `public-clouds: {otc: {region_name: eu-nl, auth: {${auth}}}}\n`,
    },
  },
  'a cloud of secure.yaml alone': {
    environment: named,
    files: { 'clouds.yaml': 'clouds: {}\n', 'secure.yaml': usual },
  },
  'secure.yaml without clouds.yaml': { environment: named, files: { 'secure.yaml': usual } },
  'secure.json': {
    environment: named,
    files: { 'clouds.yaml': cloud(noSecret), 'secure.json': '{"clouds": {"c": {"auth": {"password": "hidden"}}}}' },
  },
  'a relative OS_CLIENT_CONFIG_FILE': {
    environment: { ...named, OS_CLIENT_CONFIG_FILE: 'other.yaml' },
    files: { 'other.yaml': usual },
  },
  'a folder as OS_CLIENT_CONFIG_FILE': {
    environment: { ...named, OS_CLIENT_CONFIG_FILE: '{folder}' },
    files: { 'clouds.yaml': usual },
    ...refused('a file that is named and cannot be read is a mistake, and another file another cloud'),
  },
  'another cloud here, ours at home': {
    environment: named,
    files: { 'clouds.yaml': 'clouds: {d: {}}\n', '~/.config/openstack/clouds.yaml': usual },
  },
  'two clouds, none named': {
    environment: {},
    files: { 'clouds.yaml': usual.trim().replace(/}$/, ', d: {}}') },
  },
  'YAML: a byte order mark and characters beyond Latin': block(`\ufeff# café 😀\n${usual}`),
  'YAML: two documents': block(`${usual}---\nclouds: {}\n`),
  'YAML: a merge key of a word': block(`clouds: {c: {<<: abc, ${whole}}}\n`),
  'YAML: a control character': block(usual.replace('alice', '"ali\x01ce"')),
  'YAML: binary': scalar('password', '!!binary c2VjcmV0'),
  'YAML: a password of yes': {
    ...scalar('password', 'yes'),
    ...refused('openstack sends true, which no identity service takes'),
  },
  'YAML: a template': scalar('password', '{{ password }}'),
  'YAML: a Windows path in quotes': scalar('password', '"C:\\path"'),
  'YAML: an open quote': scalar('password', "'abc"),
  'YAML: a comment that is meant as a password': scalar('password', '#abc'),
  'YAML: a tag of Python': scalar('password', '!!python/object/apply:os.system ["echo"]'),
  'YAML: escapes': scalar('password', '"\\x41\\u00e9\\t"'),
  'YAML: line ends of Windows': block(
    `clouds:\n  c:\n    region_name: eu-de\n    auth: {${auth}, ${user}, project_name: P}\n`.replaceAll('\n', '\r\n'),
  ),
};

/** The identity service by a name that only the proxy knows; catalogues lead to this machine, which is asked directly. */
const proxied = (environment: Record<string, string>): CredentialCase =>
  only({ ...variables, OS_AUTH_URL: '{invalid}', ...environment });
const excluded = (no_proxy: string): CredentialCase => proxied({ http_proxy: '{origin}', no_proxy });
const direct = (no_proxy: string): CredentialCase => only({ ...variables, http_proxy: 'http://127.0.0.1:1', no_proxy });

const proxies: Record<string, CredentialCase> = {
  HTTP_PROXY: proxied({ HTTP_PROXY: '{origin}' }),
  'http_proxy wins over HTTP_PROXY': proxied({ http_proxy: '{origin}', HTTP_PROXY: 'http://127.0.0.1:1' }),
  all_proxy: proxied({ all_proxy: '{origin}' }),
  'without a scheme': proxied({ http_proxy: '{host}' }),
  'with a password': proxied({ http_proxy: 'http://u:S3cret@{host}' }),
  'HTTPS_PROXY alone': proxied({ HTTPS_PROXY: '{origin}' }),
  'a proxy of another kind': proxied({ http_proxy: 'socks5://127.0.0.1:1' }),
  'a proxy that is no URL': proxied({ http_proxy: 'http://S3cret@:x' }),
  'no_proxy: the host': excluded('keystone.invalid'),
  'no_proxy: its domain': excluded('other, .invalid'),
  'no_proxy: all': excluded('*'),
  'no_proxy: another host': excluded('stone.example'),
  'no_proxy: an IP address': direct('127.0.0.1'),
  'no_proxy: a network': direct('10.0.0.0/8,127.0.0.0/8'),
  'no_proxy: another network': direct('10.0.0.0/8'),
};

const grouped = (group: string, cases: Record<string, CredentialCase>) =>
  Object.entries(cases).map(([name, one]) => [`${group}: ${name}`, one] as const);

export const oddOnes: Record<string, CredentialCase> = Object.fromEntries([
  ...grouped('odd', odd),
  ...grouped('proxy', proxies),
]);
