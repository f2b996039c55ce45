import { expect, test } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { listEntries, putFile, putFolder, removeEntry } from '../../src/files/atomic-write.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('of many that put a folder under one name, one succeeds and its files are whole', async () => {
  const target = path.join(temporaryFolder(), 'deep', 'entry');
  const results = await Promise.all(
    ['a', 'b', 'c', 'd'].map((content) => putFolder(target, { one: content, two: content })),
  );
  expect(results.filter(Boolean)).toHaveLength(1);
  expect(readFileSync(path.join(target, 'one'), 'utf8')).toBe(readFileSync(path.join(target, 'two'), 'utf8'));
  expect(readdirSync(path.dirname(target))).toEqual(['entry']);
});

test('a file replaces one of its name', async () => {
  const target = path.join(temporaryFolder(), 'file');
  await putFile(target, 'one');
  await putFile(target, 'two');
  expect(readFileSync(target, 'utf8')).toBe('two');
});

test('what is unfinished is no entry, and is swept away when it is old', async () => {
  const folder = temporaryFolder();
  const [young, old] = ['.unfinished-young', '.unfinished-old'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  mkdirSync(young);
  mkdirSync(old);
  utimesSync(old, 0, 0);
  await putFile(path.join(folder, 'file'), '');
  expect(await listEntries(folder)).toEqual(['file']);
  expect([existsSync(young), existsSync(old)]).toEqual([true, false]);
});

test('an entry is removed once', async () => {
  const folder = temporaryFolder();
  await putFolder(path.join(folder, 'entry'), { one: '' });
  expect(await removeEntry(path.join(folder, 'entry'))).toBe(true);
  expect(await removeEntry(path.join(folder, 'entry'))).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that does not exist has no entries', async () => {
  expect(await listEntries(path.join(temporaryFolder(), 'none'))).toEqual([]);
});
