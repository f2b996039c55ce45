// The examples that documents show, each run from the built package.
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { documentOf } from '../support/documents.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('the fetch stub is shown as it is, and needs no provider', () => {
  const code = readFileSync('test/examples/fetch-stub.ts', 'utf8');
  expect(documentOf('src/client/README.md').text).toContain(code);
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(path.resolve('.'), path.join(folder, 'node_modules/cce-clustercert'));
  copyFileSync('test/examples/fetch-stub.ts', path.join(folder, 'stub.mts'));
  const tsx = path.resolve('node_modules/tsx/dist/cli.mjs');
  expect(execFileSync(process.execPath, [tsx, 'stub.mts'], { cwd: folder, encoding: 'utf8' })).toBe('internal\n');
});
