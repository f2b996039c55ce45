// Right providers that share nothing with ours: Python's http.server, Go's net/http, and Debian's nginx with its
// defaults in front of our own. The contract kit has no error for them, and only the warnings that are listed here.
import { afterAll, expect } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Result, type Target, contractCases, verify } from '../../src/verify/index.js';
import { go126, programWith, testWith } from '../support/programs.js';
import { otherProjectId, projectId, startProvider } from '../support/provider.js';
import { small, startSmallProvider } from '../support/small-provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const python = programWith('python3', ['-c', 'import http.server']);
const nginx = programWith('nginx', ['-v']);

const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill();
});

/** What both small providers hand out: the kubeconfigs of another one. */
async function answers() {
  const { endpoint, close } = await startSmallProvider();
  const kubeconfigOf = async (cluster: string) => {
    const url = `${endpoint}/api/v3/projects/${small.project}/clusters/${cluster}/clustercert`;
    return [cluster, await (await fetch(url, { headers: { 'X-Auth-Token': small.token } })).json()] as const;
  };
  const kubeconfigs = await Promise.all([small.cluster, small.eipCluster, small.otherCluster].map(kubeconfigOf));
  close();
  return { token: small.token, project: small.project, kubeconfigs: Object.fromEntries(kubeconfigs) };
}

/** A program that reads the answers from its input and prints its port. */
async function startProgram(command: string, args: string[]): Promise<Target> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  running.push(child);
  child.stdin.end(JSON.stringify(await answers()));
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    endpoint: `http://127.0.0.1:${Number(String(port))}`,
    projectId: small.project,
    clusterId: small.cluster,
    token: small.token,
    expiredToken: small.expiredToken,
    otherProjectId: small.otherProject,
    otherClusterId: small.otherCluster,
    eipClusterId: small.eipCluster,
    timeoutMs: 20_000,
  };
}

const findingsOf = ({ cases }: Result) =>
  cases.flatMap(({ id, findings }) =>
    findings.map(({ severity, request, where, received }) => `${severity}: ${id}: ${request}: ${where}: ${received}`),
  );

async function expectRight(target: Target) {
  const result = await verify(contractCases, target);
  expect(findingsOf(result)).toEqual([]);
  expect(result).toMatchObject({ state: 'complete', exitCode: 0 });
}

testWith(python, 'Python')(
  "a provider on Python's http.server is right",
  async () => expectRight(await startProgram('python3', ['test/interop/providers/provider.py'])),
  120_000,
);

testWith(go126, 'Go 1.26')(
  "a provider on Go's net/http is right",
  async () => {
    const program = path.join(temporaryFolder(), 'provider');
    expect(spawnSync('go', ['build', '-o', program, 'test/interop/providers/provider.go']).status).toBe(0);
    await expectRight(await startProgram(program, []));
  },
  300_000,
);

/** nginx as Debian sets it up, with a port and folders of its own. */
async function frontWithNginx(endpoint: string): Promise<string> {
  const folder = temporaryFolder();
  const port = 20_000 + (process.pid % 20_000);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const file = path.join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `pid ${folder}/pid; error_log ${folder}/error.log; events {}
     http { access_log off; ${paths.join(' ')}
       server { listen 127.0.0.1:${port}; location / { proxy_pass ${endpoint}; proxy_set_header Host $http_host; } } }`,
  );
  running.push(spawn('nginx', ['-e', `${folder}/error.log`, '-c', file, '-g', 'daemon off;'], { stdio: 'inherit' }));
  const front = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 100; i += 1) {
    if (await fetch(front).catch(() => undefined)) break;
    await delay(100);
  }
  return front;
}

testWith(nginx, 'nginx')(
  "our own provider behind nginx is right; the one warning is on nginx's limit for headers",
  async () => {
    const provider = await startProvider();
    const target = {
      endpoint: await frontWithNginx(provider.url),
      projectId,
      clusterId: await provider.addCluster(),
      token: await provider.addToken(),
      expiredToken: await provider.addToken({ lifetimeSeconds: -60 }),
      otherToken: await provider.addToken({ userId: 'b5b9e3eb5ec5454bb4302f4ff9ff5a77' }),
      otherProjectId,
      otherClusterId: await provider.addCluster(),
      eipClusterId: await provider.addCluster({ externalServer: 'https://80.158.7.23:5443' }),
      timeoutMs: 20_000,
    };
    const result = await verify(contractCases, target);
    expect(findingsOf(result)).toEqual(['warning: long-token: GET with a token of 16384 characters: the status: 400']);
    expect(result).toMatchObject({ state: 'complete', exitCode: 0 });
  },
  120_000,
);
