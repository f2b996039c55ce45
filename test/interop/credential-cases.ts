// Configurations of the openstack command, for a comparison of what it does with them and what we do. `{auth}` stands for
// the identity service.

export interface CredentialCase {
  environment: Record<string, string>;
  /** Files in the folder that the commands run in, and under `~/` in their home. */
  files?: Record<string, string>;
  /** Why we do something else; then `ours` says what. */
  otherwise?: { why: string; ours: 'refused' | 'goes through' };
}

const auth = 'auth_url: "{auth}"';
const user = 'username: alice, password: secret, user_domain_name: D, project_domain_name: D';
const cloud = (rest: string) => `clouds: {c: {${rest}}}\n`;
const usual = cloud(`region_name: eu-de, auth: {${auth}, ${user}, project_name: P}`);
const interfaceIgnored = {
  why: 'the commands of otcextensions take the public endpoint whatever the interface is; openstacksdk obeys it',
  ours: 'goes through',
} as const;
const named = { OS_CLOUD: 'c' };
const variables = {
  OS_AUTH_URL: '{auth}',
  OS_USERNAME: 'alice',
  OS_PASSWORD: 'secret',
  OS_USER_DOMAIN_NAME: 'D',
  OS_PROJECT_NAME: 'P',
  OS_PROJECT_DOMAIN_NAME: 'D',
  OS_REGION_NAME: 'eu-de',
};
const without = (...names: (keyof typeof variables)[]) =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name as keyof typeof variables)));

/** A cloud `c` of that block-style text. */
const block = (text: string) => ({ environment: named, files: { 'clouds.yaml': text } });
const inCloud = (rest: string, environment: Record<string, string> = named) => ({
  environment,
  files: { 'clouds.yaml': cloud(rest) },
});
const scalar = (key: string, value: string) =>
  block(`clouds:
  c:
    region_name: eu-de
    auth:
      auth_url: "{auth}"
      username: alice
      password: secret
      user_domain_name: D
      project_domain_name: D
      project_name: P
      ${key}: ${value}
`);

