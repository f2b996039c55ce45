import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { run } from '../support/command-line.js';
import { projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

function inNewFolder() {
  const data = temporaryFolder();
  const add = (...options: string[]) =>
    run('access-key', 'add', '--data', data, '--project', projectId, '--user', 'alice', ...options);
  const list = async () =>
    JSON.parse((await run('access-key', 'list', '--json', '--data', data)).stdout) as Record<string, unknown>[];
  return { data, add, list };
}

test('an access key is shown once with its secret, listed without it and revoked', async () => {
  const { data, add, list } = inNewFolder();
  const { code, stdout, stderr } = await add('--group', 'developers');
  expect(code).toBe(0);
  const [, accessKey = '', secretKey = ''] =
    /^accessKey: ([A-Z0-9]{20})\nsecretKey: ([A-Za-z0-9]{40})\n$/.exec(stdout) ?? [];
  expect(stderr).toBe(
    `access key ${accessKey} in ${data} is valid until it is revoked; its secret is not shown again\n`,
  );
  const file = path.join(data, 'access-keys', `${accessKey}.json`);
  expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain(secretKey);
  expect(await list()).toEqual([
    expect.objectContaining({ id: accessKey, userId: 'alice', projectId, groups: ['developers'] }),
  ]);
  const { stdout: table } = await run('access-key', 'list', '--data', data);
  expect(table).toMatch(new RegExp(`^ACCESS KEY .*\n${accessKey} +alice +${projectId} +developers +never\n$`));
  expect(table + JSON.stringify(await list())).not.toContain(secretKey);
  expect(await run('access-key', 'revoke', accessKey, '--data', data)).toEqual({
    code: 0,
    stdout: '',
    stderr: `revoked access key ${accessKey} in ${data}\n`,
  });
  expect(await list()).toEqual([]);
});

test('a temporary one has a security token and an end, and can be had as JSON', async () => {
  const { add, list } = inNewFolder();
  const { stdout } = await add('--expires', '15m', '--json');
  expect(JSON.parse(stdout)).toEqual({
    accessKey: expect.any(String),
    secretKey: expect.any(String),
    securityToken: expect.stringMatching(/^[\w-]{86}$/),
  });
  const [record] = await list();
  const minutes = (Date.parse(String(record?.['expiresAt'])) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(14);
  expect(minutes).toBeLessThanOrEqual(15);
});

test('a secret given in place of the key is not repeated', async () => {
  const { data, add } = inNewFolder();
  const [, secret = ''] = /secretKey: (\S+)/.exec((await add()).stdout) ?? [];
  const { code, stdout, stderr } = await run('access-key', 'revoke', secret, '--data', data);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    `error: there is no such access key in ${data}; 'clustercert access-key list' shows those that exist\n`,
  );
});

test('an access key that is not known is named', async () => {
  const { stderr } = await run('access-key', 'revoke', 'HPUAH8SQD53GBXGDK2LP', '--data', temporaryFolder());
  expect(stderr).toContain("error: there is no access key 'HPUAH8SQD53GBXGDK2LP' in /");
});
