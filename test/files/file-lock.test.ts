// Locks between programs: client-go's protocol, with waiting, and with locks that nobody lives to remove.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { withFileLock } from '../../src/files/file-lock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const lockOf = (pid: number, host = hostname()) => JSON.stringify({ id: `of-${pid}`, pid, host });
/** The number of a process that has ended. */
const endedPid = () => spawnSync(process.execPath, ['--eval', '']).pid;

test('one holder at a time, and no lock is left', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'config');
  writeFileSync(file, '0');
  const increase = async () => {
    const value = Number(readFileSync(file, 'utf8'));
    await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(file, String(value + 1));
  };
  await Promise.all(Array.from({ length: 20 }, () => withFileLock(file, increase)));
  expect(readFileSync(file, 'utf8')).toBe('20');
  expect(readdirSync(folder)).toEqual(['config']);
});

test('a lock is removed when what was done under it fails', async () => {
  const file = path.join(temporaryFolder(), 'config');
  await expect(withFileLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(`${file}.lock`)).toBe(false);
});

test('a lock is never there without its holder in it, so that one whose maker was killed can be told', async () => {
  const file = path.join(temporaryFolder(), 'config');
  let isDone = false;
  const sizes: number[] = [];
  const look = async () => {
    while (!isDone) {
      const { size } = statSync(`${file}.lock`, { throwIfNoEntry: false }) ?? {};
      if (size !== undefined) sizes.push(size);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const looking = look();
  for (let time = 0; time < 100; time++)
    await withFileLock(file, () => new Promise((resolve) => setImmediate(resolve)));
  isDone = true;
  await looking;
  expect(sizes.length).toBeGreaterThan(0);
  expect(Math.min(...sizes)).toBeGreaterThan(0);
});

test('a lock whose holder was killed is taken over, by one of many', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'config');
  writeFileSync(`${file}.lock`, lockOf(endedPid()));
  let holders = 0;
  const hold = async () => {
    expect((holders += 1)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    holders -= 1;
  };
  await Promise.all(Array.from({ length: 10 }, () => withFileLock(file, hold)));
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['kubectl, which writes nothing into it', '', 'another program'],
  ['a process that lives', lockOf(process.pid), `process ${process.pid} on ${hostname()}`],
  ['another machine', lockOf(endedPid(), 'elsewhere'), 'on elsewhere'],
])('a lock of %s is waited for, and left', async (_whose, content, who) => {
  const file = path.join(temporaryFolder(), 'config');
  writeFileSync(`${file}.lock`, content);
  const attempt = withFileLock(file, () => Promise.resolve(), { waitMs: 50 });
  await expect(attempt).rejects.toThrow(who);
  await expect(attempt).rejects.toThrow(`'${file}.lock' is held by`);
  expect(readFileSync(`${file}.lock`, 'utf8')).toBe(content);
});
