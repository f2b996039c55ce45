// Locks a file as client-go does, and so kubectl: the process that creates FILE.lock has it. Unlike client-go we wait,
// and we remove our own locks left by dead processes.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, link, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { ClusterCertError, systemErrorCode } from '../errors.js';

export interface LockOptions {
  /** How long to wait for another holder (default: 10 seconds). */
  waitMs?: number;
  /** Only we lock here, so an old empty lock is that of a killed process. */
  isOurs?: boolean;
}

/** The content of our locks, by which others see whether the holder still runs. */
interface Holder {
  id: string;
  pid: number;
  host: string;
  /** When the process started, where the system tells that, because process numbers are re-used. */
  started: string | undefined;
}

const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES'];
// Longer than any work under a lock, and than writing a lock.
const abandonedAfterMs = 60_000;
const leftover = /^-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(\.new|\.old)?$/;
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a function while no other program that follows the protocol has the file. Throws `unavailable` after the wait.
 */
export async function withFileLock<Result>(
  file: string,
  action: () => Promise<Result>,
  { waitMs = 10_000, isOurs = false }: LockOptions = {},
): Promise<Result> {
  const lock = `${file}.lock`;
  await acquire(lock, Date.now() + waitMs, isOurs);
  // kubectl does not look whether the holder of a lock lives.
  const end = (signal: NodeJS.Signals) => {
    rmSync(lock, { force: true });
    for (const ending of endings) process.off(ending, end);
    process.kill(process.pid, signal);
  };
  for (const ending of endings) process.on(ending, end);
  try {
    return await action();
  } finally {
    for (const ending of endings) process.off(ending, end);
    await rm(lock, { force: true });
  }
}

async function acquire(lock: string, deadline: number, isOurs: boolean): Promise<void> {
  const started = await startOf(process.pid);
  const own: Holder = { id: randomUUID(), pid: process.pid, host: hostname(), started };
  while (!(await take(lock, own, isOurs))) {
    if (Date.now() > deadline) throw held(lock, await readHolder(lock));
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40));
  }
  await sweep(lock);
}

/** Tries once, after removing an abandoned lock. */
async function take(lock: string, own: Holder, isOurs: boolean): Promise<boolean> {
  if (await createWhole(lock, own)) return true;
  const holder = await readHolder(lock);
  const isFree = holder
    ? (await isGone(holder)) && (await removeAbandoned(lock, holder, own))
    : isOurs && (await removeOldEmpty(lock));
  return isFree && createWhole(lock, own);
}

/**
 * A lock appears with its holder in it. If it were created first and filled then, a kill in between would leave an
 * ownerless lock for ever.
 */
async function createWhole(lock: string, own: Holder): Promise<boolean> {
  const content = JSON.stringify(own);
  const draft = `${lock}-${own.id}.new`;
  if (!(await create(draft, content))) return false;
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    // After a long pause of this process, the draft may have been removed.
    if (['EEXIST', 'ENOENT'].includes(code)) return false;
    // There are file systems without links.
    if (withoutLinks.includes(code)) return await create(lock, content);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function create(file: string, content: string): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'wx', 0o600);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await handle.writeFile(content);
    return true;
  } catch (error) {
    // On a full disk a file can be created but not written.
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Undefined for a lock that is no longer there, and for one of another program: client-go writes nothing into it. */
async function readHolder(lock: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(lock, 'utf8')) as Partial<Holder> | null;
    const ours = typeof holder?.id === 'string' && /^[\w-]+$/.test(holder.id) && Number.isInteger(holder.pid);
    return ours ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

async function isGone({ pid, host, started }: Holder): Promise<boolean> {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return systemErrorCode(error) === 'ESRCH';
  }
  return started !== undefined && started !== (await startOf(pid));
}

/**
 * Only one of those who found it abandoned may remove it, lest the next one removes the lock that follows. The claim to do so is
 * a lock itself, because its holder may be killed, too.
 */
async function removeAbandoned(lock: string, { id }: Holder, own: Holder): Promise<boolean> {
  const claim = `${lock}-${id}`;
  if (!(await take(claim, own, true))) return false;
  try {
    if ((await readHolder(lock))?.id === id) await rm(lock);
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

/** Moves it away and checks it again: meanwhile, another process may have removed it and made its own lock. */
async function removeOldEmpty(lock: string): Promise<boolean> {
  const isOldEmpty = async (file: string) => {
    const { size, mtimeMs } = await stat(file);
    return size === 0 && Date.now() - mtimeMs > abandonedAfterMs;
  };
  const moved = `${lock}-${randomUUID()}.old`;
  try {
    if (!(await isOldEmpty(lock))) return false;
    await rename(lock, moved);
    const wasIt = await isOldEmpty(moved);
    if (!wasIt) await link(moved, lock).catch(() => undefined);
    await rm(moved, { force: true });
    return wasIt;
  } catch (error) {
    // Another process was first.
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Removes the leftovers of processes that were killed while they took a lock. */
async function sweep(lock: string): Promise<void> {
  const [folder, name] = [path.dirname(lock), path.basename(lock)];
  const names = await readdir(folder).catch(() => []);
  for (const entry of names.filter((one) => one.startsWith(name) && leftover.test(one.slice(name.length)))) {
    const info = await stat(path.join(folder, entry)).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > abandonedAfterMs) await rm(path.join(folder, entry), { force: true });
  }
}

/** When a process started, on systems that have /proc (proc(5), field 22 of stat). */
export async function startOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

function held(lock: string, holder: Holder | undefined): ClusterCertError {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another program';
  return new ClusterCertError('unavailable', `'${lock}' is held by ${who}; if that no longer runs, remove the file`);
}
