// What the README promises, checked.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './support/command-line.js';
import { temporaryFolder } from './support/temporary-folder.js';

const readme = readFileSync('README.md', 'utf8');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
  scripts: Record<string, string>;
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

test('every npm command is a script', () => {
  for (const [, script = ''] of readme.matchAll(/`npm run ([\w:]+)/g))
    expect(Object.keys(manifest.scripts)).toContain(script);
});

test('every command of the program is one that it has', async () => {
  for (const [, command = ''] of readme.matchAll(/clustercert ((?:cluster|token) \w+|serve)/g)) {
    expect((await run(...command.split(' '), '--help')).stdout).toContain(`Usage: clustercert ${command}`);
  }
});

test('every path of the rooms is there', () => {
  for (const [, place = ''] of readme.matchAll(/`((?:spec|generated|src|scripts)\/[\w./-]*)`/g))
    expect([place, existsSync(place)]).toEqual([place, true]);
});

test('the code compiles', () => {
  const folder = temporaryFolder();
  const code = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, block]) => block);
  expect(code).not.toEqual([]);
  code.forEach((block, number) => writeFileSync(path.join(folder, `block${number}.mts`), block ?? ''));
  const compilerOptions = {
    paths: { 'cce-clustercert': [path.resolve('src/index.ts')] },
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
