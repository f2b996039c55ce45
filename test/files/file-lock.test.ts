// Locks between programs: client-go's protocol, with waiting, and with abandoned locks.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
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

test('a lock always names its holder, so that the lock of a killed process is recognised', async () => {
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

/** Holds a lock for a moment, and expects that nobody else does. */
function soleHolder() {
  let holders = 0;
  return async () => {
    expect((holders += 1)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    holders -= 1;
  };
}

test('a lock whose holder was killed is taken over, by one of many', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'config');
  writeFileSync(`${file}.lock`, lockOf(endedPid()));
  const hold = soleHolder();
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

const uuid = '3f0b6d1e-8c55-4b1a-9d7e-0a1b2c3d4e5f';
const longAgo = Date.now() / 1000 - 3600;

/** A file of a process that was killed an hour ago. */
function leave(file: string, content: string): void {
  writeFileSync(file, content);
  utimesSync(file, longAgo, longAgo);
}

test.each([
  ['with its holder in it', lockOf(endedPid())],
  ['with nothing in it', ''],
])('a claim to an abandoned lock, %s, whose maker was killed keeps nobody out', async (_what, claim) => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'config');
  const pid = endedPid();
  leave(`${file}.lock`, lockOf(pid));
  leave(`${file}.lock-of-${pid}`, claim);
  const hold = soleHolder();
  await Promise.all(Array.from({ length: 10 }, () => withFileLock(file, hold)));
  expect(readdirSync(folder)).toEqual([]);
});

test('where only we lock, an old lock with nothing in it is taken over, a new one is waited for', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'config');
  const options = { waitMs: 50, isOurs: true };
  writeFileSync(`${file}.lock`, '');
  await expect(withFileLock(file, () => Promise.resolve(), options)).rejects.toThrow('another program');
  leave(`${file}.lock`, '');
  await expect(withFileLock(file, () => Promise.resolve(), { waitMs: 50 })).rejects.toThrow('another program');
  const hold = soleHolder();
  await Promise.all(Array.from({ length: 10 }, () => withFileLock(file, hold, { isOurs: true })));
  expect(readdirSync(folder)).toEqual([]);
});

test('what processes that were killed left beside a lock is swept away, and nothing else', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'config');
  for (const end of ['.new', '.old', '']) leave(`${file}.lock-${uuid}${end}`, '');
  leave(`${file}.lock-notes`, 'mine');
  leave(`${path.join(folder, 'other')}.lock-${uuid}.new`, '');
  writeFileSync(`${file}.lock-${uuid.replace('3', '4')}.new`, '');
  await withFileLock(file, () => Promise.resolve());
  expect(readdirSync(folder)).toEqual([
    'config.lock-4f0b6d1e-8c55-4b1a-9d7e-0a1b2c3d4e5f.new',
    'config.lock-notes',
    `other.lock-${uuid}.new`,
  ]);
});
