import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ClusterFolder } from '../../../src/registry/folder/cluster-folder.js';
import { openFolder } from '../../../src/registry/folder/open-folder.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { authority, newRecord, otherProjectId, projectId, waitFor } from '../tested-store.js';

const now = new Date();

async function folderWith(count: number) {
  const dataFolder = temporaryFolder();
  const clusters = new ClusterFolder(dataFolder);
  const records = Array.from({ length: count }, () => newRecord());
  for (const record of records) await clusters.add(record, await authority(), { now });
  const names = async (project = projectId) => (await clusters.listRecords(project)).map(({ id }) => id);
  return {
    dataFolder,
    clusters,
    records,
    names,
    fileOf: (...parts: string[]) => path.join(dataFolder, 'clusters', ...parts),
  };
}

test('a list shows a folder that was dropped in, and none that was removed', async () => {
  const { clusters, records, names, fileOf } = await folderWith(2);
  const [one = newRecord(), other = newRecord()] = records;
  expect(await names()).toEqual([one.id, other.id].sort());
  const dropped = randomUUID();
  cpSync(fileOf(one.id), fileOf(dropped), { recursive: true });
  expect(await names()).toEqual([one.id, other.id, dropped].sort());
  rmSync(fileOf(one.id), { recursive: true });
  expect(await names()).toEqual([other.id, dropped].sort());
  // Once the folder has been as it is for a while, what is known of it is used.
  await waitFor(2_100);
  expect([await names(), await names(), await names(otherProjectId)]).toEqual([
    [other.id, dropped].sort(),
    [other.id, dropped].sort(),
    [],
  ]);
  expect(await clusters.list()).toMatchObject({ problems: [] });
});

test('a record that is changed in place is never listed for the project that it left', async () => {
  const { names, records, fileOf } = await folderWith(1);
  const [{ id } = newRecord()] = records;
  expect(await names()).toEqual([id]);
  const file = fileOf(id, 'cluster.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(projectId, otherProjectId));
  expect(await names()).toEqual([]);
});

test('a record that was damaged when the folder was read is listed once it is mended in place', async () => {
  const { clusters, names, records, fileOf } = await folderWith(1);
  const [{ id } = newRecord()] = records;
  const file = fileOf(id, 'cluster.json');
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, '{');
  expect(await names()).toEqual([]);
  await clusters.add(newRecord({ projectId: otherProjectId }), await authority(), { now });
  await waitFor(2_100);
  expect(await names()).toEqual([]);
  writeFileSync(file, whole);
  expect(await names()).toEqual([id]);
});

test.each([
  ['ca.key', 'ca.crt'],
  ['ca.crt', 'ca.key'],
] as const)(
  'between the copy of %s and that of %s a cluster is unavailable, then damaged, then whole',
  async (...order) => {
    const { dataFolder, clusters, records, fileOf } = await folderWith(1);
    const [{ id } = newRecord()] = records;
    const { privateKeyPem, certificatePem } = await authority(1);
    const content = { 'ca.key': privateKeyPem, 'ca.crt': certificatePem };
    expect((await clusters.find(projectId, id))?.id).toBe(id);
    writeFileSync(fileOf(id, order[0]), content[order[0]]);
    await expect(clusters.find(projectId, id)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 2 });
    expect(await clusters.find(otherProjectId, id)).toBeUndefined();
    // Another process, which never saw it whole.
    await expect(new ClusterFolder(dataFolder).find(projectId, id)).rejects.toMatchObject({ code: 'unavailable' });
    const later = new ClusterFolder(dataFolder, { now: () => new Date(Date.now() + 11_000) });
    await expect(later.find(projectId, id)).rejects.toMatchObject({ code: 'data_unreadable' });
    // Whoever administers it wants to know what is wrong with it.
    await expect(clusters.get(id)).rejects.toMatchObject({ code: 'data_unreadable' });
    writeFileSync(fileOf(id, order[1]), content[order[1]]);
    for (const folder of [clusters, later])
      expect((await folder.find(projectId, id))?.authority.certificatePem.trim()).toBe(certificatePem.trim());
  },
);

