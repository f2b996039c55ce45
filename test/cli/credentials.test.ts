// Access keys of clouds.yaml, values that cannot be sent, and messages of an identity service.
import { describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runIn } from '../support/command-line.js';
import { projectId, startProvider, userId } from '../support/provider.js';
import { answerJson, startStandIn } from '../support/stand-ins.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const provider = await startProvider();
await provider.addCluster({ name: 'prod' });
const addKey = (lifetimeSeconds?: number) =>
  provider.accessKeys.add({ userId, projectId, groups: ['system:masters'] }, { lifetimeSeconds });

describe('an access key in clouds.yaml, as gophertelekomcloud reads it:', () => {
  const cloudOf = (auth: object, rest: object = {}) => {
    const file = path.join(temporaryFolder(), 'clouds.yaml');
    const full = { auth_url: 'http://127.0.0.1:1/v3', project_id: projectId, ...auth };
    writeFileSync(file, JSON.stringify({ clouds: { otc: { auth: full, ...rest } } }));
    return { OS_CLOUD: 'otc', OS_CLIENT_CONFIG_FILE: file, CLUSTERCERT_ENDPOINT: provider.url };
  };

  test.each([
    ['ak and sk', 'ak', 'sk', {}],
    ['with its type', 'ak', 'sk', { auth_type: 'aksk' }],
    ['by the longer names', 'access_key', 'secret_key', {}],
  ])('%s', async (_how, idName, secretName, rest) => {
    const { record, secret } = await addKey();
    const environment = cloudOf({ [idName]: record.id, [secretName]: secret }, rest);
    expect(await runIn(environment, 'get', 'prod')).toMatchObject({ code: 0, stderr: '' });
  });

  test('a temporary one, with its token', async () => {
    const { record, secret, securityToken } = await addKey(600);
    const environment = cloudOf({ ak: record.id, sk: secret, security_token: securityToken });
    expect(await runIn(environment, 'get', 'prod')).toMatchObject({ code: 0, stderr: '' });
  });

  test('half of one is refused, and so is one that cannot be sent', async () => {
    const half = await runIn(cloudOf({ ak: 'AKIAXXXX' }), 'get', 'prod');
    expect(half).toMatchObject({ code: 2, stdout: '' });
    expect(half.stderr).toContain("cloud 'otc' needs both ak and sk; sk is missing");
    const broken = await runIn(cloudOf({ ak: 'AKIAXXXX', sk: 'S3cret\r\n' }), 'get', 'prod');
    expect(broken).toMatchObject({ code: 2, stdout: '' });
    expect(broken.stderr).toContain("sk of cloud 'otc' is not valid");
    expect(broken.stderr).not.toContain('S3cret');
  });

  test('a password beside it wins, as it does there', async () => {
    const { record, secret } = await addKey();
    const environment = cloudOf({ ak: record.id, sk: secret, username: 'alice', password: 'secret-password' });
    expect((await runIn(environment, 'get', 'prod')).stderr).toContain('the identity service does not answer');
  });
});

describe('line ends of Windows, which env files bring along:', () => {
  const access = { CLUSTERCERT_ENDPOINT: provider.url, CLUSTERCERT_PROJECT: projectId };

  test.each([
    ['HW_ACCESS_KEY', { HW_ACCESS_KEY: 'AKIAXXXX\r', HW_SECRET_KEY: 'S3cretKey' }],
    ['HW_SECRET_KEY', { HW_ACCESS_KEY: 'AKIAXXXX', HW_SECRET_KEY: 'S3cretKey\r\n' }],
    [
      'HW_SECURITY_TOKEN',
      { HW_ACCESS_KEY: 'AKIAXXXX', HW_SECRET_KEY: 'S3cretKey', HW_SECURITY_TOKEN: 'S3cretToken\r' },
    ],
    ['CLUSTERCERT_ACCESS_KEY', { CLUSTERCERT_ACCESS_KEY: 'ключ', CLUSTERCERT_SECRET_KEY: 'S3cretKey' }],
    ['the token', { CLUSTERCERT_TOKEN: 'S3cretToken\r\n' }],
  ])('%s is named and not shown', async (name, variables) => {
    for (const argv of [
      ['get', 'prod'],
      ['credential', 'prod'],
    ]) {
      const { code, stdout, stderr } = await runIn({ ...access, ...variables }, ...argv);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^error: ${name} is not valid; it must be printable ASCII`));
      expect(stderr).not.toMatch(/S3cret|Signature|AKIAXXXX/);
    }
  });
});

describe('an identity service that refuses gives the reason,', () => {
  const refusedWith = async (message: unknown, variables: Record<string, string> = {}) => {
    const url = await startStandIn((_request, response) =>
      answerJson(response, 401, { error: { code: 401, title: 'Unauthorized', message } }),
    );
    const cloud = { OS_AUTH_URL: `${url}/v3`, OS_USERNAME: 'alice', OS_PASSWORD: 'secret-password', ...variables };
    const { code, stdout, stderr } = await runIn(cloud, 'get', 'prod');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    return stderr.replace(url, 'URL').trimEnd();
  };
  const line = (reason: string) =>
    `error: the identity service refuses the credentials (status 401${reason}); asked was URL/v3 with the OS_* variables`;

  test.each([
    ['in its words', 'The username or password is wrong.', ': The username or password is wrong'],
    ['one line of it', 'mfa totp code verify fail\nsecond', ': mfa totp code verify fail'],
    ['without what drives a terminal', 'bad \u001b[31mred\u0007', ': bad …[31mred…'],
    ['without the password', "'secret-password' is wrong", ": '…' is wrong"],
    ['without a token', `token ${'a1'.repeat(30)} is wrong`, ': token … is wrong'],
    ['without a password in a URL', 'ask http://user:pw@host', ': ask http://…@host'],
    ['not without end', 'no '.repeat(500), `: ${'no '.repeat(100)}`.slice(0, 302)],
    ['nothing where there is none', undefined, ''],
    ['nothing where it is no text', { a: 1 }, ''],
  ])('%s', async (_how, message, reason) => {
    expect(await refusedWith(message)).toBe(line(reason));
  });

  test('without a token that was sent in place of a password', async () => {
    const variables = { OS_AUTH_TYPE: 'token', OS_TOKEN: 'secret-token', OS_PASSWORD: '' };
    expect(await refusedWith('secret-token has expired', variables)).toBe(line(': … has expired'));
  });
});
