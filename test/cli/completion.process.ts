// Completion: the candidates at the cursor, as a function, and in real shells and kubectl.
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commands } from '../../src/cli/commands.js';
import { run, runIn } from '../support/command-line.js';
import { kubectls, minorOf, programWith, testWith } from '../support/programs.js';
import { projectId, startProvider } from '../support/provider.js';
import { answerJson, startStandIn } from '../support/stand-ins.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const provider = await startProvider();
await provider.addCluster({ name: 'prod' });
await provider.addCluster({ name: 'preview' });
const access = {
  CLUSTERCERT_ENDPOINT: provider.url,
  CLUSTERCERT_PROJECT: projectId,
  CLUSTERCERT_TOKEN: await provider.addToken(),
};

/** The kind of output, and the words without descriptions. */
async function candidates(environment: Record<string, string>, ...words: string[]) {
  const { code, stdout, stderr } = await runIn(environment, '__complete', 'zsh', ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0]);
}

describe('at the cursor stand', () => {
  test('all commands', async () => {
    const [kind, ...words] = await candidates({}, '');
    expect(kind).toBe('words');
    const firstWords = Object.keys(commands).map((name) => name.split(' ')[0]);
    expect(new Set(words)).toEqual(new Set([...firstWords, 'help', 'version']));
  });

  test.each([
    [['clu'], ['words', 'cluster']],
    [
      ['cluster', 's'],
      ['words', 'show', 'set'],
    ],
    [
      ['cluster', 'client-ca', ''],
      ['words', 'new', 'use'],
    ],
    [
      ['help', 'token', ''],
      ['words', 'add', 'list', 'revoke'],
    ],
    [['nonsense', ''], ['words']],
    [
      ['get', 'prod', '--fo'],
      ['words', '--format'],
    ],
    [
      ['get', 'prod', '--format', ''],
      ['words', 'yaml', 'json'],
    ],
    [
      ['get', 'prod', '--format=j'],
      ['words', '--format=json'],
    ],
    [['get', '--format', 'json', '--fo'], ['words']],
    [['get', 'prod', '--output', 'x'], ['files']],
    [['get', 'prod', '--merge='], ['files']],
    [
      ['get', 'prod', '--merge', '--a'],
      ['words', '--alias'],
    ],
    [['cluster', 'list', '--data', ''], ['folders']],
    [['get', 'prod', '--duration', ''], ['words']],
    [['inspect', ''], ['files']],
    [
      ['completion', ''],
      ['words', 'bash', 'zsh', 'fish'],
    ],
    [
      ['verify', '--reporter', 'ju'],
      ['words', 'junit'],
    ],
  ])('%j: %j', async (words, expected) => {
    expect(await candidates({}, ...words)).toEqual(expected);
  });

  test.each(Object.keys(commands))('every option of %s', async (name) => {
    const command = await commands[name]?.();
    const [, ...words] = await candidates({}, ...name.split(' '), '--');
    expect(words).toEqual([...Object.keys(command?.options ?? {}).map((option) => `--${option}`), '--help']);
  });
});

/** Repeats while there are no names, because a busy machine may take longer than the two seconds that a shell waits. */
async function namesOf(environment: Record<string, string>, ...words: string[]) {
  for (let tries = 1; ; tries += 1) {
    const found = await candidates(environment, ...words);
    if (found.length > 1 || tries === 20) return found;
  }
}

describe('names of clusters', () => {
  test('come from the provider', async () => {
    expect(await namesOf(access, 'get', '')).toEqual(['words', 'preview', 'prod']);
    expect(await namesOf(access, 'credential', 'pro')).toEqual(['words', 'prod']);
    const { CLUSTERCERT_ENDPOINT: endpoint, ...others } = access;
    expect(await namesOf(others, 'get', '--endpoint', endpoint, 'pre')).toEqual(['words', 'preview']);
    expect(await namesOf(others, 'get', '--exec', `--endpoint=${endpoint}`, 'pre')).toEqual(['words', 'preview']);
  });

  test('are none, without a word, where there are no credentials, or nobody answers', async () => {
    expect(await candidates({}, 'get', '')).toEqual(['words']);
    expect(await candidates({ ...access, CLUSTERCERT_TOKEN: 'wrong' }, 'get', '')).toEqual(['words']);
    expect(await candidates({ ...access, CLUSTERCERT_ENDPOINT: 'http://127.0.0.1:2' }, 'get', '')).toEqual(['words']);
    const silent = await startStandIn(() => undefined);
    expect(await candidates({ ...access, CLUSTERCERT_ENDPOINT: silent }, 'get', '')).toEqual(['words']);
  });

  test('that a shell would run are left out', async () => {
    const names = ['good-1.x', '$(touch x)', 'a b', '`id`', 'a;b', '-rf', 'a\nb'];
    const items = names.map((name) => ({ metadata: { name, uid: 'u' } }));
    const hostile = await startStandIn((_request, response) => answerJson(response, 200, { items }));
    expect(await namesOf({ ...access, CLUSTERCERT_ENDPOINT: hostile }, 'get', '')).toEqual(['words', 'good-1.x']);
  });
});

