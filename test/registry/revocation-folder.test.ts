import { expect, test } from '@jest/globals';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RevocationFolder } from '../../src/registry/folder/revocation-folder.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const clusterId = '1df09f9a-5b9e-11ef-8f52-0255ac10003e';
const credentialId = `X509SHA256=${'a'.repeat(64)}`;
const at = (time: string) => new Date(time);

test('knows nothing of a cluster in which nobody was revoked, and stores nothing', async () => {
  const data = temporaryFolder();
  expect(await new RevocationFolder(data).listRevocations(clusterId)).toEqual({ users: [], credentials: [] });
  expect(() => statSync(path.join(data, 'revocations'))).toThrow('ENOENT');
});

test('raises the generation of a user each time, seen by every process at once', async () => {
  const data = temporaryFolder();
  const [one, other] = [new RevocationFolder(data), new RevocationFolder(data)];
  const first = await one.revokeUser(clusterId, 'user1');
  expect((await other.listRevocations(clusterId.toUpperCase())).users).toMatchObject([
    { userId: 'user1', generation: first },
  ]);
  const second = await other.revokeUser(clusterId, 'user1');
  expect(second).toBeGreaterThan(first);
  expect((await one.listRevocations(clusterId)).users).toMatchObject([{ userId: 'user1', generation: second }]);
});

test('never gives a generation again, not after a backup was restored either', async () => {
  const data = temporaryFolder();
  let now = at('2026-01-01T00:00:00Z');
  const folder = new RevocationFolder(data, { now: () => now });
  await folder.revokeUser(clusterId, 'user1');
  const backup = readFileSync(path.join(data, 'revocations', `${clusterId}.json`));
  now = at('2026-01-02T00:00:00Z');
  const lost = await folder.revokeUser(clusterId, 'user1');
  writeFileSync(path.join(data, 'revocations', `${clusterId}.json`), backup);
  now = at('2026-01-03T00:00:00Z');
  expect(await folder.revokeUser(clusterId, 'user1')).toBeGreaterThan(lost);
});

test('loses none of many revocations that are made at once', async () => {
  const data = temporaryFolder();
  const users = Array.from({ length: 20 }, (_, index) => `user${index}`);
  await Promise.all(users.map((userId) => new RevocationFolder(data).revokeUser(clusterId, userId)));
  const { users: revoked } = await new RevocationFolder(data).listRevocations(clusterId);
  expect(revoked.map(({ userId }) => userId)).toEqual([...users].sort());
});

test('forgets a certificate when it has ended by itself', async () => {
  let now = at('2026-01-01T00:00:00Z');
  const folder = new RevocationFolder(temporaryFolder(), { now: () => now });
  await folder.revokeCredential(clusterId, { credentialId, until: at('2026-02-01T00:00:00Z') });
  const same = await folder.listRevocations(clusterId);
  expect(same.credentials).toMatchObject([{ credentialId, until: at('2026-02-01T00:00:00Z') }]);
  now = at('2026-02-01T00:00:00Z');
  expect((await folder.listRevocations(clusterId)).credentials).toEqual([]);
});

test.each(['__proto__', 'constructor', 'toString', 'jürgen müller 李', "o'neill\\"])(
  'keeps a user called %s',
  async (userId) => {
    const folder = new RevocationFolder(temporaryFolder());
    expect((await folder.listRevocations(clusterId)).users).toEqual([]);
    await folder.revokeUser(clusterId, 'somebody');
    const generation = await folder.revokeUser(clusterId, userId);
    expect((await folder.listRevocations(clusterId)).users).toContainEqual(
      expect.objectContaining({ userId, generation }),
    );
  },
);

test('refuses what cannot be revoked', async () => {
  const folder = new RevocationFolder(temporaryFolder());
  await expect(folder.revokeUser(clusterId, '')).rejects.toThrow('1 to 64 printable characters');
  const until = new Date();
  for (const wrong of ['', 'a'.repeat(64), credentialId.toUpperCase(), `${credentialId}0`])
    await expect(folder.revokeCredential(clusterId, { credentialId: wrong, until })).rejects.toThrow('X509SHA256=');
});

test.each([
  '{',
  'null',
  '{"users": {}}',
  '{"users": [], "credentials": {}}',
  '{"users": {"a": {"generation": "2", "revokedAt": "2026-01-01T00:00:00Z"}}, "credentials": {}}',
  '{"users": {"a": {"generation": 0, "revokedAt": "2026-01-01T00:00:00Z"}}, "credentials": {}}',
  `{"users": {}, "credentials": {"${credentialId}": {"revokedAt": "2026-01-01T00:00:00Z"}}}`,
])('lets nobody back in by a file that is damaged: %s', async (text) => {
  const data = temporaryFolder();
  mkdirSync(path.join(data, 'revocations'));
  writeFileSync(path.join(data, 'revocations', `${clusterId}.json`), text);
  const folder = new RevocationFolder(data);
  await expect(folder.listRevocations(clusterId)).rejects.toMatchObject({ code: 'data_unreadable' });
  await expect(folder.revokeUser(clusterId, 'user1')).rejects.toThrow();
  expect(readFileSync(path.join(data, 'revocations', `${clusterId}.json`), 'utf8')).toBe(text);
});

test('is the same object while nothing changes', async () => {
  const data = temporaryFolder();
  const folder = new RevocationFolder(data);
  expect(await folder.listRevocations(clusterId)).toBe(await folder.listRevocations(clusterId));
  rmSync(data, { recursive: true });
  expect(await folder.listRevocations(clusterId)).toEqual({ users: [], credentials: [] });
});
