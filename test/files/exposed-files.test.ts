import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isReadableByOthers, shellWord } from '../../src/files/exposed-files.js';

const asRoot = process.getuid?.() === 0 ? test : test.skip;
const nobody = 65_534;
const foreignGroup = 60_123;

interface Modes {
  folder: number;
  file: number;
  gid?: number;
}

/** A file in a folder, below a folder that anybody may enter. */
function withFile({ folder, file, gid }: Modes, use: (name: string) => void): void {
  const above = mkdtempSync(path.join(tmpdir(), 'clustercert-modes-'));
  try {
    chmodSync(above, 0o755);
    const name = path.join(above, 'data', 'ca.key');
    mkdirSync(path.dirname(name));
    writeFileSync(name, 'secret');
    if (gid !== undefined) for (const entry of [path.dirname(name), name]) chownSync(entry, 0, gid);
    chmodSync(name, file);
    chmodSync(path.dirname(name), folder);
    use(name);
  } finally {
    rmSync(above, { recursive: true });
  }
}

test.each<[boolean, string, Modes]>([
  [false, 'a file of its owner alone', { folder: 0o755, file: 0o600 }],
  [true, 'a file that all may read', { folder: 0o755, file: 0o644 }],
  [true, 'a file in a folder that can be entered, not listed', { folder: 0o711, file: 0o604 }],
  [false, 'a file in a folder that others may not enter', { folder: 0o700, file: 0o644 }],
  [false, "a file of the provider's own group", { folder: 0o750, file: 0o640 }],
])('%s: %s', (expected, _kind, modes) => {
  withFile(modes, (name) => expect(isReadableByOthers(name)).toBe(expected));
});

asRoot.each<[boolean, string, Modes]>([
  [true, 'a file of a group that the provider is not in', { folder: 0o750, file: 0o640, gid: foreignGroup }],
  [
    false,
    'a file of such a group in a folder that it may not enter',
    { folder: 0o700, file: 0o640, gid: foreignGroup },
  ],
  [false, 'a file of its owner alone in a folder of such a group', { folder: 0o750, file: 0o600, gid: foreignGroup }],
])('%s: %s', (expected, _kind, modes) => {
  withFile(modes, (name) => expect(isReadableByOthers(name)).toBe(expected));
});

asRoot('says of a file what another user finds', () => {
  const canRead = (name: string) => {
    try {
      execFileSync('cat', [name], { uid: nobody, gid: nobody, stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  };
  for (const folder of [0o700, 0o710, 0o711, 0o755])
    for (const file of [0o600, 0o640, 0o604, 0o644])
      withFile({ folder, file }, (name) => {
        // The way to the temporary folder is the machine's business.
        expect([statSync(name).mode & 0o777, isReadableByOthers(name)]).toEqual([file, canRead(name)]);
      });
});

test('a file that is not there can be read by nobody', () => {
  expect(isReadableByOthers('/nonexistent/ca.key')).toBe(false);
});

test.each(["/srv/a b/it's", '/srv/cc', '/srv/$(id)', '/srv/ä'])('%s is one word of a shell', (text) => {
  expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
});
