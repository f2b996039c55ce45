// Before `npm pack` (prepack): package.json without what only this repository needs. After it (postpack): as it was.
// npm packs the file that lies there, so it is put aside for that moment; `git checkout package.json` undoes it too.
import { copyFileSync, existsSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const manifestFile = fileURLToPath(new URL('../package.json', import.meta.url));
const aside = fileURLToPath(new URL('../dist/.build/package.json', import.meta.url));

/** What people who install the package have no use for; npm warns of scripts, and scanners of what they cannot find. */
const development = ['scripts', 'devDependencies', 'overrides', 'jest', 'prettier'];

function strip(): void {
  // A pack that was killed left the whole file aside.
  if (existsSync(aside)) restore();
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, unknown>;
  copyFileSync(manifestFile, aside);
  const { atime, mtime } = statSync(manifestFile);
  utimesSync(aside, atime, mtime);
  const shipped = Object.entries(manifest).filter(([name]) => !development.includes(name));
  writeFileSync(manifestFile, `${JSON.stringify(Object.fromEntries(shipped), null, 2)}\n`);
}

function restore(): void {
  renameSync(aside, manifestFile);
}

if (process.argv[2] === 'strip') strip();
else restore();
