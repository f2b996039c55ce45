import { describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readCloudConfig } from '../../src/keystone/cloud-config.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const authUrl = 'https://iam.example/v3';
const password = { OS_AUTH_URL: authUrl, OS_USERNAME: 'alice', OS_PASSWORD: 'secret' };
const alice = { name: 'alice', domain: { id: 'default' }, password: 'secret' };

describe('OS_* variables become a token request:', () => {
  test.each<[string, Record<string, string>, object]>([
    ['a password without a scope', password, { identity: { methods: ['password'], password: { user: alice } } }],
    [
      'a password for a project',
      { ...password, OS_USER_DOMAIN_NAME: 'D', OS_PROJECT_NAME: 'P', OS_PROJECT_DOMAIN_ID: 'default' },
      {
        identity: { methods: ['password'], password: { user: { ...alice, domain: { name: 'D' } } } },
        scope: { project: { name: 'P', domain: { id: 'default' } } },
      },
    ],
    [
      'IDs rather than names',
      { ...password, OS_USER_ID: 'U', OS_PROJECT_ID: 'P' },
      {
        identity: { methods: ['password'], password: { user: { id: 'U', password: 'secret' } } },
        scope: { project: { id: 'P' } },
      },
    ],
    ['the names from before', { ...password, OS_TENANT_ID: 'P' }, { scope: { project: { id: 'P' } } }],
    [
      'one domain for both, as Huawei Cloud writes it',
      { ...password, OS_DOMAIN_NAME: 'D', OS_PROJECT_NAME: 'P' },
      {
        identity: { password: { user: { domain: { name: 'D' } } } },
        scope: { project: { name: 'P', domain: { name: 'D' } } },
      },
    ],
    [
      'an application credential, whose project is its own',
      {
        OS_AUTH_URL: authUrl,
        OS_AUTH_TYPE: 'v3applicationcredential',
        OS_APPLICATION_CREDENTIAL_ID: 'I',
        OS_APPLICATION_CREDENTIAL_SECRET: 'S',
        OS_PROJECT_NAME: 'left over',
      },
      { identity: { methods: ['application_credential'], application_credential: { id: 'I', secret: 'S' } } },
    ],
    [
      'an application credential by name',
      {
        OS_AUTH_URL: authUrl,
        OS_APPLICATION_CREDENTIAL_NAME: 'N',
        OS_APPLICATION_CREDENTIAL_SECRET: 'S',
        OS_USERNAME: 'alice',
      },
      {
        identity: {
          application_credential: { name: 'N', secret: 'S', user: { name: 'alice', domain: { id: 'default' } } },
        },
      },
    ],
  ])('%s', async (_name, environment, request) => {
    expect(await readCloudConfig(environment)).toMatchObject({ authUrl, request });
  });

  test('none of them, or an address alone, is no cloud', async () => {
    expect(await readCloudConfig({})).toBeUndefined();
    expect(await readCloudConfig({ OS_AUTH_URL: authUrl, OS_USERNAME: '' })).toBeUndefined();
  });

  test('an address from elsewhere wins', async () => {
    expect(await readCloudConfig(password, { authUrl: 'http://other' })).toMatchObject({ authUrl: 'http://other' });
  });

  test.each([
    ['no address', { OS_USERNAME: 'alice', OS_PASSWORD: 'secret' }, 'OS_AUTH_URL is missing'],
    ['no user', { OS_AUTH_URL: authUrl, OS_PASSWORD: 'secret' }, 'a user is missing; set OS_USERNAME or OS_USER_ID'],
    [
      'half an application credential',
      { OS_AUTH_URL: authUrl, OS_APPLICATION_CREDENTIAL_SECRET: 'secret' },
      'an application credential needs',
    ],
    [
      'another kind',
      { ...password, OS_AUTH_TYPE: 'v3oidcpassword' },
      "auth_type 'v3oidcpassword' is not supported; accepted: password, v3password, token, v3token",
    ],
  ])('%s is refused', async (_name, environment, message) => {
    await expect(readCloudConfig(environment)).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining(message),
    });
  });
});

