// Variables beside a cloud of clouds.yaml.
import { type CredentialCase, named, interfaceIgnored, usual } from './credential-case.js';

export const overTheFile: Record<string, CredentialCase> = Object.fromEntries(
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
