import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { chownSync, existsSync, linkSync, mkdirSync, readFileSync, readdirSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import {
  listEntries,
  overwriteFile,
  putFile,
  putForeignFile,
  putFolder,
  removeEntry,
} from '../../src/files/atomic-write.js';
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

test('what is unfinished is no entry, and is swept away when it is old; what only looks like it stays', async () => {
  const folder = temporaryFolder();
  const [young = '', old = '', foreign = ''] = [
    `.unfinished-${randomUUID()}`,
    `.unfinished-${randomUUID()}`,
    '.unfinished-novel',
  ].map((name) => path.join(folder, name));
  for (const one of [young, old, foreign]) mkdirSync(one);
  for (const one of [old, foreign]) utimesSync(one, 0, 0);
  await putForeignFile(path.join(folder, 'file'), '');
  expect(existsSync(old)).toBe(true);
  await putFile(path.join(folder, 'file'), '');
  expect(await listEntries(folder)).toEqual(['file']);
  expect([young, old, foreign].map((one) => existsSync(one))).toEqual([true, false, true]);
});

test('a file that is written into stays the same file', async () => {
  const [file, link] = ['file', 'link'].map((name) => path.join(temporaryFolder(), name)) as [string, string];
  await putFile(file, 'a long text');
  linkSync(file, link);
  await overwriteFile(file, 'short');
  expect(readFileSync(link, 'utf8')).toBe('short');
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

const isRoot = process.getuid?.() === 0;
(isRoot ? test : test.skip)('what root writes belongs to the owner of the folder', async () => {
  const folder = temporaryFolder();
  chownSync(folder, 65_534, 65_534);
  await putFile(path.join(folder, 'made', 'file'), 'x');
  await putFolder(path.join(folder, 'entry'), { inside: 'x' });
  for (const name of ['made', 'made/file', 'entry', 'entry/inside'])
    expect(statSync(path.join(folder, name)).uid).toBe(65_534);
});
