import { expect, test } from '@jest/globals';
import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openFolder } from '../../../src/registry/folder/open-folder.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { authority, newRecord, projectId } from '../tested-store.js';

const caller = { projectId, userId: 'alice', groups: [] };

async function filledFolder() {
  const folder = path.join(temporaryFolder(), 'data');
  const store = await openFolder(folder);
  const record = newRecord();
  await store.clusters.add(record, await authority(), { now: new Date() });
  const { token, record: tokenRecord } = await store.tokens.add(caller, { lifetimeSeconds: 3600 });
  const { secret, record: keyRecord } = await store.accessKeys.add(caller);
  const problems = async () => {
    const found: string[] = [];
    for await (const problem of (await openFolder(folder)).problems?.() ?? []) found.push(problem);
    expect(found.join('\n')).not.toMatch(/\n\n|PRIVATE KEY/);
    for (const text of [token, secret]) expect(found.join('\n')).not.toContain(text);
    return found;
  };
  return { folder, id: record.id, tokenId: tokenRecord.id, keyId: keyRecord.id, problems };
}

test('a folder as the commands make it has no problems, nor has one that is not there', async () => {
  const { folder, problems } = await filledFolder();
  expect(await problems()).toEqual([]);
  rmSync(folder, { recursive: true });
  expect(await problems()).toEqual([]);
});

test('each thing that is damaged is named once, by what it is', async () => {
  const { folder, id, tokenId, keyId, problems } = await filledFolder();
  const inClusters = (...names: string[]) => path.join(folder, 'clusters', ...names);
  writeFileSync(inClusters(id, 'ca.key'), 'nothing');
  writeFileSync(path.join(folder, 'access-keys', `${keyId}.json`), '{"secret":"S3CRET"');
  writeFileSync(path.join(folder, 'tokens', `${'a'.repeat(64)}.json`), '[]');
  mkdirSync(inClusters('notes'));
  cpSync(inClusters(id), inClusters('1DF09F9A-5B9E-11EF-8F52-0255AC10003E'), { recursive: true });
  expect(await problems()).toEqual([
    "'clusters/1DF09F9A-5B9E-11EF-8F52-0255AC10003E' is not served: a cluster ID is in lower case",
    "'clusters/notes' is not served: its name is not a cluster ID",
    `cluster '${id}' cannot be read: the CA's private key cannot be read; a private key in PEM is accepted`,
    expect.stringMatching(/^token 'aaaaaaaaaaaa' cannot be read: /),
    `access key '${keyId}' cannot be read: it is not JSON`,
  ]);
  expect(tokenId).not.toBe('');
});

test('what the system cannot read is named, a whole folder once', async () => {
  const { folder, id, problems } = await filledFolder();
  for (const name of [path.join('clusters', id, 'ca.key'), 'tokens']) {
    const entry = path.join(folder, name);
    rmSync(entry, { recursive: true });
    // A link to itself cannot be followed, by root neither: ELOOP.
    symlinkSync(entry, entry);
  }
  expect(await problems()).toEqual([
    expect.stringMatching(new RegExp(`^cluster '${id}' cannot be read: ELOOP`)),
    expect.stringMatching(/^the folder of the tokens cannot be read: ELOOP/),
  ]);
});

test('secrets that others can read are named in one line, with the command that ends it', async () => {
  const { folder, id, problems } = await filledFolder();
  chmodSync(path.dirname(folder), 0o755);
  // As of a backup that was restored readable by all.
  for (const entry of ['', 'clusters', `clusters/${id}`, 'tokens', 'access-keys'])
    chmodSync(path.join(folder, entry), 0o755);
  for (const file of ['ca.key', 'ca.crt']) chmodSync(path.join(folder, 'clusters', id, file), 0o644);
  expect(await problems()).toEqual([
    `others can read the secrets 'clusters/${id}/ca.key'; end that with: chmod -R go= ${folder}`,
  ]);
  chmodSync(path.join(folder, 'clusters', id, 'seed'), 0o604);
  expect(await problems()).toEqual([
    `others can read the secrets 'clusters/${id}/ca.key', 'clusters/${id}/seed'; end that with: chmod -R go= ${folder}`,
  ]);
  chmodSync(folder, 0o700);
  expect(await problems()).toEqual([]);
});
