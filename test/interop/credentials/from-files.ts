// Clouds of clouds.yaml and the files beside it.
import { type CredentialCase, auth, cloud, inCloud, interfaceIgnored, named, user, usual } from './credential-case.js';

export const fromFiles: Record<string, CredentialCase> = {
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
    `region_name: eu-de, auth: {${auth}, username: alice, password: secret, user_domain_name: D, trust_id: tr}`,
  ),
  'system_scope: all': inCloud(
    `region_name: eu-de, auth: {${auth}, username: alice, password: secret, user_domain_name: D, system_scope: all}`,
  ),
  'system_scope: something else': inCloud(
    `region_name: eu-de, auth: {${auth}, username: alice, password: secret, user_domain_name: D, system_scope: some}`,
  ),
};
