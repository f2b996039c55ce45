// Clouds of OS_* variables.
import { type CredentialCase, interfaceIgnored, usual, variables, without } from './credential-case.js';

export const fromVariables: Record<string, CredentialCase> = {
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