test('a cluster whose folder is still being copied is unavailable', async () => {
  const { clusters, records, fileOf } = await folderWith(1);
  const [{ id } = newRecord()] = records;
  rmSync(fileOf(id, 'ca.key'));
  await expect(clusters.find(projectId, id)).rejects.toMatchObject({ code: 'unavailable' });
  writeFileSync(fileOf(id, 'cluster.json'), '');
  await expect(clusters.findRecord(projectId, id)).rejects.toMatchObject({ code: 'unavailable' });
});

test('an authority that no longer fits in memory is opened again, the same', async () => {
  const dataFolder = temporaryFolder();
  const clusters = new ClusterFolder(dataFolder, { cacheBytes: 1 });
  const record = newRecord();
  await clusters.add(record, await authority(), { now });
  await waitFor(2_100);
  const [one, other] = [await clusters.find(projectId, record.id), await clusters.find(projectId, record.id)];
  expect(other?.authority).not.toBe(one?.authority);
  expect(other?.authority.fingerprint).toBe(one?.authority.fingerprint);
});

test('a change that is cut off half-way counts as a whole, and the next one finishes it', async () => {
  const { dataFolder, clusters, records, fileOf } = await folderWith(1);
  const [{ id } = newRecord()] = records;
  const next = await authority(1);
  // A folder where a file is to be written stands for whatever ends the command there.
  rmSync(fileOf(id, 'ca.key'));
  mkdirSync(fileOf(id, 'ca.key', 'in-the-way'), { recursive: true });
  const change = { server: 'https://10.0.0.1:6443', authority: next };
  await expect(clusters.set(id, change, { now })).rejects.toThrow();
  const seen = async () => {
    const cluster = await new ClusterFolder(dataFolder).get(id);
    return { server: cluster?.server, certificatePem: cluster?.authority.certificatePem.trim() };
  };
  const after = { server: change.server, certificatePem: next.certificatePem.trim() };
  expect(await seen()).toEqual(after);
  const problems: string[] = [];
  for await (const problem of (await openFolder(dataFolder)).problems?.() ?? []) problems.push(problem);
  expect(problems).toContainEqual(expect.stringContaining(`a change of cluster '${id}' is in force`));

  rmSync(fileOf(id, 'ca.key'), { recursive: true });
  await clusters.set(id, { name: 'finished' }, { now });
  expect(await seen()).toEqual(after);
  expect(readFileSync(fileOf(id, 'ca.key'), 'utf8')).toBe(next.privateKeyPem);
  expect(readFileSync(fileOf(id, 'cluster.json'), 'utf8')).not.toContain('KEY');
});

test('a change leaves no lock and nothing half done behind', async () => {
  const { clusters, records, fileOf } = await folderWith(1);
  const [{ id } = newRecord()] = records;
  await Promise.all(['a', 'b', 'c'].map((name) => clusters.set(id, { name }, { now })));
  expect(['a', 'b', 'c']).toContain((await clusters.findRecord(projectId, id))?.name);
  expect(existsSync(fileOf(id, 'set.lock'))).toBe(false);
  renameSync(fileOf(id), fileOf(randomUUID()));
  expect(await clusters.set(id, { name: 'gone' }, { now })).toBeUndefined();
});

test('a cluster that is removed while it is looked up is there or not, never damaged', async () => {
  const { clusters, records, fileOf } = await folderWith(1);
  const [{ id } = newRecord()] = records;
  for (let round = 0; round < 60; round++) {
    const copy = randomUUID();
    cpSync(fileOf(id), fileOf(copy), { recursive: true });
    const lookUps = Promise.all([
      clusters.find(projectId, copy),
      clusters.findRecord(projectId, copy),
      clusters.listRecords(projectId),
    ]);
    for (let turn = 0; turn < round % 12; turn++) await new Promise((resolve) => setImmediate(resolve));
    const [found] = await Promise.all([lookUps, clusters.remove(copy)]);
    expect([undefined, copy]).toContain(found[0]?.id);
    expect(await clusters.find(projectId, copy)).toBeUndefined();
  }
});
