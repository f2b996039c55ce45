import { expect, test } from '@jest/globals';
import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ProjectIndexFolder } from '../../../src/registry/folder/project-index.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { newRecord, projectId, waitFor } from '../tested-store.js';

function countedIndex() {
  const folder = temporaryFolder();
  const readings = { count: 0 };
  const index = new ProjectIndexFolder(folder, () => {
    readings.count++;
    return Promise.resolve(readdirSync(folder).sort());
  });
  const drop = () => {
    const { id, ...record } = newRecord();
    mkdirSync(path.join(folder, id));
    writeFileSync(path.join(folder, id, 'cluster.json'), JSON.stringify(record));
    return id;
  };
  return { folder, index, readings, drop };
}

test('a change of the folder is read a few times, not once for every list', async () => {
  const { index, readings, drop } = countedIndex();
  const id = drop();
  await waitFor(100);
  for (let list = 0; list < 50; list++) {
    // Each in a turn of the event loop of its own.
    await waitFor(1);
    expect(await index.idsOf(projectId)).toEqual([id]);
  }
  // Once, and once more when the folder has been as it is for long enough.
  expect(readings.count).toBeLessThanOrEqual(2);
});

test('each change counts at once, however soon one follows another', async () => {
  const { folder, index, drop } = countedIndex();
  const ids: string[] = [];
  for (const pauseMs of [0, 100, 1, 60, 10, 0, 100]) {
    ids.push(drop());
    await waitFor(pauseMs);
    expect(await index.idsOf(projectId)).toEqual([...ids].sort());
  }
  const empty = path.join(folder, newRecord().id);
  mkdirSync(empty);
  expect(await index.idsOf(projectId)).toContain(path.basename(empty));
  rmdirSync(empty);
  await waitFor(1);
  expect(await index.idsOf(projectId)).toEqual([...ids].sort());
});
