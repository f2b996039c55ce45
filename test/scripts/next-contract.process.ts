// The contract of tomorrow, with the vendors' operations and all supported features: generated, compiled, served,
// called and validated.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { contractProject } from '../support/contract-project.js';
import { joinNext } from '../support/next-contract.js';

test('the contract of tomorrow is generated, compiled, served, called and judged', () => {
  const { root, generate, write } = contractProject(joinNext);
  for (const file of ['next.yaml', 'program.ts']) {
    cpSync(`test/fixtures/next/${file}`, path.join(root, file === 'next.yaml' ? `spec/${file}` : file));
  }
  expect(generate()).toMatchObject({ status: 0 });
  // The provider's own command has no handlers for these operations.
  write('tsconfig.json', '{ "extends": "./tsconfig.base.json", "include": ["program.ts", "generated"] }');
  cpSync('tsconfig.json', path.join(root, 'tsconfig.base.json'));
  const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const compiled = run('node_modules/typescript/bin/tsc', '--noEmit');
  const lines = compiled.stdout
    .split('\n')
    .filter((line) => line !== '' && !/^( |src\/server\/(handlers|create-mock)\.ts)/.test(line));
  expect(lines).toEqual([]);
  const { stdout, stderr } = run('--import', 'tsx/esm', 'program.ts');
  expect(stdout + stderr).toBe('all is served and called as the contract says\n');
}, 180_000);
