import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { clusterAdd, run, start, startServe } from '../support/command-line.js';
import { projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the first run on an empty data folder', () => {
  test('prints a block whose curl command gets a kubeconfig, and later runs overwrite nothing', async () => {
    const data = temporaryFolder();
    const first = await startServe('--demo', '--data', data);
    const command = curlCommand(first.stdout());
    const kubeconfig = await fetchJson(command);
    expect(kubeconfig).toMatchObject({ kind: 'Config', 'current-context': 'external', clusters: { length: 3 } });
    const [, internal = ''] = /\(EIP\):\n +(\S+)\n/.exec(first.stdout()) ?? [];
    expect(await fetchJson({ ...command, url: internal })).toMatchObject({
      'current-context': 'internal',
      clusters: { length: 1 },
    });
    first.child.kill('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0, signal: null });

    const again = await startServe('--demo', '--data', data);
    expect(again.stdout()).toBe(`listening on ${again.url}\n`);
    const url = command.url.replace(first.url, again.url);
    expect(await fetchJson({ ...command, url })).toEqual(kubeconfig);
    again.child.kill('SIGTERM');
    await again.ended;
  });

  test('leaves a folder with clusters of somebody alone', async () => {
    const data = temporaryFolder();
    await run('cluster', 'add', '--data', data, '--project', projectId, '--server', 'https://192.168.1.7:5443');
    const { stdout } = await run('serve', '--demo', '--port', '0', '--data', data);
    expect(stdout).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(readdirSync(path.join(data, 'clusters'))).toHaveLength(1);
  });

  test('that could not listen is made up for by the next one, and a revoked token by none', async () => {
    const data = temporaryFolder();
    const taken = createServer();
    await new Promise<void>((resolve) => void taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    expect((await run('serve', '--demo', '--data', data, '--port', String(port))).code).toBe(1);
    taken.close();
    expect((await run('serve', '--demo', '--data', data, '--port', '0')).stdout).toContain('First run');
    const [{ id }] = JSON.parse((await run('token', 'list', '--json', '--data', data)).stdout) as [{ id: string }];
    expect((await run('token', 'revoke', id, '--data', data)).code).toBe(0);
    expect((await run('serve', '--demo', '--data', data, '--port', '0')).stdout).not.toContain('First run');
  });

  test('makes nothing with --no-demo', async () => {
    const data = temporaryFolder();
    const { code, stdout } = await run('serve', '--port', '0', '--data', data, '--no-demo');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^listening on .*\n$/);
    expect(readdirSync(data)).toEqual([]);
  });
});

test('two processes on one folder answer the same bytes, and see what is added meanwhile', async () => {
  const data = temporaryFolder();
  const [one, other] = await Promise.all([startServe('--demo', '--data', data), startServe('--demo', '--data', data)]);
  const id = (
    await run('cluster', 'add', '--data', data, '--project', projectId, '--server', 'https://192.168.1.7:5443')
  ).stdout.trim();
  const token = (await run('token', 'add', '--data', data, '--project', projectId, '--user', 'alice')).stdout.trim();
  const answers = await Promise.all(
    [one, other, one].map(async ({ url }) => {
      const response = await fetch(`${url}/api/v3/projects/${projectId}/clusters/${id}/clustercert`, {
        headers: { 'X-Auth-Token': token },
      });
      expect(response.status).toBe(200);
      return response.text();
    }),
  );
  expect(new Set(answers).size).toBe(1);
});

test('SIGTERM lets an open request end, takes no new one and exits 0', async () => {
  const { child, ended, url } = await startServe('--data', temporaryFolder(), '--no-demo');
  let answer = '';
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const closed = once(socket, 'close');
  socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
  socket.write('POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n');
  await until(() => answer.startsWith('HTTP/1.1 100 Continue'));
  child.kill('SIGTERM');
  await until(() =>
    fetch(`${url}/healthz`).then(
      () => false,
      () => true,
    ),
  );
  expect(child.exitCode).toBeNull();
  socket.write('body');
  await closed;
  expect(await ended).toMatchObject({ code: 0, signal: null });
  expect(answer).toMatch(/HTTP\/1\.1 404 [^]*Connection: close[^]*"CCE\.01404001"/);
});

