import { expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { difference } from '../../src/kubeconfig/difference.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('texts that are the same have none', () => {
  expect(difference('f', 'a\nb\n', 'a\nb\n')).toBe('');
});

test('it shows what goes and comes, with three lines around', () => {
  expect(difference('f', '1\n2\n3\n4\n5\n6\n7\n8\n9\n', '1\n2\n3\n4\nfive\n6\n7\n8\n9\n')).toBe(
    '--- f\n+++ f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
  );
});

const hasPatch = spawnSync('patch', ['--version']).status === 0;
if (!hasPatch) process.stderr.write('NOT RUN: tests that need patch, which is not installed here\n');

(hasPatch ? test : test.skip)('patch makes the one text of the other by it', () => {
  const lines = Array.from({ length: 60 }, (_, number) => `line ${number % 7}`);
  for (let seed = 1; seed < 30; seed += 1) {
    const changed = lines.flatMap((line, index) => {
      const dice = (index * seed * 7919) % 31;
      return dice === 0 ? [] : dice === 1 ? [line, `new ${seed}`] : [line];
    });
    const file = path.join(temporaryFolder(), 'f');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const patch = difference('f', `${lines.join('\n')}\n`, `${changed.join('\n')}\n`);
    if (patch === '') continue;
    const output = execFileSync('patch', ['--output=-', '--silent', file], { input: patch, encoding: 'utf8' });
    expect(output).toBe(`${changed.join('\n')}\n`);
  }
});
