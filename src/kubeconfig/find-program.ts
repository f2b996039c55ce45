// Finds programs by name as kubectl will. npm and similar tools put folders on PATH for one call only; programs there
// are not found later.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

// node_modules/.bin, where npm, npx, pnpm and bun find programs, npx's cache, and the folders that npm and yarn put
// before it.
const passing =
  /[\\/]node_modules[\\/]\.bin([\\/]|$)|[\\/]_npx[\\/]|[\\/]node-gyp-bin([\\/]|$)|[\\/]xfs-[0-9a-f]+([\\/]|$)/;

/** Whether only this call finds the file, or a package manager may remove it. */
const isPassing = (file: string) => passing.test(file);

/** The folders of PATH that later calls also have. Go does not run programs from relative ones. */
export function lastingFolders(searchPath: string): string[] {
  return searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder) && !isPassing(folder));
}

/** Whether one of the folders has a program of that name. */
export async function hasProgram(folders: readonly string[], name: string): Promise<boolean> {
  const endings = process.platform === 'win32' ? ['', '.exe', '.cmd', '.bat'] : [''];
  for (const candidate of folders.flatMap((one) => endings.map((ending) => path.resolve(one, name + ending))))
    if (await isProgram(candidate)) return true;
  return false;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
