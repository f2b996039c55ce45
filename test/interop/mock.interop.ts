// A mock made of the contract by Prism: kubectl reads its answers, and the kit says of it what is true. It hands out the
// examples, whose certificates are right, and knows no tokens, clusters or lifetimes. Reports "not run" without Prism.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { contractCases, verify } from '../../src/verify/index.js';
import { kubectls } from '../support/programs.js';
import { small } from '../support/small-provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { freePort } from '../support/free-port.js';

const version = '5.14.2';
const folder = temporaryFolder();

function install(): true | undefined {
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `@stoplight/prism-cli@${version}`];
  const { status, error } = spawnSync('npm', args, { cwd: folder, stdio: 'ignore', timeout: 600_000 });
  if (status === 0) return true;
  process.stderr.write(`NOT RUN: Prism cannot be installed: ${error?.message ?? `npm ends with ${status ?? ''}`}\n`);
  return undefined;
}

const installed = install();
const run = installed ? test : test.skip;

let prism: ChildProcess | undefined;
let endpoint = '';

beforeAll(async () => {
  if (!installed) return;
  const program = path.join(folder, 'node_modules/@stoplight/prism-cli/dist/index.js');
  const args = ['mock', '--multiprocess=false', '--port', String(await freePort()), 'spec/openapi.yaml'];
  prism = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { stdout } = prism;
  endpoint = await new Promise<string>((resolve, reject) => {
    let said = '';
    stdout?.on('data', (text: Buffer) => {
      said += String(text);
      const url = /listening on (http:\/\/[\w.:]+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    prism?.on('exit', () => reject(new Error(`Prism ended: ${said}`)));
  });
}, 120_000);
afterAll(() => void prism?.kill());

run(
  'the kit finds what a mock cannot know, and nothing else',
  async () => {
    const { token, project, cluster } = small;
    // A safe run: this mock ends with a request for %zz.
    const target = { endpoint, projectId: project, clusterId: cluster, token, safe: true, timeoutMs: 30_000 };
    const { state, cases } = await verify(contractCases, target);
    expect(state).toBe('complete');
    expect(cases.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id)).toEqual([
      // Which clusters and projects there are.
      ...['unknown-cluster', 'unknown-cluster-hidden', 'unknown-project'],
      // Whose token is good.
      ...['garbled-token', 'post-without-token'],
      // Its 405 has no Allow, and any website may use it.
      ...['head-and-options', 'cross-origin'],
      // For how long; the examples are valid for decades.
      ...['post-lifetime', 'post-unknown-cluster', 'post-invalid-end', 'post-chosen-end'],
      ...['look-ups-of-the-cluster', 'look-ups-without-token'],
      // The examples are of clusters with a public address and without one, and of one request.
      ...['addresses-of-the-look-up', 'request-ids'],
    ]);
  },
  300_000,
);

(kubectls[0] === undefined ? test.skip : run).each(['GET', 'POST'])(
  'kubectl reads what the mock answers to %s',
  async (method) => {
    const answer = await fetch(`${endpoint}/api/v3/projects/${small.project}/clusters/${small.cluster}/clustercert`, {
      method,
      headers: { 'X-Auth-Token': small.token, 'Content-Type': 'application/json' },
      ...(method === 'POST' && { body: '{"duration":30}' }),
    });
    expect(answer.status).toBe(200);
    const file = path.join(folder, `${method}.json`);
    writeFileSync(file, await answer.text());
    // Nothing listens there: kubectl gets as far as the connection only with a credential that it can read.
    const server = ['--server', 'https://127.0.0.1:1', '--request-timeout', '2s'];
    const args = ['--kubeconfig', file, ...server, 'get', '--raw', '/'];
    const { stderr } = spawnSync(kubectls[0] ?? '', args, { encoding: 'utf8', timeout: 60_000 });
    expect(stderr).toMatch(/refused|connection/i);
    expect(stderr).not.toMatch(/PEM|base64|certificate|unmarshal/i);
  },
  120_000,
);
