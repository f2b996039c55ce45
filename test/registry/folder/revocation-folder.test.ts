import { expect, test } from '@jest/globals';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RevocationFolder } from '../../../src/registry/folder/revocation-folder.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const clusterId = '1df09f9a-5b9e-11ef-8f52-0255ac10003e';
const credentialId = `X509SHA256=${'a'.repeat(64)}`;

test('stores nothing where nobody is revoked', async () => {
  const data = temporaryFolder();
  await new RevocationFolder(data).listRevocations(clusterId);
  expect(() => statSync(path.join(data, 'revocations'))).toThrow('ENOENT');
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