const fromVariables: Record<string, CredentialCase> = {
  'variables: a password for a project': { environment: variables },
  'variables: IDs rather than names': {
    environment: { ...without('OS_USERNAME', 'OS_PROJECT_NAME'), OS_USER_ID: 'U', OS_PROJECT_ID: '0123456789abcdef' },
  },
  'variables: project ID beside its name': { environment: { ...variables, OS_PROJECT_ID: 'aa' } },
  'variables: tenant name': { environment: { ...without('OS_PROJECT_NAME'), OS_TENANT_NAME: 'T' } },
  'variables: tenant ID': { environment: { ...without('OS_PROJECT_NAME'), OS_TENANT_ID: 'tt' } },
  'variables: project name wins over tenant name': { environment: { ...variables, OS_TENANT_NAME: 'T' } },
  'variables: domain IDs': {
    environment: {
      ...without('OS_USER_DOMAIN_NAME', 'OS_PROJECT_DOMAIN_NAME'),
      OS_USER_DOMAIN_ID: 'ud',
      OS_PROJECT_DOMAIN_ID: 'pd',
    },
  },
  'variables: a domain ID beside its name': { environment: { ...variables, OS_USER_DOMAIN_ID: 'ud' } },
  'variables: one domain for user and project': {
    environment: { ...without('OS_USER_DOMAIN_NAME', 'OS_PROJECT_DOMAIN_NAME'), OS_DOMAIN_NAME: 'DD' },
  },
  'variables: one domain ID for user and project': {
    environment: { ...without('OS_USER_DOMAIN_NAME', 'OS_PROJECT_DOMAIN_NAME'), OS_DOMAIN_ID: 'dd' },
  },
  "variables: a common domain yields to the user's": { environment: { ...variables, OS_DOMAIN_NAME: 'DD' } },
  'variables: a default domain with identity API 3': {
    environment: {
      ...without('OS_USER_DOMAIN_NAME', 'OS_PROJECT_DOMAIN_NAME'),
      OS_DEFAULT_DOMAIN: 'dd',
      OS_IDENTITY_API_VERSION: '3',
    },
  },
  'variables: OS_USER_NAME': { environment: { ...without('OS_USERNAME'), OS_USER_NAME: 'bob' } },
  'variables: OS_USERNAME wins over OS_USER_NAME': { environment: { ...variables, OS_USER_NAME: 'bob' } },
  'variables: the type v3password': { environment: { ...variables, OS_AUTH_TYPE: 'v3password' } },
  'variables: a token': {
    environment: {
      ...without('OS_USERNAME', 'OS_PASSWORD', 'OS_USER_DOMAIN_NAME'),
      OS_AUTH_TYPE: 'token',
      OS_TOKEN: 'tt',
    },
  },
  'variables: a v3token': {
    environment: {
      ...without('OS_USERNAME', 'OS_PASSWORD', 'OS_USER_DOMAIN_NAME'),
      OS_AUTH_TYPE: 'v3token',
      OS_TOKEN: 'tt',
    },
  },
  'variables: a token under its older name': {
    environment: {
      ...without('OS_USERNAME', 'OS_PASSWORD', 'OS_USER_DOMAIN_NAME'),
      OS_AUTH_TYPE: 'token',
      OS_AUTH_TOKEN: 'tt',
    },
  },
  'variables: a token without a type': {
    environment: { ...without('OS_USERNAME', 'OS_PASSWORD', 'OS_USER_DOMAIN_NAME'), OS_TOKEN: 'tt' },
    otherwise: {
      why: 'openstack takes the type password and prompts for one; a token alone can mean only itself',
      ours: 'goes through',
    },
  },
  'variables: an application credential': {
    environment: {
      OS_AUTH_URL: '{auth}',
      OS_AUTH_TYPE: 'v3applicationcredential',
      OS_APPLICATION_CREDENTIAL_ID: 'ai',
      OS_APPLICATION_CREDENTIAL_SECRET: 'as',
      OS_REGION_NAME: 'eu-de',
    },
  },
  'variables: an application credential by name': {
    environment: {
      ...without('OS_PASSWORD', 'OS_PROJECT_NAME', 'OS_PROJECT_DOMAIN_NAME'),
      OS_AUTH_TYPE: 'v3applicationcredential',
      OS_APPLICATION_CREDENTIAL_NAME: 'an',
      OS_APPLICATION_CREDENTIAL_SECRET: 'as',
    },
  },
  'variables: an application credential without a type': {
    environment: {
      OS_AUTH_URL: '{auth}',
      OS_APPLICATION_CREDENTIAL_ID: 'ai',
      OS_APPLICATION_CREDENTIAL_SECRET: 'as',
      OS_REGION_NAME: 'eu-de',
    },
    otherwise: { why: 'openstack takes the type password; such a secret can mean only itself', ours: 'goes through' },
  },
  'variables: a password and a passcode': {
    environment: {
      ...variables,
      OS_AUTH_TYPE: 'v3multifactor',
      OS_AUTH_METHODS: 'v3password,v3totp',
      OS_PASSCODE: '123456',
    },
  },
  'variables: a passcode alone': {
    environment: { ...without('OS_PASSWORD'), OS_AUTH_TYPE: 'v3totp', OS_PASSCODE: '123456' },
  },
  'variables: a trust': {
    environment: { ...without('OS_PROJECT_NAME', 'OS_PROJECT_DOMAIN_NAME'), OS_TRUST_ID: 'tr' },
  },
  'variables: the whole system': {
    environment: { ...without('OS_PROJECT_NAME', 'OS_PROJECT_DOMAIN_NAME'), OS_SYSTEM_SCOPE: 'all' },
  },
  'variables: a domain': {
    environment: { ...without('OS_PROJECT_NAME', 'OS_PROJECT_DOMAIN_NAME'), OS_DOMAIN_ID: 'dd' },
  },
  'variables: two scopes': {
    environment: { ...variables, OS_TRUST_ID: 'tr' },
  },
  'variables: an address with /v3': { environment: { ...variables, OS_AUTH_URL: '{auth}/v3' } },
  'variables: an address with /v3/': { environment: { ...variables, OS_AUTH_URL: '{auth}/v3/' } },
  'variables: an address with a slash': { environment: { ...variables, OS_AUTH_URL: '{auth}/' } },
  'variables: another region': { environment: { ...variables, OS_REGION_NAME: 'eu-nl' } },
  'variables: the internal interface': {
    environment: { ...variables, OS_INTERFACE: 'internal' },
    otherwise: interfaceIgnored,
  },
  'variables: the internal interface by its older name': {
    environment: { ...variables, OS_ENDPOINT_TYPE: 'internalURL' },
    otherwise: interfaceIgnored,
  },
  'variables: no address': { environment: without('OS_AUTH_URL') },
  'variables: no user': { environment: without('OS_USERNAME') },
  'variables: no password': { environment: without('OS_PASSWORD') },
  'variables: an unknown type': { environment: { ...variables, OS_AUTH_TYPE: 'v3nonsense' } },
  'variables: a password of blanks and quotes': { environment: { ...variables, OS_PASSWORD: ` "p' ` } },
  'variables: beside a clouds.yaml with one cloud': { environment: variables, files: { 'clouds.yaml': usual } },
  'OS_CLOUD=envvars': { environment: { ...variables, OS_CLOUD: 'envvars' }, files: { 'clouds.yaml': usual } },
  'OS_CLOUD_NAME and OS_CLOUD of that name': {
    environment: { ...variables, OS_CLOUD: 'mine', OS_CLOUD_NAME: 'mine' },
    files: { 'clouds.yaml': usual },
  },
};

