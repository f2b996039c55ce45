// `clustercert get --merge`: files, other programs, and interruptions.
import { describe, expect, test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { startApiServer } from '../support/api-server.js';
import { runIn, startIn } from '../support/command-line.js';
import { kubectls, testWith } from '../support/programs.js';
import { projectId, startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const authority = await createAuthority({ now: new Date() });
const apiServer = await startApiServer(authority);
const provider = await startProvider();
await provider.addCluster({ name: 'prod', authority, server: apiServer.url });
await provider.addCluster({ name: 'eip', externalServer: 'https://203.0.113.7:5443' });
const access = {
  CLUSTERCERT_ENDPOINT: provider.url,
  CLUSTERCERT_PROJECT: projectId,
  CLUSTERCERT_TOKEN: await provider.addToken(),
};
const merge = (environment: Record<string, string>, cluster: string, ...argv: string[]) =>
  runIn({ ...access, ...environment }, 'get', cluster, ...argv);
const contextsOf = (file: string) =>
  (parse(readFileSync(file, 'utf8')) as { contexts: { name: string }[] }).contexts.map(({ name }) => name);
const before =
  '# mine\napiVersion: v1\nkind: Config\ncontexts:\n- {name: a, context: {cluster: a}} # a\ncurrent-context: a\n';
const newFile = (content = before) => {
  const file = path.join(temporaryFolder(), 'config');
  writeFileSync(file, content, { mode: 0o644 });
  return file;
};

describe('which file:', () => {
  test('~/.kube/config, which is made', async () => {
    const HOME = temporaryFolder();
    const file = path.join(HOME, '.kube', 'config');
    expect(await merge({ HOME }, 'prod', '--merge')).toEqual({
      code: 0,
      stdout: '',
      stderr: `merged prod-${projectId}-internal into ${file}; the current context is prod-${projectId}-internal\n`,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  test('of a list, as kubectl: the first that exists, else the last', async () => {
    const folder = temporaryFolder();
    const [first = '', second = '', third = ''] = ['1', '2', '3'].map((name) => path.join(folder, name));
    await merge({ KUBECONFIG: `${first}:${second}` }, 'prod', '--merge');
    expect(readdirSync(folder)).toEqual(['2']);
    await merge({ KUBECONFIG: `${first}::${third}:${second}` }, 'eip', '--merge');
    expect(readdirSync(folder)).toEqual(['2']);
  });

  test('of a list, the one that the cluster is in already', async () => {
    const [first, second] = [newFile(), newFile()];
    await merge({}, 'prod', `--merge=${second}`);
    await merge({ KUBECONFIG: `${first}:${second}` }, 'prod', '--merge', '--alias', 'x');
    expect(readFileSync(first, 'utf8')).toBe(before);
    expect(contextsOf(second)).toEqual(['a', 'x-internal']);
  });

  test('behind a link the file itself, also where it is yet to be made', async () => {
    const folder = temporaryFolder();
    const link = path.join(folder, 'link');
    symlinkSync('sub/real', link);
    mkdirSync(path.join(folder, 'sub'));
    for (const cluster of ['prod', 'eip']) {
      await merge({ KUBECONFIG: link }, cluster, '--merge');
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
    }
    expect(contextsOf(path.join(folder, 'sub', 'real'))).toHaveLength(4);
    expect(readdirSync(folder)).toEqual(['link', 'sub']);
  });
});

test('no one else can read the file in the end, and a stricter mode stays', async () => {
  for (const [mode, expected] of [
    [0o644, 0o600],
    [0o400, 0o400],
  ] as const) {
    const file = newFile();
    spawnSync('chmod', [mode.toString(8), file]);
    await merge({}, 'prod', `--merge=${file}`);
    expect((statSync(file).mode & 0o777).toString(8)).toBe(expected.toString(8));
    expect(contextsOf(file)).toHaveLength(2);
  }
});

const asRoot = testWith(process.getuid?.() === 0 ? 'root' : undefined, 'root');

asRoot('a file goes on to be its owner’s', async () => {
  const file = newFile();
  spawnSync('chown', ['1234:4321', file]);
  await merge({}, 'prod', `--merge=${file}`);
  expect(statSync(file)).toMatchObject({ uid: 1234, gid: 4321 });
});

describe('--dry-run', () => {
  test('shows the difference without secrets and writes nothing', async () => {
    const file = newFile(`${before}users:\n- {name: a, user: {token: my-old-secret}}\n`);
    const untouched = readFileSync(file, 'utf8');
    const { code, stdout, stderr } = await merge({}, 'prod', `--merge=${file}`, '--dry-run');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(untouched);
    expect(readdirSync(path.dirname(file))).toEqual(['config']);
    expect(stdout).toContain(`--- ${file}\n`);
    expect(stdout).toContain(`+  name: prod-${projectId}-internal\n`);
    expect(stdout).toMatch(/^\+ {4}client-key-data: <hidden [0-9a-f]{6}>$/m);
    expect(stdout).not.toContain('my-old-secret');
  });

  test('shows nothing where nothing would change', async () => {
    const file = newFile();
    await merge({}, 'prod', `--merge=${file}`);
    expect(await merge({}, 'prod', `--merge=${file}`, '--dry-run')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

test('--keep-context leaves the current context', async () => {
  const file = newFile();
  const { stderr } = await merge({}, 'prod', `--merge=${file}`, '--keep-context', '--alias', 'p');
  expect(stderr).toBe(`merged p-internal into ${file}\n`);
  expect(readFileSync(file, 'utf8')).toContain('current-context: a\n');
});

describe('a file that cannot be added to is left as it is:', () => {
  test.each([
    ['YAML that is none', Buffer.from('a: [\n'), ':2:1: '],
    [
      'another version of YAML',
      Buffer.from('%YAML 1.2\n---\nkind: Config\n'),
      ':1:1: this is neither YAML nor JSON (kubectl reads no other version',
    ],
    ['a control character', Buffer.from('kind: Config # \x1b[0m\n'), ':1:16: it holds the control character U+001B'],
    ['no mapping', Buffer.from('- a\n'), ':1:1: it is not a kubeconfig'],
    ['no UTF-8', Buffer.from('ok: "é"\nname: "\xe9"\n', 'latin1'), ':1:6: it is not UTF-8'],
  ])('%s', async (_what, content, message) => {
    const file = newFile();
    writeFileSync(file, content);
    const { code, stdout, stderr } = await merge({}, 'prod', `--merge=${file}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(`${file}${message}`);
    expect(readFileSync(file)).toEqual(content);
    expect(readdirSync(path.dirname(file))).toEqual(['config']);
  });

  test('a folder', async () => {
    const folder = temporaryFolder();
    expect((await merge({}, 'prod', `--merge=${folder}`)).stderr).toMatch(/^error: '.*' cannot be read: EISDIR.*\n$/);
  });

  asRoot.each([
    ['in a folder that may not be written to', 0o555, 0o644],
    ['that may not be written to itself', 0o755, 0o400],
  ])('%s', async (_what, folderMode, fileMode) => {
    const file = newFile();
    const modes = [[path.dirname(file), folderMode] as const, [file, fileMode] as const];
    for (const [entry, mode] of modes) {
      chownSync(entry, 65534, 65534);
      chmodSync(entry, mode);
    }
    // As a user other than root.
    const running = startIn(
      { environment: { ...access, PATH: process.env['PATH'] ?? '' }, uid: 65534 },
      'get',
      'prod',
      `--merge=${file}`,
    );
    const { code, stderr } = await running.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: '.*' cannot be written: EACCES.*\n$/);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('at the same time:', () => {
  test('ten processes merge ten clusters, and all are there', async () => {
    const file = newFile();
    const names = Array.from({ length: 10 }, (_, number) => `many-${number}`);
    for (const name of names) await provider.addCluster({ name });
    const running = names.map((name) =>
      startIn({ environment: { ...access, KUBECONFIG: file } }, 'get', name, '--merge', '--alias', name),
    );
    for (const { ended } of running) expect(await ended).toMatchObject({ code: 0 });
    expect(contextsOf(file).sort()).toEqual(['a', ...names.map((name) => `${name}-internal`)]);
    expect(readFileSync(file, 'utf8').startsWith('# mine\n')).toBe(true);
    expect(readdirSync(path.dirname(file))).toEqual(['config']);
  }, 60_000);

  for (const kubectl of kubectls) {
    test(`${kubectl} config set-context neither undoes a merge nor is undone`, async () => {
      const file = newFile('');
      const environment = { ...access, KUBECONFIG: file, PATH: process.env['PATH'] ?? '' };
      const set = async (name: string): Promise<void> => {
        const args = ['--kubeconfig', file, 'config', 'set-context', name, '--cluster', 'c'];
        const failed = await promisify(execFile)(kubectl, args).then(
          () => undefined,
          (error: unknown) => String((error as { stderr?: unknown }).stderr),
        );
        if (failed === undefined) return;
        // kubectl does not wait for a lock; people call it again.
        expect(failed).toContain('file exists');
        await new Promise((resolve) => setTimeout(resolve, 20));
        await set(name);
      };
      const merges = ['many-0', 'many-1', 'many-2', 'many-3'];
      const contexts = ['k0', 'k1', 'k2', 'k3'];
      await Promise.all([
        ...merges.map(async (name) => {
          const { ended } = startIn({ environment }, 'get', name, '--merge', '--alias', name);
          expect(await ended).toMatchObject({ code: 0 });
        }),
        (async () => {
          for (const name of contexts) await set(name);
        })(),
      ]);
      expect(contextsOf(file).sort()).toEqual([...contexts, ...merges.map((name) => `${name}-internal`)]);
    }, 60_000);
  }

  test('a merge that is killed leaves the file whole, and the next one goes on', async () => {
    const file = newFile();
    for (let delayMs = 0; delayMs < 400; delayMs += 80) {
      const { child, ended } = startIn({ environment: { ...access, KUBECONFIG: file } }, 'get', 'prod', '--merge');
      await new Promise((resolve) => setTimeout(resolve, 200 + delayMs));
      child.kill('SIGKILL');
      await ended;
      expect(contextsOf(file)[0]).toBe('a');
    }
    expect(await merge({ KUBECONFIG: file }, 'eip', '--merge')).toMatchObject({ code: 0 });
    expect(existsSync(`${file}.lock`)).toBe(false);
  });
});

for (const kubectl of kubectls) {
  test(`${kubectl} gets into the cluster, rewrites the file, and the cluster is found again`, async () => {
    const file = newFile();
    await merge({ KUBECONFIG: file }, 'prod', '--merge');
    const call = async (...args: string[]) =>
      (await promisify(execFile)(kubectl, ['--kubeconfig', file, '--cache-dir', temporaryFolder(), ...args])).stdout;
    expect(await call('get', '--raw', '/version')).toContain('gitVersion');
    await call('config', 'rename-context', `prod-${projectId}-internal`, 'mine');
    await call('config', 'set-context', 'mine', '--namespace', 'shop');
    await merge({ KUBECONFIG: file }, 'prod', '--merge');
    expect(contextsOf(file)).toEqual(['a', 'mine']);
    expect(readFileSync(file, 'utf8')).toContain('namespace: shop\n');
    expect(await call('get', '--raw', '/version')).toContain('gitVersion');
  });
}
