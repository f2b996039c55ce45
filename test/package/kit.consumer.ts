// The README's lines that test a provider, in an empty project with each test runner, against a provider that is right
// and against one that is wrong in one way.
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Server, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { projectId, startProvider } from '../support/provider.js';
import { type Consumer, createConsumer, registryTest } from './support/consumer.js';

const [, lines = ''] =
  /\n## In a test of your own[^]*?```js\n([^]*?)```/.exec(readFileSync('src/verify/README.md', 'utf8')) ?? [];
const required = "const { contractCases, missingInputs } = require('cce-clustercert/verify');\n";
const imported = "import { contractCases, missingInputs } from 'cce-clustercert/verify';\n";

interface Runner {
  file: string;
  /** The README's lines in the runner's own words. */
  words: (lines: string) => string;
  args: string[];
}

const runners: Record<string, Runner> = {
  'jest 29': {
    file: 'jest/provider.test.js',
    words: (text) => text,
    args: ['node_modules/jest29/bin/jest.js', 'jest/'],
  },
  'jest 30': {
    file: 'jest/provider.test.js',
    words: (text) => text,
    args: ['node_modules/jest30/bin/jest.js', 'jest/'],
  },
  vitest: {
    file: 'vitest/provider.test.mjs',
    words: (text) => `import { expect, test } from 'vitest';\n${text.replace(required, imported)}`,
    args: ['node_modules/vitest/vitest.mjs', 'run', '--dir', 'vitest'],
  },
  'node:test': {
    file: 'provider.mjs',
    words: (text) =>
      `import assert from 'node:assert/strict';\nimport test from 'node:test';\n${text.replace(required, imported)}`.replace(
        /expect\((.*)\)\.toEqual\(\[\]\)/,
        'assert.deepEqual($1, [])',
      ),
    args: ['--test', 'provider.mjs'],
  },
};

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** The provider behind a proxy that changes the current context and forwards everything else. */
async function lyingFrontOf(endpoint: string): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const { hostname, port } = new URL(endpoint);
    const onward = request({ hostname, port, method, path: url, headers }, (response) => {
      void text(response).then((body) => {
        for (const [name, value] of Object.entries(response.headers))
          if (name !== 'content-length') outgoing.setHeader(name, value ?? []);
        outgoing.statusCode = response.statusCode ?? 500;
        outgoing.end(body.replace('"current-context":"internal"', '"current-context":"external"'));
      });
    });
    onward.on('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let consumer: Consumer;
let endpoints: { right: string; wrong: string };
let ids: { clusterId: string; token: string };

beforeAll(async () => {
  const dependencies = { jest29: 'npm:jest@29.7.0', jest30: 'npm:jest@30.5.2', vitest: '3.2.4' };
  consumer = await createConsumer({ dependencies });
  const provider = await startProvider();
  endpoints = { right: provider.url, wrong: await lyingFrontOf(provider.url) };
  ids = { clusterId: await provider.addCluster(), token: await provider.addToken() };
}, 300_000);

/** Runs the README's lines with the IDs of a provider in them. */
async function testProvider({ file, words, args }: Runner, endpoint: string) {
  expect(lines.startsWith(required)).toBe(true);
  const text = lines
    .replace('http://127.0.0.1:8080', endpoint)
    .replace("projectId: '…'", `projectId: '${projectId}'`)
    .replace("clusterId: '…'", `clusterId: '${ids.clusterId}'`)
    .replace("token: '…'", `token: '${ids.token}'`);
  expect(text).not.toContain('…');
  consumer.write(file, words(text));
  return consumer.outcome(process.execPath, ...args);
}

describe.each(Object.keys(runners))('%s', (name) => {
  const runner = runners[name] as Runner;

  registryTest(
    'passes a provider that is right',
    async () => {
      const { code, output } = await testProvider(runner, endpoints.right);
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).toMatch(/\b[3-9]\d passed|# pass [3-9]\d/);
    },
    120_000,
  );

  registryTest(
    'says of a provider that is wrong what is wrong and by which rule, and not its token',
    async () => {
      const { code, output } = await testProvider(runner, endpoints.wrong);
      expect(code).toBe(1);
      expect(output).toMatch(/contexts refer to clusters and users that exist/);
      expect(output).toMatch(/where.*current-context/);
      expect(output).toMatch(/source.*Table 3, current-context/);
      expect(output).not.toContain(ids.token);
    },
    120_000,
  );
});

registryTest(
  'every command of the program runs',
  async () => {
    const npx = ['--no', '--', 'clustercert'];
    const overview = await consumer.run('npx', ...npx, '--help');
    const commands = [...overview.matchAll(/^ {2}([a-z-]+(?: [a-z]+)?) {2,}\S/gm)].map(([, command = '']) => command);
    expect(commands.length).toBeGreaterThan(10);
    for (const command of commands) {
      const bin = path.join('cce-clustercert', 'dist/src/cli/bin.js');
      // Unknown options are found by the command itself, once its file and all that it needs are there.
      const args = [path.join(consumer.folder, 'node_modules', bin), ...command.split(' '), '--no-such-option'];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect({ command, status, stderr }).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('--no-such-option'),
      });
    }
  },
  120_000,
);
