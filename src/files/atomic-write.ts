// How the data folder is written: a file or a folder appears whole or not at all, whatever is killed in between, and
// only its owner can read it. The rooms that keep the entries know their meaning.
import { randomUUID } from 'node:crypto';
import { type FileHandle, chmod, chown, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from '../errors.js';

// Work in progress lies beside the entries under this prefix, so that a rename stays within one file system.
const unfinishedPrefix = '.unfinished-';
// No other program makes names with a UUID after that prefix.
const unfinishedEntry = /^\.unfinished-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
// Nothing here takes minutes: older files were left by a process that died.
const abandonedAfterMs = 10 * 60 * 1000;

/** Puts a folder of files in place; false when one of that name is there already. */
export async function putFolder(target: string, files: Record<string, string | Uint8Array>): Promise<boolean> {
  return putEntry(target, async (unfinished) => {
    await mkdir(unfinished, { mode: 0o700 });
    for (const [name, content] of Object.entries(files)) {
      await writeDurably(path.join(unfinished, name), content);
      await giveToOwnerOf(path.dirname(target), path.join(unfinished, name));
    }
    await giveToOwnerOf(path.dirname(target), unfinished);
    await syncFolder(unfinished);
  });
}

/** Puts a new file in place, replacing one of that name. */
export async function putFile(target: string, content: string | Uint8Array): Promise<void> {
  await putEntry(target, async (unfinished) => {
    await writeDurably(unfinished, content);
    await giveToOwnerOf(path.dirname(target), unfinished);
  });
}

/** As `putFile`, in a folder that is not ours: nothing is cleaned up there. */
export async function putForeignFile(target: string, content: string | Uint8Array): Promise<void> {
  await putEntry(target, (unfinished) => writeDurably(unfinished, content), { isOurFolder: false });
}

/** Puts a file in place of one that is there, with the mode and the owner given, in a folder that is not ours. */
export async function replaceFile(
  target: string,
  content: string | Uint8Array,
  { mode, uid, gid }: { mode: number; uid: number; gid: number },
): Promise<void> {
  await putEntry(
    target,
    async (unfinished) => {
      await writeDurably(unfinished, content);
      const made = await stat(unfinished);
      if (made.uid !== uid) await chown(unfinished, uid, gid);
      // If only the owner has rights, failing to set the group does no harm.
      else if (made.gid !== gid) await chown(unfinished, uid, gid).catch(() => undefined);
      if ((made.mode & 0o777) !== mode) await chmod(unfinished, mode);
    },
    { isOurFolder: false },
  );
}

/**
 * Writes into an existing file in place, for files that cannot be replaced: links, owner and mode stay. When the disk
 * is full, the old content is written back.
 */
export async function overwriteFile(target: string, content: string | Uint8Array): Promise<void> {
  await withHandle(await open(target, 'r+'), async (handle) => {
    const before = await handle.readFile();
    const bytes = Buffer.from(content);
    try {
      await writeWhole(handle, bytes);
    } catch (error) {
      await writeWhole(handle, before).catch(() => undefined);
      throw error;
    }
  });
}

async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await handle.write(bytes, written, bytes.length - written, written)).bytesWritten;
  }
  await handle.truncate(bytes.length);
  await handle.sync();
}

/** Removes an entry at once; its remains cannot be mistaken for one. False when there is none. */
export async function removeEntry(target: string): Promise<boolean> {
  const discarded = unfinishedName(path.dirname(target));
  try {
    await rename(target, discarded);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  await syncFolder(path.dirname(target));
  // Another process may be sweeping it away already.
  await rm(discarded, { recursive: true, force: true });
  return true;
}

/**
 * Makes a folder and those above it, where they are missing. Node's recursive mkdir never ends in folders such as
 * /proc.
 */
export async function makeFolder(folder: string): Promise<void> {
  const isThere = () =>
    stat(folder).then(
      (info) => info.isDirectory(),
      () => false,
    );
  if (await isThere()) return;
  const parent = path.dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder, { mode: 0o700 }).then(
    () => giveToOwnerOf(parent, folder),
    async (error: unknown) => {
      // Another process may have made it.
      if (!(await isThere())) throw error;
    },
  );
}

/** The service's user must be able to read files that root writes, so they belong to the owner of their folder. */
async function giveToOwnerOf(folder: string, entry: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  if (uid !== 0) await chown(entry, uid, gid);
}

/** Names of the finished entries of a folder, sorted; none where the folder does not exist yet. */
export async function listEntries(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return names.filter((name) => !name.startsWith('.')).sort();
}

/** Whether nothing was ever finished in a folder: it does not exist, or holds unfinished work only. */
export async function isUnusedFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [unfinishedPrefix];
    throw error;
  });
  return names.length > 0 && names.every((name) => name.startsWith(unfinishedPrefix));
}

/** Whether a file system call failed because the entry does not exist. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error));
}

async function putEntry(
  target: string,
  write: (unfinished: string) => Promise<void>,
  { isOurFolder = true } = {},
): Promise<boolean> {
  const folder = path.dirname(target);
  await makeFolder(folder);
  if (isOurFolder) await sweep(folder);
  const unfinished = unfinishedName(folder);
  try {
    await write(unfinished);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error))) return false;
    throw error;
  }
  await syncFolder(folder);
  return true;
}

function unfinishedName(folder: string): string {
  return path.join(folder, `${unfinishedPrefix}${randomUUID()}`);
}

async function sweep(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => unfinishedEntry.test(name));
  for (const name of names) {
    const entry = path.join(folder, name);
    const info = await stat(entry).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > abandonedAfterMs) await rm(entry, { recursive: true, force: true });
  }
}

async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  await withHandle(await open(file, 'wx', 0o600), async (handle) => {
    await handle.writeFile(content);
    await handle.sync();
  });
}

/** A rename survives a power cut only once its folder is on the disk too. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its file systems keep the order of renames by themselves.
  if (process.platform === 'win32') return;
  await withHandle(await open(folder, 'r'), (handle) => handle.sync());
}

async function withHandle(handle: FileHandle, use: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}