const overTheFile: Record<string, CredentialCase> = Object.fromEntries(
  (
    [
      ['project name', { OS_PROJECT_NAME: 'Q' }],
      ['project ID', { OS_PROJECT_ID: 'qq' }],
      ['tenant name', { OS_TENANT_NAME: 'Q' }],
      ['user', { OS_USERNAME: 'bob' }],
      ['password', { OS_PASSWORD: 'other' }],
      ['user domain', { OS_USER_DOMAIN_NAME: 'E' }],
      ['project domain', { OS_PROJECT_DOMAIN_NAME: 'E' }],
      ['address', { OS_AUTH_URL: '{auth}/v3' }],
      ['region', { OS_REGION_NAME: 'eu-de' }],
      ['region that the cloud does not have', { OS_REGION_NAME: 'eu-nl' }],
      ['interface', { OS_INTERFACE: 'admin' }, interfaceIgnored],
      [
        'type',
        { OS_AUTH_TYPE: 'token', OS_TOKEN: 'tt' },
        { why: 'openstack fails on the user that is left over from the file', ours: 'goes through' },
      ],
      [
        'passcode beside a password',
        { OS_PASSCODE: '123456' },
        { why: 'openstack fails on it; it is sent as the second factor, as tools of the OTC do', ours: 'goes through' },
      ],
      ['empty project name', { OS_PROJECT_NAME: '' }],
    ] as [string, Record<string, string>, CredentialCase['otherwise']?][]
  ).map(([name, environment, otherwise]) => [
    `over the file: ${name}`,
    { environment: { ...named, ...environment }, files: { 'clouds.yaml': usual }, ...(otherwise && { otherwise }) },
  ]),
);

