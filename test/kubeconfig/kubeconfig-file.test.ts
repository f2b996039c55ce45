// Files are written where kubectl can write them, and stay what they are.
import { expect, test } from '@jest/globals';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expandHome, kubeconfigFiles, writeKubeconfig } from '../../src/kubeconfig/kubeconfig-file.js';
import { hasProgram, lastingFolders } from '../../src/kubeconfig/find-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const newFile = (mode: number, content: string | Buffer = 'kind: Config\n') => {
  const file = path.join(temporaryFolder(), 'config');
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
};
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

test.each([
  [0o600, '600'],
  [0o644, '600'],
  [0o660, '660'],
  [0o664, '660'],
  [0o640, '640'],
])('mode %o becomes %s', async (mode, expected) => {
  const file = newFile(mode);
  await writeKubeconfig(file, 'kind: Config\nx: 1\n');
  expect(modeOf(file)).toBe(expected);
  expect(readFileSync(file, 'utf8')).toBe('kind: Config\nx: 1\n');
});

test('a file with two names keeps both', async () => {
  const file = newFile(0o600);
  linkSync(file, `${file}-2`);
  await writeKubeconfig(file, 'x: 1\n');
  expect(readFileSync(`${file}-2`, 'utf8')).toBe('x: 1\n');
});

test('UTF-16 stays UTF-16', async () => {
  const file = newFile(0o600, Buffer.from('\ufeffkind: Config\n', 'utf16le'));
  await writeKubeconfig(file, '\ufeffkind: Config\nx: 1\n');
  expect(readFileSync(file).toString('utf16le')).toBe('\ufeffkind: Config\nx: 1\n');
});

test('nothing of the user is removed, whatever it is called and however old it is', async () => {
  const file = newFile(0o600);
  const novel = path.join(path.dirname(file), '.unfinished-novel');
  mkdirSync(novel);
  utimesSync(novel, 0, 0);
  await writeKubeconfig(file, 'x: 1\n');
  await writeKubeconfig(`${file}-new`, 'x: 1\n');
  expect(readdirSync(path.dirname(file)).sort()).toEqual(['.unfinished-novel', 'config', 'config-new']);
});

test('a tilde that no shell has expanded is the home', () => {
  const environment = { HOME: '/home/alice', KUBECONFIG: '~/a:/b::~/a' };
  expect(kubeconfigFiles(environment)).toEqual(['/home/alice/a', '/b']);
  expect(['~/x', '~', '~bob/x', './~/x'].map((file) => expandHome(file, environment))).toEqual([
    '/home/alice/x',
    '/home/alice',
    '~bob/x',
    './~/x',
  ]);
});

test('what is on PATH for one call only is not found later', async () => {
  const folder = temporaryFolder();
  const local = path.join(folder, 'node_modules', '.bin');
  mkdirSync(local, { recursive: true });
  for (const one of [local, folder]) writeFileSync(path.join(one, 'clustercert'), '#!/bin/sh\n', { mode: 0o755 });
  const find = (searchPath: string) => hasProgram(lastingFolders(searchPath), 'clustercert');
  expect(await find(`${local}:/home/a/.npm/_npx/1/node_modules/.bin:.`)).toBe(false);
  expect(await find(`${local}:${folder}`)).toBe(true);
});