test('another shell is refused with those that there are', async () => {
  const { code, stderr } = await run('completion', 'tcsh');
  expect(code).toBe(2);
  expect(stderr).toContain("SHELL 'tcsh' is not known; it must be one of bash, zsh, fish");
});

const dist = (name: string) => fileURLToPath(new URL(`../../dist/src/cli/${name}.js`, import.meta.url));
const tools = temporaryFolder();
for (const [name, file] of [
  ['clustercert', 'bin'],
  ['kubectl-clustercert', 'bin'],
  ['kubectl_complete-clustercert', 'kubectl-complete'],
] as const)
  writeFileSync(path.join(tools, name), `#!/bin/sh\nexec '${process.execPath}' '${dist(file)}' "$@"\n`, {
    mode: 0o755,
  });
const environment = { ...access, PATH: `${tools}:/usr/bin:/bin`, HOME: temporaryFolder() };
const work = temporaryFolder();
writeFileSync(path.join(work, 'kube one.yaml'), '');
mkdirSync(path.join(work, 'kubes'));
symlinkSync(path.join(work, 'kubes'), path.join(work, 'kubelink'));

// Waited for without blocking: the provider is in this process.
const inShell = async (shell: string, args: string[]) =>
  (await promisify(execFile)(shell, args, { cwd: work, env: environment, timeout: 60_000 })).stdout;
const lines = (text: string) => text.trimEnd().split('\n').filter(Boolean).sort();

const cases: [string[], string[]][] = [
  [
    ['get', 'pr'],
    ['preview', 'prod'],
  ],
  [['cluster', 'rem'], ['remove']],
  [
    ['get', 'prod', '--context', 'ext'],
    ['external', 'externalTLSVerify'],
  ],
  [
    ['get', 'prod', '--output', 'kube'],
    ['kube one.yaml', 'kubelink', 'kubes'],
  ],
];

describe('bash', () => {
  const complete = async (...words: string[]) => {
    const list = ['clustercert', ...words].map((word) => `'${word}'`).join(' ');
    const script = `source <(clustercert completion bash); COMP_WORDS=(${list}); COMP_CWORD=${words.length}
      _clustercert; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return lines(await inShell('bash', ['--norc', '-c', script]));
  };
  const bash = testWith(programWith('bash', ['--version']), 'bash');
  bash.each([
    ...cases,
    [['get', 'prod', '--format', '=', 'j'], ['json']],
    [
      ['get', 'prod', '--format', '='],
      ['json', 'yaml'],
    ],
    [['get', 'prod', '--merge', '=', 'kubes'], ['kubes']],
  ] as [string[], string[]][])('%j: %j', async (words, expected) => expect(await complete(...words)).toEqual(expected));
});

describe('fish', () => {
  const fish = testWith(programWith('fish', ['--version']), 'fish');
  fish.each([...cases, [['get', 'prod', '--format=j'], ['--format=json']]] as [string[], string[]][])(
    '%j: %j',
    async (words, expected) => {
      const script = `clustercert completion fish | source; complete -C 'clustercert ${words.join(' ')}'`;
      const found = lines(await inShell('fish', ['--no-config', '-c', script])).map(
        (line) => line.split('\t')[0] ?? '',
      );
      expect(found.map((one) => one.replace(/\/$/, ''))).toEqual(expected);
    },
  );
});

describe('zsh', () => {
  const zsh = testWith(programWith('zsh', ['--version']), 'zsh');
  // Its completion works in a line editor only: here the functions that it calls print their arguments.
  zsh.each([cases[0], cases[1], cases[2], [['get', 'prod', '--format=j'], ['--format=json']]] as [
    string[],
    string[],
  ][])('%j: %j', async (words, expected) => {
    const script = `compdef() { : }; source <(clustercert completion zsh)
        _describe() { print -l -- "\${(@P)3}" }; words=(clustercert ${words.join(' ')}); CURRENT=${words.length + 1}
        _clustercert`;
    expect(lines(await inShell('zsh', ['-f', '-c', script])).map((line) => line.split(':')[0])).toEqual(expected);
  });
});

describe.each(kubectls)('%s', (kubectl) => {
  const env = { ...environment, PATH: `${environment.PATH}:${path.dirname(process.execPath)}` };
  const call = (...args: string[]) => promisify(execFile)(kubectl, args, { env, timeout: 60_000 });

  test('runs clustercert as its plugin', async () => {
    const { stdout } = await call('clustercert', 'get', 'prod', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'Config' });
    await expect(call('clustercert', 'get', 'nope')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("has no cluster 'nope'"),
    });
  });

  // Older ones ask no plugin what may follow it.
  const asking = testWith(minorOf(kubectl) >= 26 ? kubectl : undefined, 'kubectl 1.26 or newer');
  asking('completes it', async () => {
    const { stdout } = await call('__complete', 'clustercert', 'get', 'pr');
    expect(stdout.split('\n').slice(0, 3)).toEqual(['preview\tcluster', 'prod\tcluster', ':4']);
  });
});