describe('clouds.yaml', () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'clouds.yaml');
  writeFileSync(
    file,
    `clouds:
  pw:
    auth: { auth_url: "${authUrl}", username: alice, project_name: P, user_domain_name: D, project_domain_name: D }
    region_name: RegionOne
    cacert: /etc/ca.pem
  ac:
    auth_type: v3applicationcredential
    auth: { auth_url: "${authUrl}", application_credential_id: I, application_credential_secret: S }
`,
  );
  writeFileSync(path.join(folder, 'secure.yaml'), 'clouds: { pw: { auth: { password: secret } } }\n');

  test('gives the cloud that OS_CLOUD names, with the secrets beside it', async () => {
    expect(await readCloudConfig({ OS_CLOUD: 'pw', OS_CLIENT_CONFIG_FILE: file })).toEqual({
      authUrl,
      caFile: '/etc/ca.pem',
      verify: true,
      region: 'RegionOne',
      interfaces: ['public'],
      name: 'pw',
      file,
      request: {
        identity: { methods: ['password'], password: { user: { ...alice, domain: { name: 'D' } } } },
        scope: { project: { name: 'P', domain: { name: 'D' } } },
      },
    });
    expect(await readCloudConfig({ OS_CLOUD: 'ac', OS_CLIENT_CONFIG_FILE: file })).toMatchObject({
      request: { identity: { application_credential: { id: 'I', secret: 'S' } } },
    });
  });

  test.each([
    [
      'project: P',
      "auth.project of cloud 'c' in 'FILE' is not known; known are project_id, project_name, project_domain_id",
    ],
    ['agency_name: A', "auth.agency_name of cloud 'c' in 'FILE' is not known; leave it out"],
    ['"S3cret word": A', "auth.… of cloud 'c' in 'FILE' is not known"],
    ['password: yes', "password of cloud 'c' in 'FILE' must be text; put it in quotes"],
    ['username: [S3cret]', "username of cloud 'c' in 'FILE' must be text; put it in quotes"],
    ['system_scope: true', "system_scope of cloud 'c' in 'FILE' must be text"],
    ['auth_url: "https://{region}.example"', 'auth_url has {region}, but region is not set; set OS_REGION'],
  ])('names a setting that it cannot use: %s', async (setting, message) => {
    const other = path.join(temporaryFolder(), 'clouds.yaml');
    const auth = `      auth_url: ${authUrl}\n      username: alice\n      password: S3cret\n      ${setting}\n`;
    writeFileSync(other, `clouds:\n  c:\n    auth:\n${auth}`);
    await expect(readCloudConfig({ OS_CLOUD: 'c', OS_CLIENT_CONFIG_FILE: other })).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining(message.replace('FILE', other)),
    });
    await expect(readCloudConfig({ OS_CLOUD: 'c', OS_CLIENT_CONFIG_FILE: other })).rejects.not.toThrow('S3cret');
  });

  test('with bytes that are no UTF-8 is refused: another character would be another password', async () => {
    const other = path.join(temporaryFolder(), 'clouds.yaml');
    writeFileSync(other, Buffer.from('clouds: {c: {auth: {password: p\xe4ss}}}', 'latin1'));
    await expect(readCloudConfig({ OS_CLOUD: 'c', OS_CLIENT_CONFIG_FILE: other })).rejects.toThrow('it is not UTF-8');
  });

  test('is looked for where the openstack command looks', async () => {
    const home = temporaryFolder();
    await expect(readCloudConfig({ OS_CLOUD: 'pw', HOME: home })).rejects.toThrow(
      `there is no clouds.yaml, no ${home}/.config/openstack/clouds.yaml, no /etc`,
    );
  });

  test('yields to OS_PASSWORD', async () => {
    expect(await readCloudConfig({ OS_CLOUD: 'pw', OS_CLIENT_CONFIG_FILE: file, OS_PASSWORD: 'other' })).toMatchObject({
      request: { identity: { password: { user: { password: 'other' } } } },
    });
  });

  test('is refused where it has no such cloud or makes no sense', async () => {
    await expect(readCloudConfig({ OS_CLOUD: 'nope', OS_CLIENT_CONFIG_FILE: file })).rejects.toThrow(
      "has no cloud 'nope'; it has pw, ac",
    );
    const broken = path.join(temporaryFolder(), 'clouds.yaml');
    writeFileSync(broken, 'clouds: [');
    await expect(readCloudConfig({ OS_CLOUD: 'pw', OS_CLIENT_CONFIG_FILE: broken })).rejects.toThrow(
      `'${broken}:1:10' cannot be read`,
    );
  });
});
