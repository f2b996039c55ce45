// Locks a file as client-go does, and so kubectl: whoever makes FILE.lock has it. There are two differences: others wait for
// it for a while, and a lock of ours whose holder is no longer running is removed.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, link, open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { ClusterCertError, systemErrorCode } from '../errors.js';

export interface LockOptions {
  /** How long to wait for another holder (default: 10 seconds). */
  waitMs?: number;
}

/** What is in a lock of ours, so that others can see whether its holder is still there. */
interface Holder {
  id: string;
  pid: number;
  host: string;
  /** Of the process, where the system tells: a number may be used again. */
  started: string | undefined;
}

const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES'];
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does something while no other program that keeps to the protocol has the file. Throws `unavailable` after the wait. */
export async function withFileLock<Result>(
  file: string,
  action: () => Promise<Result>,
  { waitMs = 10_000 }: LockOptions = {},
): Promise<Result> {
  const lock = `${file}.lock`;
  await acquire(lock, Date.now() + waitMs);
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

async function acquire(lock: string, deadline: number): Promise<void> {
  const started = await startOf(process.pid);
  const own: Holder = { id: randomUUID(), pid: process.pid, host: hostname(), started };
  while (!(await createWhole(lock, own))) {
    const holder = await readHolder(lock);
    if (holder && (await isGone(holder)) && (await removeAbandoned(lock, holder))) continue;
    if (Date.now() > deadline) throw held(lock, holder);
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40));
  }
}

/**
 * A lock appears with its holder in it: one that is made first and filled then would be anybody's for ever if its maker
 * were killed in between.
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
    if (code === 'EEXIST') return false;
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
    // On a full disk a file can be made that nothing can be written into.
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

/** Only one of those who found it abandoned may remove it, lest the next one removes the lock that follows. */
async function removeAbandoned(lock: string, { id }: Holder): Promise<boolean> {
  const claim = `${lock}-${id}`;
  if (!(await create(claim, ''))) return false;
  try {
    if ((await readHolder(lock))?.id === id) await rm(lock);
    return true;
  } finally {
    await rm(claim, { force: true });
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
