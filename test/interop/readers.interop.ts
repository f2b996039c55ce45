// Common Kubernetes clients read the files of `get`, `get --merge` and `get --exec`, and a server that verifies as
// kube-apiserver does knows the caller. Files that a client has rewritten are recognised. Reports "not run" for missing
// clients.
import { beforeAll, expect, test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { readKubeconfigSource } from '../../src/kubeconfig/kubeconfig-source.js';
import { startApiServer } from '../support/api-server.js';
import { runIn } from '../support/command-line.js';
import { type SeenByGo, startGoApiServer } from '../support/go-api-server.js';
import { go, kubectls } from '../support/programs.js';
import { projectId, startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const run = promisify(execFile);

interface Reading {
  current: string;
  /** The server's version, or an error, by context. */
  calls: Record<string, string>;
}

interface Reader {
  /** Reads the files of KUBECONFIG; rewrites them as one into a file where it is named. */
  read: (environment: Record<string, string>, writeTo?: string) => Promise<Reading>;
}

const installed: Partial<Record<string, string>> = { 'client-node': 'npm', 'kubernetes-python': 'python3' };

/** Undefined where it cannot be installed, which is said. */
async function findReader(name: string): Promise<Reader | undefined> {
  if (name === 'kubectl' && kubectls[0] !== undefined) return { read: readByKubectl(kubectls[0]) };
  const tool = installed[name] ?? name;
  if (name === 'kubectl' || spawnSync(tool, ['--version']).status !== 0) {
    process.stderr.write(`NOT RUN: tests that need ${tool}, which is not installed here\n`);
    return undefined;
  }
  const folder = temporaryFolder();
  cpSync(fileURLToPath(new URL(`readers/${name}`, import.meta.url)), folder, { recursive: true });
  try {
    await run('bash', [path.join(folder, 'install'), folder], { timeout: 600_000 });
  } catch (error) {
    process.stderr.write(`NOT RUN: ${name} cannot be installed: ${String(error).split('\n', 1)[0] ?? ''}\n`);
    return undefined;
  }
  const read = async (environment: Record<string, string>, writeTo = '') => {
    const env = { ...environment, WRITE_TO: writeTo };
    const { stdout } = await run(path.join(folder, 'run'), [], { env, timeout: 120_000 });
    return JSON.parse(stdout) as Reading;
  };
  return { read };
}

function readByKubectl(kubectl: string): Reader['read'] {
  return async (env, writeTo) => {
    const ask = async (...args: string[]) =>
      (await run(kubectl, args, { env, timeout: 120_000 }).catch((error: unknown) => ({ stdout: String(error) })))
        .stdout;
    const current = (await ask('config', 'current-context')).trim();
    const calls: Record<string, string> = {};
    for (const context of (await ask('config', 'get-contexts', '--output', 'name')).trim().split('\n')) {
      const said = await ask('--context', context, 'get', '--raw', '/version');
      calls[context] = /"gitVersion":\s*"([^"]+)"/.exec(said)?.[1] ?? said;
    }
    if (writeTo !== undefined)
      writeFileSync(writeTo, await ask('config', 'view', '--raw', '--flatten'), { mode: 0o600 });
    return { current, calls };
  };
}

const names = ['kubectl', 'client-node', 'kubernetes-python'];
const readers = new Map<string, Reader | undefined>();
for (const name of names) readers.set(name, await findReader(name));

let access: Record<string, string>;
let seen: SeenByGo[] | undefined;

beforeAll(async () => {
  const authority = await createAuthority({ now: new Date() });
  const server = go === undefined ? undefined : await startGoApiServer(authority);
  seen = server?.seen;
  const url = server?.url ?? (await startApiServer(authority)).url;
  const provider = await startProvider();
  await provider.addCluster({ name: 'prod', authority, server: url });
  await provider.addCluster({ name: 'eip', authority, server: url, externalServer: url });
  access = {
    CLUSTERCERT_ENDPOINT: provider.url,
    CLUSTERCERT_PROJECT: projectId,
    CLUSTERCERT_TOKEN: await provider.addToken({ userId: 'alice', groups: ['developers', 'viewers'] }),
  };
}, 1_200_000);

