// What nobody uses is found: exports without an importer, and none of those that somebody imports in any of the ways.
import { expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unusedExports } from '../../scripts/check/unused-exports.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const compilerOptions = { module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022', types: [] };

test('exports that no other file imports are named, and those that only tests import', () => {
  const root = temporaryFolder();
  const files = {
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src', 'test'] }),
    'src/index.ts': "export { published } from './things.js';\nexport const front = 1;\n",
    'src/things.ts': [
      'export interface Shown { a: number }',
      'export interface Forgotten { a: number }',
      'export const published = (shown: Shown) => shown;',
      'export const member = 1;',
      'export const lazy = 1;',
      'export const own = 1;',
      'export const user = own;',
      'export const tested = 1;',
      '/** @internal for tests */',
      'export const excused = 1;',
    ].join('\n'),
    'src/uses.ts': [
      "import * as things from './things.js';",
      'const { lazy: late } = await import("./things.js");',
      'console.log(things.member, late, things.user);',
    ].join('\n'),
    'test/a.test.ts': "import { excused, tested } from '../src/things.js';\nconsole.log(tested, excused);\n",
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  expect(unusedExports(root, ['src/index.ts'])).toEqual([
    { place: 'src/things.ts:2', name: 'Forgotten', forTestsOnly: false },
    { place: 'src/things.ts:6', name: 'own', forTestsOnly: false },
    { place: 'src/things.ts:8', name: 'tested', forTestsOnly: true },
  ]);
});
