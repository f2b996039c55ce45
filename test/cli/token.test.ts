import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../support/command-line.js';
import { otherProjectId, projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

function inNewFolder() {
  const data = temporaryFolder();
  const add = (user: string, ...options: string[]) =>
    run('token', 'add', '--data', data, '--project', projectId, '--user', user, ...options);
  const list = async () =>
    JSON.parse((await run('token', 'list', '--json', '--data', data)).stdout) as {
      id: string;
      groups: string[];
      expiresAt: string;
    }[];
  return { data, add, list };
}

test('a token is shown once, kept as its hash only, listed without its value and revoked', async () => {
  const { data, add, list } = inNewFolder();
  const { code, stdout, stderr } = await add('alice', '--group', 'developers', '--group', 'testers');
  const token = stdout.trim();
  expect(code).toBe(0);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(stderr).toMatch(/^token [0-9a-f]{12} in \/.* is valid until .*; it is not shown again\n$/);
  expect(stderr).not.toContain(token);
  const [file = ''] = readdirSync(path.join(data, 'tokens'));
  expect(file).toBe(`${createHash('sha256').update(token).digest('hex')}.json`);
  expect(statSync(path.join(data, 'tokens', file)).mode & 0o777).toBe(0o600);
  expect(readFileSync(path.join(data, 'tokens', file), 'utf8')).not.toContain(token);
  const [record] = await list();
  expect(record).toMatchObject({ userId: 'alice', projectId, groups: ['developers', 'testers'] });
  expect((await run('token', 'list', '--data', data)).stdout).toMatch(
    /^ID .*\n[0-9a-f]{12} +alice +77b.* +developers,testers +20.*Z\n$/,
  );
  expect(await run('token', 'revoke', record?.id ?? '', '--data', data)).toEqual({
    code: 0,
    stdout: '',
    stderr: `revoked token ${record?.id ?? ''} in ${data}\n`,
  });
  expect(await list()).toEqual([]);
});

test('groups are those that are given or those of the last token, and nobody gets any by default', async () => {
  const { add, list } = inNewFolder();
  expect((await add('alice')).stderr).toMatch(/^note: 'alice' has no groups, .*; --group gives it some\n/);
  expect((await add('bob')).stderr).toMatch(/^note: 'bob' has no groups/);
  expect((await add('bob', '--group', 'developers')).code).toBe(0);
  expect((await add('bob')).code).toBe(0);
  expect((await list()).map(({ groups }) => groups)).toEqual([[], [], ['developers'], ['developers']]);
});

test('a token lives as long as it is told to, a day by default', async () => {
  const { add, list } = inNewFolder();
  await add('alice');
  await add('alice', '--expires', '90s');
  const seconds = (await list()).map(({ expiresAt }) => Math.round((Date.parse(expiresAt) - Date.now()) / 60_000));
  expect(seconds).toEqual([24 * 60, expect.any(Number)]);
  expect(seconds[1]).toBeLessThanOrEqual(2);
});

test.each([
  [
    'a malformed project',
    ['--project', otherProjectId.toUpperCase(), '--user', 'x'],
    'it must be 32 lower-case hexadecimal digits',
  ],
  [
    'an empty user',
    ['--project', projectId, '--user', ''],
    "user ID '' is not valid; it must be 1 to 64 printable characters",
  ],
  [
    'a user with a line break',
    ['--project', projectId, '--user', 'a\nb'],
    "error: user ID 'a\\nb' is not valid; it must be 1 to 64 printable characters\n",
  ],
  [
    'a group with a tab',
    ['--project', projectId, '--user', 'x', '--group', 'a\tb'],
    'it must be 1 to 64 printable characters',
  ],
  [
    'a lifetime without a unit',
    ['--project', projectId, '--user', 'x', '--expires', '24'],
    "--expires '24' is not valid; it must be a number with a unit, such as 30s, 15m, 24h or 365d",
  ],
  [
    'no lifetime',
    ['--project', projectId, '--user', 'x', '--expires', '0s'],
    "--expires '0s' is not valid; it must be a number with a unit, such as 30s, 15m, 24h or 365d, from 1s to 36600d\n",
  ],
])('%s is refused with exit code 2', async (_name, argv, reason) => {
  const { code, stdout, stderr } = await run('token', 'add', '--data', temporaryFolder(), ...argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(reason);
});

test.each([
  ['token', 'list'],
  ['serve', '--port', '0'],
])('a file in place of the data folder is refused: %s', async (...command) => {
  const { code, stdout, stderr } = await run(...command, '--data', 'package.json');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain("error: --data 'package.json' is not a folder; ");
});

test('a token given in place of its ID is not repeated', async () => {
  const { data, add } = inNewFolder();
  const token = (await add('alice')).stdout.trim();
  const { code, stderr } = await run('token', 'revoke', token, '--data', data);
  expect(code).toBe(1);
  expect(stderr).toBe(`error: there is no token of that ID in ${data}; 'clustercert token list' shows the IDs\n`);
});

test('an ID that is not known is named', async () => {
  const { code, stderr } = await run('token', 'revoke', '1f3a9c2b7d40', '--data', temporaryFolder());
  expect(code).toBe(1);
  expect(stderr).toContain("error: there is no token of the ID '1f3a9c2b7d40' in /");
});

test('a file that makes no sense does not hide the others', async () => {
  const { data, add, list } = inNewFolder();
  await add('alice');
  writeFileSync(path.join(data, 'tokens', `${'a'.repeat(64)}.json`), 'secret');
  writeFileSync(path.join(data, 'tokens', 'notes.json'), '{}');
  expect(await list()).toHaveLength(1);
  expect((await run('token', 'list', '--data', data)).stderr).toBe(
    "warning: token 'aaaaaaaaaaaa' cannot be read: it is not JSON\n",
  );
  expect((await add('bob')).code).toBe(0);
});
