// `get --merge` writes wherever kubectl can write: to files that are mounted, shared, linked or in a read-only folder,
// and the file stays the same file. Where kubectl is installed, it is tried in the same place.
import { describe, expect, test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { startApiServer } from '../support/api-server.js';
import { kubectls, programWith, testWith } from '../support/programs.js';
import { projectId, startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const authority = await createAuthority({ now: new Date() });
const apiServer = await startApiServer(authority);
const provider = await startProvider();
await provider.addCluster({ name: 'prod', authority, server: apiServer.url });
const token = await provider.addToken();
const bin = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url));

const before =
  'apiVersion: v1\nkind: Config # mine\ncontexts: [{name: a, context: {cluster: a}}]\ncurrent-context: a\n';
const contextsOf = (file: string) =>
  (parse(readFileSync(file, 'utf8')) as { contexts: { name: string }[] }).contexts.map(({ name }) => name);

interface Caller {
  uid?: number;
  gid?: number;
  cwd?: string;
}

/** Runs without blocking, because the provider is in this process. */
function runProgram(program: string, args: string[], { HOME, ...caller }: Caller & { HOME: string }) {
  const env = {
    CLUSTERCERT_ENDPOINT: provider.url,
    CLUSTERCERT_PROJECT: projectId,
    CLUSTERCERT_TOKEN: token,
    HOME,
    PATH: process.env['PATH'] ?? '',
  };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(program, args, { env, timeout: 120_000, ...caller }, (error, stdout, stderr) => {
      resolve({ code: error ? 1 : 0, stdout, stderr });
    });
  });
}

/** The commands that write into the file: our merge and kubectl's. */
const merging = (file: string) => [process.execPath, bin, 'get', 'prod', `--merge=${file}`];
const byKubectl = (file: string) => ['kubectl', 'config', 'set-context', 'b', '--kubeconfig', file];

/** Writes by kubectl, if installed, and by us; gives whether kubectl can. */
async function writeByBoth(file: string, caller: Caller & { HOME: string }, around: string[] = []): Promise<void> {
  const call = ([program = '', ...args]: string[]) => runProgram(program, args, caller);
  if (kubectls.includes('kubectl')) {
    const { code, stderr } = await call([...around, ...byKubectl(file)]);
    expect({ kubectl: code, stderr }).toEqual({ kubectl: 0, stderr: '' });
  }
  const { code, stderr } = await call([...around, ...merging(file)]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('merged ') });
  expect(contextsOf(file)).toEqual(expect.arrayContaining(['a', `prod-${projectId}-internal`]));
}

function newFile(mode: number) {
  const folder = temporaryFolder();
  const file = path.join(folder, 'config');
  writeFileSync(file, before);
  chmodSync(file, mode);
  return { folder, file, HOME: folder };
}

const isRoot = process.getuid?.() === 0;
const asRoot = testWith(isRoot ? 'root' : undefined, 'root');
// Every user who may read this project can run it.
const canRunAsOthers = isRoot && spawnSync(process.execPath, [bin, '--version'], { uid: 4321, gid: 4321 }).status === 0;
const asOthers = testWith(canRunAsOthers ? 'others' : undefined, 'users that can run the program');
const mounts = testWith(
  isRoot ? programWith('unshare', ['-m', 'mount', '--bind', '/dev/null', '/dev/null']) : undefined,
  'bind mounts',
);

