// What the README promises, checked.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './support/command-line.js';
import { temporaryFolder } from './support/temporary-folder.js';

const readme = readFileSync('README.md', 'utf8');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
  scripts: Record<string, string>;
  exports: Record<string, { import: { default: string } } | string>;
};
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>;
};

test('every run-time dependency is counted and has its reason', () => {
  const [, rows = ''] = /\| package \| why \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(readme) ?? [];
  const named = rows
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(named.sort()).toEqual(Object.keys(manifest.dependencies).sort());
  const runTime = Object.entries(lock.packages).filter(([place, { dev }]) => place !== '' && dev !== true);
  expect(readme).toContain(`\n${named.length} packages, ${runTime.length} with all that they bring`);
  expect(runTime.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
});

test('every package inside the provider has its reason', () => {
  const [, rows = ''] = /\| inside the provider \| why \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(readme) ?? [];
  const named = rows
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  const files = [
    ...readdirSync('src/server', { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => path.join('src/server', name)),
    'src/certificate/ecdsa.ts',
  ];
  const code = files.map((file) => readFileSync(file, 'utf8'));
  const imported = code.flatMap((text) =>
    [...text.matchAll(/ from '((?:@[^/']+\/)?[^./'][^/':]*)(?:\/[^']*)?'/g)].map(([, name]) => name),
  );
  const page = readFileSync('scripts/bundle/page.ts', 'utf8');
  imported.push(...[...page.matchAll(/'node_modules\/([^/']+)'/g)].map(([, name]) => name));
  const inside = new Set(imported.filter((name = '') => !(name in manifest.dependencies)));
  expect(named.sort()).toEqual([...inside].sort());
});

test('every import is one that the package has', () => {
  const [, rows = ''] = /\| import \| what it is \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(readme) ?? [];
  const named = [...rows.matchAll(/`cce-clustercert([\w./-]*)`/g)].map(([, subpath = '']) => `.${subpath}`);
  expect(named.sort()).toEqual(
    Object.keys(manifest.exports)
      .filter((subpath) => subpath !== './package.json')
      .sort(),
  );
});

test('every npm command is a script', () => {
  for (const [, script = ''] of readme.matchAll(/`npm run ([\w:]+)/g))
    expect(Object.keys(manifest.scripts)).toContain(script);
});

test('every command of the program is one that it has', async () => {
  for (const [, command = ''] of readme.matchAll(/clustercert ((?:cluster|token) \w+|serve|inspect)/g)) {
    expect((await run(...command.split(' '), '--help')).stdout).toContain(`Usage: clustercert ${command}`);
  }
});

test('every path of the rooms is there', () => {
  for (const [, place = ''] of readme.matchAll(/`((?:spec|generated|src|scripts)\/[\w./-]*)`/g))
    expect([place, existsSync(place)]).toEqual([place, true]);
});

test('every test that a promise of security names is there', () => {
  const [, rows = ''] = /\| promise \| test \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(readme) ?? [];
  const named = [...rows.matchAll(/`(test\/[^`]+)`: ([^|`]+?)(?=; `| \|)/g)];
  expect(named.length).toBeGreaterThan(15);
  for (const [, file = '', names = ''] of named) {
    const text = readFileSync(file, 'utf8');
    for (const name of names.split('; ')) expect([file, name, text.includes(name)]).toEqual([file, name, true]);
  }
});

test('the code compiles', () => {
  const folder = temporaryFolder();
  const code = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, block]) => block);
  expect(code).not.toEqual([]);
  code.forEach((block, number) => writeFileSync(path.join(folder, `block${number}.mts`), block ?? ''));
  const sources = Object.entries(manifest.exports).flatMap(([subpath, entry]) =>
    typeof entry === 'string'
      ? []
      : [
          [
            path.posix.join('cce-clustercert', subpath),
            [path.resolve(entry.import.default.replace(/^.\/dist\/(.*)\.js$/, '$1.ts'))],
          ],
        ],
  );
  const compilerOptions = {
    paths: Object.fromEntries(sources) as Record<string, string[]>,
    rootDir: '/',
    typeRoots: [path.resolve('node_modules/@types')],
  };
  const config = { extends: path.resolve('tsconfig.json'), compilerOptions, include: ['*.mts'] };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});
