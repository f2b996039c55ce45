// Whether other users can read a file that holds a secret.
import { type Stats, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether other users, or a group that this process does not belong to, may read the file: by its own mode and by that
 * of each folder on the way to it. False where it is missing or cannot be examined, and on Windows, which has no such
 * modes.
 */
export function isReadableByOthers(file: string): boolean {
  if (process.platform === 'win32') return false;
  const info = lookAt(file);
  if (!info?.isFile()) return false;
  const folders = foldersAbove(path.resolve(file));
  const byAll = (info.mode & 0o004) !== 0 && folders.every(({ mode }) => (mode & 0o001) !== 0);
  if (byAll) return true;
  const isForeignGroup = !ownGroups().has(info.gid);
  return (
    isForeignGroup &&
    (info.mode & 0o040) !== 0 &&
    folders.every(({ mode, gid }) => (mode & (gid === info.gid ? 0o010 : 0o001)) !== 0)
  );
}

/** A path as a word of a POSIX shell's command. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function ownGroups(): Set<number | undefined> {
  return new Set([process.getgid?.(), ...(process.getgroups?.() ?? [])]);
}

function foldersAbove(file: string): Stats[] {
  const folders: Stats[] = [];
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const info = lookAt(folder);
    if (info) folders.push(info);
    if (folder === path.dirname(folder)) return folders;
  }
}

function lookAt(entry: string): Stats | undefined {
  try {
    return statSync(entry, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
