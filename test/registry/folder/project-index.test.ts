// A list shows what is in the folder of the clusters at that moment, whether it was read or the kernel told what changed.
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { isWatchable } from '../../../src/files/folder-watch.js';
import type { ClusterRecord } from '../../../src/registry/cluster-registry.js';
import { isClusterId } from '../../../src/registry/folder/cluster-files.js';
import { ProjectIndexFolder } from '../../../src/registry/folder/project-index.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { newRecord, projectId, waitFor } from '../tested-store.js';

function dropRecord(folder: string, { id, ...record }: ClusterRecord): string {
  mkdirSync(path.join(folder, id));
  writeFileSync(path.join(folder, id, 'cluster.json'), JSON.stringify(record));
  return id;
}

function countedIndex() {
  const folder = temporaryFolder();
  const readings = { count: 0 };
  const index = new ProjectIndexFolder(folder, () => {
    readings.count++;
    return Promise.resolve(existsSync(folder) ? readdirSync(folder).filter(isClusterId).sort() : []);
  });
  const drop = () => dropRecord(folder, newRecord());
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

const others = '0'.repeat(32);

test('an ID that is given to another project shows there', async () => {
  const { folder, index, drop } = countedIndex();
  const id = drop();
  expect(await index.idsOf(projectId)).toEqual([id]);
  await waitFor(100);
  rmSync(path.join(folder, id), { recursive: true });
  dropRecord(folder, { ...newRecord(), id, projectId: others });
  expect(await index.idsOf(others)).toEqual([id]);
  expect(await index.idsOf(projectId)).toEqual([]);
});

test('a record that is edited in place shows in its new project after the next change of the folder', async () => {
  const { folder, index, drop } = countedIndex();
  const id = drop();
  await waitFor(100);
  expect(await index.idsOf(projectId)).toEqual([id]);
  await waitFor(20);
  const file = path.join(folder, id, 'cluster.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(projectId, others));
  drop();
  expect(await index.idsOf(others)).toEqual([id]);
});

describe('in a large folder', () => {
  const { folder, index, readings, drop } = countedIndex();
  const own: string[] = [];
  // Where the kernel does not tell what changed, each change is a reading.
  const mostReadings = isWatchable(folder) ? 0 : Infinity;

  beforeAll(async () => {
    for (let count = 0; count < 1_500; count++) dropRecord(folder, { ...newRecord(), projectId: others });
    own.push(drop());
    await waitFor(100);
    expect(await index.idsOf(projectId)).toEqual(own);
    expect(await index.idsOf(others)).toHaveLength(1_500);
  });

  /** How often the folder was read meanwhile. */
  async function countReadings(act: () => Promise<void>): Promise<number> {
    const before = readings.count;
    await act();
    return readings.count - before;
  }

  test('what comes and goes counts at once, and nothing else is read for it', async () => {
    const count = await countReadings(async () => {
      for (const pauseMs of [0, 100, 1, 60, 10, 0, 100]) {
        own.push(drop());
        await waitFor(pauseMs);
        expect(await index.idsOf(projectId)).toEqual([...own].sort());
        rmSync(path.join(folder, own.shift() ?? ''), { recursive: true });
        await waitFor(pauseMs);
        expect(await index.idsOf(projectId)).toEqual([...own].sort());
      }
    });
    expect(count).toBeLessThanOrEqual(mostReadings);
  });

  test('an entry that is moved into place or out of it counts, and so does one that is damaged', async () => {
    const count = await countReadings(async () => {
      const elsewhere = temporaryFolder();
      const { id, ...record } = newRecord();
      writeFileSync(path.join(elsewhere, 'cluster.json'), JSON.stringify(record));
      renameSync(elsewhere, path.join(folder, id));
      expect(await index.idsOf(projectId)).toEqual([...own, id].sort());
      renameSync(path.join(folder, id), path.join(folder, '.away'));
      const damaged = newRecord().id;
      mkdirSync(path.join(folder, damaged));
      expect(await index.idsOf(projectId)).toEqual([...own, damaged].sort());
      rmdirSync(path.join(folder, damaged));
      expect(await index.idsOf(projectId)).toEqual([...own].sort());
    });
    expect(count).toBeLessThanOrEqual(mostReadings);
  });

  test('lists at once during changes show each what was there before it', async () => {
    for (let round = 0; round < 20; round++) {
      own.push(drop());
      const expected = [...own].sort();
      const lists = await Promise.all(Array.from({ length: 10 }, () => index.idsOf(projectId)));
      for (const list of lists) expect(list).toEqual(expected);
    }
  });

  test('more changes than the kernel keeps are read from the folder', async () => {
    const passing = ['.one', '.other'].map((name) => path.join(folder, name));
    for (const name of passing) mkdirSync(name);
    for (let count = 0; count < 10_000; count++) for (const name of passing) utimesSync(name, count, count);
    own.push(drop());
    expect(await index.idsOf(projectId)).toEqual([...own].sort());
    own.push(drop());
    expect(await index.idsOf(projectId)).toEqual([...own].sort());
  });

  test('a folder that takes the place of the folder counts', async () => {
    const before = `${folder}.before`;
    renameSync(folder, before);
    expect(await index.idsOf(projectId)).toEqual([]);
    mkdirSync(folder);
    const id = drop();
    expect(await index.idsOf(projectId)).toEqual([id]);
    rmSync(folder, { recursive: true });
    renameSync(before, folder);
    expect(await index.idsOf(projectId)).toEqual([...own].sort());
    own.push(drop());
    expect(await index.idsOf(projectId)).toEqual([...own].sort());
  });
});
