// Compiles the code of documents and doc comments against the sources of the package.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, { import: { default: string } } | string>;
};

/** The source file behind each subpath that has code, by the name that it is imported by. */
export const entrySources: Record<string, string> = Object.fromEntries(
  Object.entries(exports).flatMap(([subpath, entry]) =>
    typeof entry === 'string'
      ? []
      : [
          [
            path.posix.join('cce-clustercert', subpath),
            path.resolve(entry.import.default.replace(/^.\/dist\/(.*)\.js$/, '$1.ts')),
          ],
        ],
  ),
);

/** The compiler's errors for each of these texts as a separate module, by name; '' for none. */
export function compileErrors(modules: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(modules)) writeFileSync(path.join(folder, `${name}.mts`), text);
  const compilerOptions = {
    paths: Object.fromEntries(Object.entries(entrySources).map(([name, source]) => [name, [source]])),
    rootDir: '/',
    typeRoots: [path.resolve('node_modules/@types')],
  };
  const config = { extends: path.resolve('tsconfig.json'), compilerOptions, include: ['*.mts'] };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = ['node_modules/typescript/bin/tsc', '-p', folder];
  return spawnSync(process.execPath, tsc, { encoding: 'utf8' }).stdout;
}