test('with a certificate and key it serves https', async () => {
  const data = temporaryFolder();
  const { certificatePem, privateKeyPem } = await createAuthority({ now: new Date() });
  writeFileSync(path.join(data, 'tls.crt'), certificatePem);
  writeFileSync(path.join(data, 'tls.key'), privateKeyPem);
  const { url } = await startServe(
    '--data',
    data,
    '--no-demo',
    '--tls-cert',
    path.join(data, 'tls.crt'),
    '--tls-key',
    path.join(data, 'tls.key'),
  );
  expect(url).toMatch(/^https:/);
  const status = await new Promise((resolve, reject) => {
    // The certificate is that of a CA; its name is not what is tested here.
    httpsRequest(`${url}/healthz`, { ca: certificatePem, checkServerIdentity: () => undefined }, (response) =>
      resolve(response.statusCode),
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
});

describe('refused before anything listens:', () => {
  test.each([
    ['all addresses without TLS', ['--host', '0.0.0.0'], "--host '0.0.0.0' is not a loopback address"],
    ['an empty host, which would be all addresses', ['--host', ''], "--host '' is not known"],
    ['all IPv6 addresses without TLS', ['--host', '::'], "--host '::' is not a loopback address"],
    [
      'a port that is none',
      ['--port', '65536'],
      "--port '65536' is not valid; it must be a whole number from 0 to 65535",
    ],
    ['a certificate without a key', ['--tls-cert', 'package.json'], '--tls-cert and --tls-key go together'],
    [
      'no validity',
      ['--validity-days', '0'],
      "--validity-days '0' is not valid; it must be a whole number from 1 to 36500",
    ],
    [
      'a limit that is none',
      ['--caller-limit', 'many'],
      "--caller-limit 'many' is not valid; it must be a whole number",
    ],
    [
      'an identity service without an address',
      ['--keystone', 'iam'],
      "the identity service's address 'iam' is not usable",
    ],
    ['grants without an identity service', ['--grant', 'admin'], '--grant goes with --keystone'],
    [
      'a grant of nothing',
      ['--keystone', 'http://127.0.0.1:1', '--grant', 'admin='],
      "--grant 'admin=' is not valid; it must be a role, such as admin, or admin=system:masters, or group:NAME=GROUP",
    ],
    ['a window without a unit', ['--reuse-window', '24'], "--reuse-window '24' is not valid"],
    ['more days than any certificate has', ['--maximum-days', '1828'], "--maximum-days '1828' is not valid"],
    ['a delegation outlived without a unit', ['--outlive-delegation', '24'], "--outlive-delegation '24' is not valid"],
  ])('%s', async (_name, argv, reason) => {
    const data = path.join(temporaryFolder(), 'data');
    const { code, stdout, stderr } = await run('serve', '--data', data, ...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`error: ${reason}`);
    expect(() => readdirSync(data)).toThrow('ENOENT');
  });

  test('a port that is taken, with a hint', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => void taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    expect(await run('serve', '--data', temporaryFolder(), '--port', String(port))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^error: listen EADDRINUSE.*\nhint: choose another port with --port; 0 takes a free one\n$/,
      ),
    });
    taken.close();
  });
});

test.each([
  ['loopback by name', ['--host', 'localhost']],
  ['all addresses behind a TLS proxy', ['--host', '0.0.0.0', '--behind-tls-proxy']],
])('accepted: %s', async (_name, argv) => {
  const { code, stdout } = await run('serve', '--port', '0', '--data', temporaryFolder(), '--no-demo', ...argv);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^listening on http:/);
});

describe('kill -9 at whatever moment leaves a folder that the next start can read:', () => {
  test('of a first run', async () => {
    const data = temporaryFolder();
    for (let round = 0; round < 8; round++) {
      const { child, ended } = start('serve', '--demo', '--port', '0', '--data', data);
      setTimeout(() => child.kill('SIGKILL'), 300 + round * 100);
      await ended;
      await expectReadable(data);
    }
    const { child, ended } = await startServe('--demo', '--data', data);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    expect(JSON.parse((await run('cluster', 'list', '--json', '--data', data)).stdout)).toHaveLength(2);
    expect(JSON.parse((await run('token', 'list', '--json', '--data', data)).stdout)).not.toHaveLength(0);
  });

  test('of cluster add', async () => {
    const data = temporaryFolder();
    let added = 0;
    for (let round = 0; round < 10; round++) {
      const { child, ended } = start(...clusterAdd(data, projectId));
      setTimeout(() => child.kill('SIGKILL'), 200 + round * 60);
      const { stdout } = await ended;
      if (stdout !== '') added += 1;
      await expectReadable(data);
    }
    const listed = JSON.parse((await run('cluster', 'list', '--json', '--data', data)).stdout) as unknown[];
    expect(listed.length).toBeGreaterThanOrEqual(added);
  });

  async function expectReadable(data: string): Promise<void> {
    expect(await run('cluster', 'list', '--data', data)).toMatchObject({ code: 0, stderr: '' });
    expect(await run('token', 'list', '--data', data)).toMatchObject({ code: 0, stderr: '' });
  }
});

test('the executable in the package runs, and a reader that leaves early is no error', () => {
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: { clustercert: string } };
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', `"${process.execPath}" ${bin.clustercert} --help | head -n 1`],
    { encoding: 'utf8' },
  );
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'Usage: clustercert COMMAND [options]\n',
    stderr: '',
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

interface Command {
  url: string;
  headers: Record<string, string>;
}

/** The request that the printed curl command would make. */
function curlCommand(printed: string): Command {
  const [, arguments_ = '', url = ''] = /curl -sS -o kubeconfig\.json \\\n([^]*?)(http\S+)\n/.exec(printed) ?? [];
  const headers = [...arguments_.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name = '', value = '']) => [name, value]);
  return { url, headers: Object.fromEntries(headers) as Record<string, string> };
}

async function fetchJson({ url, headers }: Command): Promise<unknown> {
  expect(Object.keys(headers)).toEqual(['Content-Type', 'X-Auth-Token']);
  const response = await fetch(url, { headers });
  expect(response.status).toBe(200);
  return response.json();
}
