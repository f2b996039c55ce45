// The kubeconfig files of a user: which one is written to, and how it is changed without losing anything of it.
import { access, constants, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { isMissing, makeFolder, putFile, replaceFile } from '../files/atomic-write.js';
import { ClusterCertError, firstLine } from '../errors.js';
import { withFileLock } from '../files/file-lock.js';
import { decodeKubeconfig } from './kubeconfig-source.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The files that kubectl reads, first things first: those of $KUBECONFIG, else ~/.kube/config. */
export function kubeconfigFiles(environment: Environment): string[] {
  const listed = (environment['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '');
  return listed.length > 0 ? listed : [path.join(environment['HOME'] || homedir(), '.kube', 'config')];
}

/** Of several files the one that something is in already; else, as kubectl, the first that exists; else the last. */
export async function chooseKubeconfig(files: readonly string[], isIn: (text: string) => boolean): Promise<string> {
  const texts: [string, string][] = [];
  for (const file of files) {
    const text = await readKubeconfigFile(file);
    if (text !== undefined) texts.push([file, text]);
  }
  const [chosen] = texts.find(([, text]) => isIn(text)) ?? texts[0] ?? [files.at(-1)];
  return chosen ?? '';
}

/** The text of a file; undefined where there is none. Throws `data_unreadable` where it cannot be read. */
export async function readKubeconfigFile(file: string): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new ClusterCertError('data_unreadable', `'${file}' cannot be read: ${firstLine(cause)}`, { cause });
  }
  return decodeKubeconfig(bytes, file);
}

// kubectl reads a file, locks it, and then takes out what it had not read. Who read before the change and wants to lock
// after it still meets the lock, and fails rather than undoing the change.
const lingerMs = 100;

/** Changes a file under its lock. It is replaced as a whole, readable by its owner alone, or is not touched. */
export async function changeKubeconfig(file: string, change: (text: string) => string): Promise<void> {
  try {
    await makeFolder(path.dirname(file));
    const target = await followLinks(file);
    await withLocks([...new Set([path.resolve(file), target])].sort(), async () => {
      const before = (await readKubeconfigFile(target)) ?? '';
      if (await write(target, before, change(before))) await new Promise((resolve) => setTimeout(resolve, lingerMs));
    });
  } catch (cause) {
    if (cause instanceof ClusterCertError) throw cause;
    throw new ClusterCertError('data_unreadable', `'${file}' cannot be written: ${firstLine(cause)}`, { cause });
  }
}

/** False where there is nothing to write. */
async function write(target: string, before: string, after: string): Promise<boolean> {
  const info = await stat(target).catch(() => undefined);
  if (!info) {
    await putFile(target, after);
    return true;
  }
  if (!info.isFile()) throw new Error('it is not a file');
  const mode = info.mode & 0o600;
  if (before === after && mode === (info.mode & 0o777)) return false;
  // To replace it takes no right to write to it; who took that away from themselves, meant it.
  await access(target, constants.W_OK);
  await replaceFile(target, after, { mode, uid: info.uid, gid: info.gid });
  return true;
}

/** kubectl locks the name that it was given; a link and what it leads to are one file all the same. */
async function withLocks(files: readonly string[], action: () => Promise<void>): Promise<void> {
  const [first, ...rest] = files;
  return first === undefined ? action() : withFileLock(first, () => withLocks(rest, action));
}

/** Where a file really is or, behind a link that leads nowhere, would be. */
async function followLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const next = await readlink(file).catch(() => undefined);
    return next === undefined ? path.resolve(file) : followLinks(path.resolve(path.dirname(file), next));
  }
}
