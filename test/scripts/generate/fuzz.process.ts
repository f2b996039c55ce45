// Random contracts: any change of ours is either accepted or refused with a place.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { temporaryFolder } from '../../support/temporary-folder.js';

test('a contract is taken or refused with a place, whatever is done to it, and what is made of it compiles', () => {
  const args = ['--import', 'tsx/esm', 'test/support/fuzz-contract.ts', temporaryFolder()];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  process.stderr.write(stderr);
  expect(stdout).toBe('');
}, 240_000);