describe('a file is written and stays the file that it is:', () => {
  mounts(
    'one that is mounted',
    async () => {
      const { folder, file, HOME } = newFile(0o600);
      const mounted = path.join(folder, 'mounted');
      writeFileSync(mounted, '');
      const around = ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" "$1"; shift; exec "$@"', file, mounted];
      const { ino } = statSync(file);
      for (const command of [byKubectl(mounted), merging(mounted)]) {
        if (command[0] === 'kubectl' && !kubectls.includes('kubectl')) continue;
        const { code, stderr } = await runProgram(around[0] ?? '', [...around.slice(1), ...command], { HOME });
        expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      }
      expect(contextsOf(file)).toEqual(expect.arrayContaining(['a', `prod-${projectId}-internal`]));
      expect(statSync(file).ino).toBe(ino);
      expect(readFileSync(mounted, 'utf8')).toBe('');
    },
    240_000,
  );

  asOthers(
    'one of another owner that the group shares',
    async () => {
      const { folder, file } = newFile(0o660);
      chmodSync(folder, 0o2775);
      for (const one of [folder, file]) chownSync(one, 1234, 4321);
      const HOME = temporaryFolder();
      chownSync(HOME, 4322, 4321);
      await writeByBoth(file, { uid: 4322, gid: 4321, HOME });
      expect(statSync(file)).toMatchObject({ uid: 1234, gid: 4321 });
      expect((statSync(file).mode & 0o777).toString(8)).toBe('660');
    },
    240_000,
  );

  asRoot(
    'one that a group shares, which root writes',
    async () => {
      const { file, HOME } = newFile(0o660);
      chownSync(file, 1234, 4321);
      await writeByBoth(file, { HOME });
      expect(statSync(file)).toMatchObject({ uid: 1234, gid: 4321 });
      expect((statSync(file).mode & 0o777).toString(8)).toBe('660');
    },
    240_000,
  );

  test('one with two names, behind links', async () => {
    const { folder, file, HOME } = newFile(0o600);
    linkSync(file, path.join(folder, 'second'));
    mkdirSync(path.join(folder, 'sub'));
    symlinkSync('../config', path.join(folder, 'sub', 'inner'));
    symlinkSync('sub/inner', path.join(folder, 'outer'));
    await writeByBoth(path.join(folder, 'outer'), { HOME });
    for (const link of ['outer', 'sub/inner']) expect(lstatSync(path.join(folder, link)).isSymbolicLink()).toBe(true);
    expect(readFileSync(path.join(folder, 'second'), 'utf8')).toBe(readFileSync(file, 'utf8'));
    expect(statSync(file).nlink).toBe(2);
  }, 240_000);
});

asOthers(
  'where kubectl cannot write either, the reason is one line and nothing changes',
  async () => {
    const { folder, file } = newFile(0o600);
    chownSync(file, 4321, 4321);
    chmodSync(folder, 0o555);
    const HOME = temporaryFolder();
    chownSync(HOME, 4321, 4321);
    const caller = { uid: 4321, gid: 4321, HOME };
    if (kubectls.includes('kubectl'))
      expect((await runProgram('kubectl', byKubectl(file).slice(1), caller)).code).toBe(1);
    const { code, stderr } = await runProgram(process.execPath, merging(file).slice(1), caller);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error: '.*config' cannot be written: EACCES: permission denied, [^\n]*\n$/),
    });
    expect(readFileSync(file, 'utf8')).toBe(before);
  },
  240_000,
);

testWith(programWith('npx', ['--version']) && kubectls[0], 'npx and kubectl')(
  'npx in a project writes what kubectl can run in any other folder and shell',
  async () => {
    const project = temporaryFolder();
    const local = path.join(project, 'node_modules', '.bin');
    mkdirSync(local, { recursive: true });
    // As npm does when it installs the package.
    chmodSync(bin, 0o755);
    symlinkSync(bin, path.join(local, 'clustercert'));
    writeFileSync(path.join(project, 'package.json'), '{"name": "project", "private": true}');
    const HOME = temporaryFolder();
    const args = ['--no-install', 'clustercert', 'get', 'prod', '--merge', '--exec'];
    const { code, stderr } = await runProgram('npx', args, { HOME, cwd: project });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('clustercert is not on PATH') });
    const called = await runProgram(kubectls[0] ?? '', ['get', '--raw', '/version'], { HOME, cwd: HOME });
    expect(called).toEqual({ code: 0, stdout: expect.stringContaining('gitVersion'), stderr: '' });
  },
  240_000,
);
