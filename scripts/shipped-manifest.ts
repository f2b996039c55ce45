// Before `npm pack` (prepack), removes the parts of package.json that only this repository needs, and restores them
// afterwards (postpack). npm packs the file in place, so the whole one is put aside; `git checkout package.json`
// restores it too.
import { copyFileSync, existsSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const manifestFile = fileURLToPath(new URL('../package.json', import.meta.url));
const aside = fileURLToPath(new URL('../dist/.build/package.json', import.meta.url));

/**
 * Parts without a use for people who install the package; npm warns of scripts, and scanners of packages that they
 * cannot find.
 */
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