const fromFiles: Record<string, CredentialCase> = {
  'clouds.yaml: in the current folder': { environment: named, files: { 'clouds.yaml': usual } },
  'clouds.yaml: in the home': { environment: named, files: { '~/.config/openstack/clouds.yaml': usual } },
  'clouds.yaml: in XDG_CONFIG_HOME': {
    environment: { ...named, XDG_CONFIG_HOME: '{folder}/xdg' },
    files: { 'xdg/openstack/clouds.yaml': usual },
  },
  'clouds.yaml: in ~/.config beside another XDG_CONFIG_HOME': {
    environment: { ...named, XDG_CONFIG_HOME: '{folder}/xdg' },
    files: { '~/.config/openstack/clouds.yaml': usual },
  },
  'clouds.yml': { environment: named, files: { 'clouds.yml': usual } },
  'clouds.json': {
    environment: named,
    files: {
      'clouds.json': JSON.stringify({
        clouds: {
          c: {
            region_name: 'eu-de',
            auth: { auth_url: '{auth}', username: 'alice', password: 'secret', project_id: 'p' },
          },
        },
      }),
    },
    otherwise: { why: 'openstack sends no domain with the user, and Keystone refuses that', ours: 'goes through' },
  },
  'clouds.yaml: OS_CLIENT_CONFIG_FILE': {
    environment: { ...named, OS_CLIENT_CONFIG_FILE: '{folder}/other.yaml' },
    files: { 'other.yaml': usual, 'clouds.yaml': cloud('auth: {}') },
  },
  'clouds.yaml: OS_CLIENT_CONFIG_FILE that is not there': {
    environment: { ...named, OS_CLIENT_CONFIG_FILE: '{folder}/none.yaml' },
    files: { 'clouds.yaml': usual },
    otherwise: {
      why: 'a file that is named and not there is a mistake, and another file another cloud',
      ours: 'refused',
    },
  },
  'one cloud only, not named': { environment: {}, files: { 'clouds.yaml': usual } },
  'one cloud only, with a region': { environment: { OS_REGION_NAME: 'eu-de' }, files: { 'clouds.yaml': usual } },
  'a cloud that is not there': { environment: { OS_CLOUD: 'd' }, files: { 'clouds.yaml': usual } },
  'secure.yaml: beside it': {
    environment: named,
    files: {
      'clouds.yaml': cloud(`region_name: eu-de, auth: {${auth}, username: alice, user_domain_name: D, project_id: p}`),
      'secure.yaml': cloud('auth: {password: hidden}'),
    },
  },
  'secure.yaml: in the home beside ./clouds.yaml': {
    environment: named,
    files: {
      'clouds.yaml': cloud(`region_name: eu-de, auth: {${auth}, username: alice, user_domain_name: D, project_id: p}`),
      '~/.config/openstack/secure.yaml': cloud('auth: {password: hidden}'),
    },
  },
  'secure.yaml: OS_CLIENT_SECURE_FILE': {
    environment: { ...named, OS_CLIENT_SECURE_FILE: '{folder}/s.yaml' },
    files: {
      'clouds.yaml': cloud(`region_name: eu-de, auth: {${auth}, username: alice, user_domain_name: D, project_id: p}`),
      's.yaml': cloud('auth: {password: hidden}'),
    },
  },
  'secure.yaml: wins over clouds.yaml': {
    environment: named,
    files: { 'clouds.yaml': usual, 'secure.yaml': cloud('auth: {password: hidden}') },
  },
  'profile: of clouds-public.yaml': {
    environment: named,
    files: {
      'clouds.yaml': cloud(`profile: mine, auth: {${user}, project_name: P}`),
      'clouds-public.yaml': `public-clouds: {mine: {region_name: eu-nl, auth: {${auth}}}}\n`,
    },
  },
  'profile: by the older word': {
    environment: named,
    files: {
      'clouds.yaml': cloud(`cloud: mine, auth: {${user}, project_name: P}`),
      'clouds-public.yaml': `public-clouds: {mine: {region_name: eu-nl, auth: {${auth}}}}\n`,
    },
  },
  'profile: the cloud wins over it': {
    environment: named,
    files: {
      'clouds.yaml': cloud(`profile: mine, region_name: eu-de, auth: {${auth}, ${user}, project_name: P}`),
      'clouds-public.yaml': 'public-clouds: {mine: {region_name: eu-nl, auth: {auth_url: "http://127.0.0.1:1"}}}\n',
    },
  },
  'profile: one that is known, with an address of its own': inCloud(
    `profile: otc, auth: {${auth}, ${user}, project_name: P}`,
  ),
  'profile: one that is known, another of its regions': inCloud(
    `profile: otc, auth: {${auth}, ${user}, project_name: P}`,
    {
      ...named,
      OS_REGION_NAME: 'eu-nl',
    },
  ),
  'profile: one that is known, a region that it does not have': inCloud(
    `profile: otc, auth: {${auth}, ${user}, project_name: P}`,
    { ...named, OS_REGION_NAME: 'RegionOne' },
  ),
  'profile: an unknown one beside an address': inCloud(
    `profile: unheard-of, region_name: eu-de, auth: {${auth}, ${user}, project_name: P}`,
  ),
  'regions: the first one': inCloud(`regions: [eu-nl, eu-de], auth: {${auth}, ${user}, project_name: P}`),
  'regions: the chosen one': inCloud(`regions: [eu-nl, eu-de], auth: {${auth}, ${user}, project_name: P}`, {
    ...named,
    OS_REGION_NAME: 'eu-de',
  }),
  'regions: values of the chosen one': {
    ...inCloud(
      `regions: [{name: eu-nl, values: {interface: admin}}, {name: eu-de, values: {interface: internal, auth: {project_name: R}}}], auth: {${auth}, ${user}, project_name: P}`,
      { ...named, OS_REGION_NAME: 'eu-de' },
    ),
    otherwise: interfaceIgnored,
  },
  'regions: an address in the values': inCloud(
    `regions: [{name: eu-de, values: {auth: {${auth}}}}], auth: {${user}, project_name: P}`,
  ),
  'region_name: several by commas': inCloud(`region_name: "eu-nl,eu-de", auth: {${auth}, ${user}, project_name: P}`),
  'interface: internal': {
    ...inCloud(`region_name: eu-de, interface: internal, auth: {${auth}, ${user}, project_name: P}`),
    otherwise: interfaceIgnored,
  },
  'interface: adminURL': {
    ...inCloud(`region_name: eu-de, interface: adminURL, auth: {${auth}, ${user}, project_name: P}`),
    otherwise: interfaceIgnored,
  },
  'interface: endpoint_type': {
    ...inCloud(`region_name: eu-de, endpoint_type: internal, auth: {${auth}, ${user}, project_name: P}`),
    otherwise: interfaceIgnored,
  },
  'settings beside auth rather than in it': inCloud(
    `region_name: eu-de, auth_url: "{auth}", username: alice, password: secret, user_domain_name: D, project_id: p, auth: {}`,
  ),
  'a project beside auth wins over the one in it': inCloud(
    `region_name: eu-de, project_name: Q, auth: {${auth}, ${user}, project_name: P}`,
  ),
  'a domain for both': inCloud(
    `region_name: eu-de, auth: {${auth}, username: alice, password: secret, project_name: P, domain_name: DD}`,
  ),
  'names with dashes': inCloud(
    `region_name: eu-de, auth: {${auth}, username: alice, password: secret, user-domain-name: D, project-domain-name: D, project-name: P}`,
  ),
  'an address with the region in it': inCloud(
    `region_name: eu-de, auth: {auth_url: "{auth}/{region_name}", ${user}, project_name: P}`,
  ),
  'auth_type: token': inCloud(
    `region_name: eu-de, auth_type: token, auth: {${auth}, token: tt, project_name: P, project_domain_name: D}`,
  ),
  'auth_type: v3token': inCloud(`region_name: eu-de, auth_type: v3token, auth: {${auth}, token: tt, project_id: p}`),
  'auth_type: v3applicationcredential': inCloud(
    `region_name: eu-de, auth_type: v3applicationcredential, auth: {${auth}, application_credential_id: ai, application_credential_secret: as}`,
  ),
  'auth_type: v3applicationcredential, its secret in the environment': inCloud(
    `region_name: eu-de, auth_type: v3applicationcredential, auth: {${auth}, application_credential_id: ai}`,
    { ...named, OS_APPLICATION_CREDENTIAL_SECRET: 'as' },
  ),
  'auth_type: v3applicationcredential beside a project': {
    ...inCloud(
      `region_name: eu-de, auth_type: v3applicationcredential, auth: {${auth}, application_credential_id: ai, application_credential_secret: as, project_id: p}`,
    ),
    otherwise: { why: 'Keystone refuses a scope beside an application credential', ours: 'goes through' },
  },
  'auth_type: v3multifactor': inCloud(
    `region_name: eu-de, auth_type: v3multifactor, auth_methods: [v3password, v3totp], auth: {${auth}, ${user}, passcode: "123456", project_name: P}`,
  ),
  'auth_type: v3multifactor, the passcode in the environment': inCloud(
    `region_name: eu-de, auth_type: v3multifactor, auth_methods: [v3password, v3totp], auth: {${auth}, ${user}, project_name: P}`,
    { ...named, OS_PASSCODE: '123456' },
  ),
  'auth_type: v3oidcpassword': inCloud(`region_name: eu-de, auth_type: v3oidcpassword, auth: {${auth}, ${user}}`),
  trust_id: inCloud(
    `region_name: eu-de, auth: {${auth}, ${'username: alice, password: secret, user_domain_name: D'}, trust_id: tr}`,
  ),
  'system_scope: all': inCloud(
    `region_name: eu-de, auth: {${auth}, username: alice, password: secret, user_domain_name: D, system_scope: all}`,
  ),
  'system_scope: something else': inCloud(
    `region_name: eu-de, auth: {${auth}, username: alice, password: secret, user_domain_name: D, system_scope: some}`,
  ),
};