/** An environment of its own, with a kubeconfig that is to be. */
function place() {
  const folder = temporaryFolder();
  const file = path.join(folder, 'config');
  return { file, environment: { ...access, HOME: folder, KUBECONFIG: file, PATH: process.env['PATH'] ?? '' } };
}

const foreign = `apiVersion: v1
kind: Config
# mine
clusters:
- {name: other, cluster: {server: "https://127.0.0.1:1", insecure-skip-tls-verify: true}}
users:
- {name: other, user: {token: t}}
contexts:
- {name: other, context: {cluster: other, user: other}}
current-context: other
`;

const both = [['prod'], ['eip']];
const forms: [name: string, commands: string[][], before: string][] = [
  ['get', [['eip', '--output']], ''],
  ['get as JSON', [['eip', '--format', 'json', '--output']], ''],
  ['get --exec', [['eip', '--exec', '--output']], ''],
  ['get --merge', both, ''],
  ['get --merge into a file of others', both, foreign],
  ['get --merge --exec', both.map((one) => [...one, '--exec']), ''],
  ['get --merge --alias', both.map(([name = '']) => [name, '--alias', `my ${name}`.replace(' ', '/')]), ''],
];

for (const [name, reader] of readers) {
  const read: Reader['read'] = (...args) => reader?.read(...args) ?? Promise.reject(new Error('not run'));
  const runTest = reader === undefined ? test.skip : test;

  runTest.each(forms)(
    `${name} reads what %s writes, and is let in as the caller`,
    async (_form, commands, before) => {
      const { file, environment } = place();
      if (before !== '') writeFileSync(file, before, { mode: 0o600 });
      const contexts = await write(file, environment, commands);
      const start = seen?.length ?? 0;
      const { current, calls } = await read(environment);
      const ours = Object.entries(calls).filter(([context]) => context !== 'other');
      expect(ours.map(([context]) => context).sort()).toEqual(contexts);
      expect(ours.map(([, said]) => said)).toEqual(contexts.map(() => expect.stringMatching(/^v1\./)));
      expect(contexts).toContain(current);
      for (const { user, groups } of seen?.slice(start) ?? [])
        expect({ user, groups }).toEqual({ user: 'alice', groups: ['developers', 'viewers'] });
      if (seen) expect(seen.length).toBeGreaterThan(start);
    },
    300_000,
  );

  runTest.each<[string, string[]]>([
    ['certificates', []],
    ['--exec', ['--exec']],
  ])(
    `${name} may rewrite the file: with %s nothing is there twice afterwards, and all of it works`,
    async (_form, options) => {
      const { file, environment } = place();
      const commands = both.map((one) => [...one, ...options]);
      const contexts = await write(file, environment, commands);
      await read(environment, file);
      expect(await write(file, environment, commands)).toEqual(contexts);
      const { calls } = await read(environment);
      expect(Object.values(calls)).toEqual(contexts.map(() => expect.stringMatching(/^v1\./)));
    },
    300_000,
  );
}

/** Calls `get` for each; gives the names of the contexts that are ours. */
async function write(file: string, environment: Record<string, string>, commands: string[][]): Promise<string[]> {
  for (const command of commands) {
    const argv = command.includes('--output') ? [...command, file] : [...command, '--merge'];
    const { code, stderr } = await runIn(environment, 'get', ...argv);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  }
  const { contexts } = readKubeconfigSource(readFileSync(file, 'utf8'), file).value as { contexts: { name: string }[] };
  return contexts
    .map(({ name }) => name)
    .filter((name) => name !== 'other')
    .sort();
}
