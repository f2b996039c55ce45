// `npm run build`: makes dist/ of the sources, and again only when something changed. The compiler writes declarations;
// esbuild writes the modules, which contain the packages that are no dependencies in package.json.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyDeclarations } from './bundle/declarations.js';
import { bundleModules, toCommonJs, writeModules } from './bundle/modules.js';
import { type Manifest, packagesOf } from './bundle/packages.js';
import { bundlePage } from './bundle/page.js';
import { billOfMaterials } from './bundle/bill-of-materials.js';
import { thirdPartyNotices } from './bundle/third-party-notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');
const inputs = ['src', 'generated', 'spec', 'scripts/bundle', 'scripts/bundle.ts', 'package.json', 'package-lock.json'];

// The compiler's file for later builds, and the time of the last complete one.
const kept = path.join(dist, '.build');
const stamp = path.join(kept, 'done');

/** The newest change of a file or folder; a folder changes when a file is added or removed. */
function changed(place: string): number {
  const stats = statSync(place);
  const within = stats.isDirectory() ? readdirSync(place).map((name) => changed(path.join(place, name))) : [];
  return Math.max(stats.mtimeMs, ...within);
}

function isFresh(): boolean {
  if (!existsSync(stamp)) return false;
  const built = Number(readFileSync(stamp, 'utf8'));
  return inputs.every((place) => changed(path.join(root, place)) < built);
}

async function build(): Promise<void> {
  const began = Date.now();
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'scripts/tsconfig.build.json'];
  if (spawnSync(process.execPath, tsc, { cwd: root, stdio: 'inherit' }).status !== 0)
    throw new Error('the sources do not compile');
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
  const esm = await bundleModules(root, manifest);
  const commonJs = await toCommonJs(root, manifest, esm);
  rmSync(stamp, { force: true });
  for (const name of readdirSync(dist))
    if (name !== path.basename(kept)) rmSync(path.join(dist, name), { recursive: true });
  writeModules(root, { esm, commonJs });
  copyDeclarations(path.join(kept, 'declarations'), dist, esm.entries);
  const packages = packagesOf(root, [...esm.inputs, ...commonJs.inputs, ...(await bundlePage(root))]);
  writeFileSync(path.join(dist, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(packages));
  writeFileSync(path.join(dist, 'sbom.cdx.json'), billOfMaterials(manifest, packages));
  writeFileSync(stamp, String(began));
}

if (!isFresh()) await build();