const yaml: Record<string, CredentialCase> = {
  'YAML: merge keys': block(`x-auth: &auth {auth_url: "{auth}", username: alice, password: secret, user_domain_name: D}
x-base: &base {region_name: eu-de}
clouds:
  c:
    <<: *base
    auth:
      <<: *auth
      project_id: p
`),
  'YAML: several merge keys, the first wins': block(`a: &a {auth_url: "{auth}", username: alice, password: one}
b: &b {password: two, user_domain_name: D}
clouds: {c: {region_name: eu-de, auth: {<<: [*a, *b], project_id: p}}}
`),
  'YAML: an alias as the whole of auth':
    block(`a: &a {auth_url: "{auth}", username: alice, password: one, user_domain_name: D, project_id: p}
clouds: {c: {region_name: eu-de, auth: *a}}
`),
  'YAML: a key twice': scalar('username', 'bob'),
  'YAML: a long number': scalar('password', '12345678901234567890'),
  'YAML: an ID of digits': scalar('project_id', '12345678901234567890123456789012'),
  'YAML: digits with an e': scalar('password', '12e34'),
  'YAML: a small number with an e': scalar('password', '1e5'),
  'YAML: a leading zero and an eight': scalar('password', '08'),
  'YAML: a number with a dot': scalar('password', '1.5'),
  'YAML: a quoted number': scalar('password', '"010"'),
  'YAML: a quoted yes': scalar('password', "'yes'"),
  'YAML: an octal number': {
    ...scalar('password', '010'),
    otherwise: { why: 'a password is what was typed; openstack sends 8', ours: 'goes through' },
  },
  'YAML: a date': {
    ...scalar('password', '2026-01-02'),
    otherwise: { why: 'a password is what was typed; openstack fails on a date', ours: 'goes through' },
  },
  'YAML: a number with underscores': {
    ...scalar('password', '1_000'),
    otherwise: { why: 'a password is what was typed; openstack sends 1000', ours: 'goes through' },
  },
  'YAML: a password of null': scalar('password', 'null'),
  'YAML: a folded text': scalar('password', '>-\n        se\n        cret'),
  'YAML: a literal text': scalar('password', '|-\n        secret'),
  'YAML: a hash in a word': scalar('password', 'a#b'),
  'YAML: a colon in a word': scalar('password', 'a:b'),
  'YAML: an exclamation mark before a word': scalar('password', '!S3cret'),
  'YAML: an asterisk before a word': scalar('password', '*S3cret'),
  'YAML: a tab before a key': block('clouds:\n\tc: {}\n'),
  'YAML: an empty file': block(''),
};

export const credentialCases: Record<string, CredentialCase> = {
  ...fromVariables,
  ...overTheFile,
  ...fromFiles,
  ...yaml,
};
