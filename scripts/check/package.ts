// Packs the package, installs it into an empty project and uses it there, to find faults that only show outside this
// repository.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { capture } from './run.js';

export function checkPackage(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'clustercert-package-'));
  try {
    const [packed] = JSON.parse(capture('.', 'npm', 'pack', '--json', '--pack-destination', folder)) as [
      { filename: string; files: { path: string }[] },
    ];
    const stray = packed.files.filter(({ path: file }) => /^(test|scripts|data)\//.test(file));
    if (stray.length > 0) throw new Error(`the package holds ${stray.map(({ path: file }) => file).join(', ')}`);
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    capture(folder, 'npm', 'install', '--no-audit', '--no-fund', `./${packed.filename}`);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expectEqual(capture(folder, 'npx', '--no', '--', 'clustercert', '--version').trim(), version);
    const id = capture(
      folder,
      'npx',
      '--no',
      'clustercert',
      'cluster',
      'add',
      '--project',
      '0'.repeat(32),
      '--server',
      'https://192.168.1.7:5443',
    );
    expectEqual(capture(folder, 'npx', '--no', '--', 'clustercert', 'cluster', 'list').includes(id.trim()), true);
    const program =
      "import { createClient, getClusterCert } from 'cce-clustercert'; console.log(typeof createClient, typeof getClusterCert)";
    expectEqual(capture(folder, 'node', '--input-type=module', '--eval', program).trim(), 'function function');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function expectEqual(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`expected ${String(expected)}, got ${String(actual)}`);
}
