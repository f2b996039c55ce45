// The kubeconfig files of a user: finds them, and changes them without losing any of their content.
import { access, chmod, constants, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { ClusterCertError, systemErrorCode, firstLine } from '../errors.js';
import { isMissing, makeFolder, overwriteFile, putForeignFile, replaceFile } from '../files/atomic-write.js';
import { withFileLock } from '../files/file-lock.js';
import { decodeKubeconfig } from './kubeconfig-source.js';
import type { Encoding } from './yaml/decode-text.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A file that may be missing. */
export interface KubeconfigText {
  file: string;
  /** Undefined where there is no such file. */
  text: string | undefined;
}

/** The files that kubectl reads, in its order: those of $KUBECONFIG, each once, else ~/.kube/config. */
export function kubeconfigFiles(environment: Environment): string[] {
  const listed = (environment['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '');
  const files = [...new Set(listed.map((file) => expandHome(file, environment)))];
  return files.length > 0 ? files : [path.join(homeOf(environment), '.kube', 'config')];
}

/** Expands `~/` at the start of a path, which the shell does not do after an equals sign. */
export function expandHome(file: string, environment: Environment): string {
  return file === '~' || file.startsWith('~/') ? path.join(homeOf(environment), file.slice(1)) : file;
}

const homeOf = (environment: Environment) => environment['HOME'] || homedir();

/** The text of a file; undefined where there is none. Throws `data_unreadable` where it cannot be read. */
export async function readKubeconfigFile(file: string): Promise<string | undefined> {
  return (await readDecoded(file))?.text;
}

async function readDecoded(file: string): Promise<{ text: string; encoding: Encoding } | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new ClusterCertError('data_unreadable', `'${file}' cannot be read: ${firstLine(cause)}`, { cause });
  }
  return decodeKubeconfig(bytes, file);
}

// kubectl reads a file, locks it, and then removes the entries that it had not read. So the lock is held a little
// longer: a kubectl that read before our change meets the lock and fails, instead of undoing the change.
const lingerMs = 100;

/**
 * Changes files under their locks. `change` gets the texts of all `files` and returns the new texts of `changed`. No
 * content of a file is lost, and nobody can read it afterwards who could not before.
 */
export async function changeKubeconfigs(
  files: readonly string[],
  changed: readonly string[],
  change: (texts: readonly KubeconfigText[]) => ReadonlyMap<string, string>,
): Promise<void> {
  const locks: string[] = [];
  for (const file of changed) {
    await named(file, async () => {
      if (/[/\\]$/.test(file)) throw new Error('it names a folder');
      await makeFolder(path.dirname(file));
      // kubectl locks the name that it was given, but a link and its target are one file.
      locks.push(path.resolve(file), await followLinks(file));
    });
  }
  const [first = ''] = changed;
  await named(first, () =>
    withLocks([...new Set(locks)].sort(), async () => {
      const texts: KubeconfigText[] = [];
      for (const file of files) texts.push({ file, text: await readKubeconfigFile(file) });
      let isWritten = false;
      for (const [file, text] of change(texts))
        if (await named(file, () => writeKubeconfig(file, text))) isWritten = true;
      if (isWritten) await new Promise((resolve) => setTimeout(resolve, lingerMs));
    }),
  );
}

async function named<Result>(file: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof ClusterCertError) throw cause;
    throw new ClusterCertError('data_unreadable', `'${file}' cannot be written: ${firstLine(cause)}`, { cause });
  }
}

/**
 * Writes a file with secrets; false where there is nothing to write. A link is followed and stays a link. A group keeps
 * its rights to an existing file unless the file must be private.
 */
export async function writeKubeconfig(file: string, text: string, { isPrivate = false } = {}): Promise<boolean> {
  if (/[/\\]$/.test(file)) throw new Error('it names a folder');
  const target = await followLinks(file);
  const info = await stat(target).catch(() => undefined);
  if (!info) {
    await putForeignFile(target, text);
    return true;
  }
  if (!info.isFile()) throw new Error('it is not a file');
  const mode = isPrivate ? info.mode & 0o600 : keptMode(info.mode & 0o777);
  const { encoding } = (await readDecoded(target).catch(() => undefined)) ?? {};
  const content = encode(text, encoding);
  const isSame = content.equals(await readFile(target));
  if (isSame && mode === (info.mode & 0o777)) return false;
  // Replacing needs no write permission on the file; respect a read-only file anyway.
  await access(target, constants.W_OK);
  const isOwn = process.getuid === undefined || [0, info.uid].includes(process.getuid());
  const isShared = !isOwn || info.nlink > 1 || (process.getuid?.() !== 0 && (mode & 0o070) !== 0);
  if (isShared) {
    if (isOwn && mode !== (info.mode & 0o777)) await chmod(target, mode);
    await overwriteFile(target, content);
  } else await replaceOrOverwrite(target, content, { mode, uid: info.uid, gid: info.gid });
  return true;
}

/** A file that is mounted, or whose folder is read-only, is written in place, as kubectl does. */
async function replaceOrOverwrite(target: string, content: Buffer, owner: { mode: number; uid: number; gid: number }) {
  try {
    await replaceFile(target, content, owner);
  } catch (error) {
    if (!['EBUSY', 'EXDEV', 'EPERM', 'EACCES', 'EROFS'].includes(systemErrorCode(error))) throw error;
    await overwriteFile(target, content);
  }
}

/** A group that may write shares the file on purpose; read rights for all are only the system's default. */
function keptMode(mode: number): number {
  if ((mode & 0o020) !== 0) return mode & 0o660;
  return mode & ((mode & 0o007) === 0 ? 0o640 : 0o600);
}

function encode(text: string, encoding: Encoding = 'utf-8'): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

function withLocks(files: readonly string[], action: () => Promise<void>): Promise<void> {
  const [first, ...rest] = files;
  return first === undefined ? action() : withFileLock(first, () => withLocks(rest, action));
}

/** The real path of a file or, behind a dangling link, the path where it would be. */
async function followLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const next = await readlink(file).catch(() => undefined);
    return next === undefined ? path.resolve(file) : followLinks(path.resolve(path.dirname(file), next));
  }
}
