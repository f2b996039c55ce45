// Compares generated/ with the wanted files, and writes it: at any moment, each file is complete, old or new.
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Names of the files in the folder that are missing, different, or not among the wanted ones. */
export async function staleFiles(folder: string, wanted: Map<string, string>): Promise<string[]> {
  const present = await readdir(folder).catch(() => []);
  const stale = present.filter((name) => !wanted.has(name));
  for (const [name, text] of wanted) {
    const current = await readFile(path.join(folder, name), 'utf8').catch(() => undefined);
    if (current?.replaceAll('\r\n', '\n') !== text) stale.push(name);
  }
  return stale.sort();
}

/** Writes the files that are stale; gives their names. All are complete before the first is put in its place. */
export async function writeStale(folder: string, wanted: Map<string, string>): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const stale = (await staleFiles(folder, wanted)).filter((name) => wanted.has(name));
  const ready = stale.map((name) => ({
    text: wanted.get(name) ?? '',
    file: path.join(folder, name),
    draft: path.join(folder, `.${name}.${process.pid}`),
  }));
  try {
    for (const { draft, text } of ready) await writeFile(draft, text);
    for (const { draft, file } of ready) await rename(draft, file);
  } finally {
    for (const { draft } of ready) await rm(draft, { force: true });
  }
  return stale;
}
