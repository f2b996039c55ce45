import { expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run, runIn } from '../support/command-line.js';
import { otherProjectId, projectId, startProvider } from '../support/provider.js';

test('verify passes our own provider and writes a report', async () => {
  const provider = await startProvider();
  const clusterId = await provider.addCluster();
  const token = await provider.addToken();
  const options = ['--endpoint', provider.url, '--project', projectId, '--cluster', clusterId, '--token', token];
  const { code, stdout } = await run('verify', ...options, '--reporter', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ reachable: true, summary: { failed: 0, warnings: 0 } });
  expect(stdout).not.toContain(token);
});

test('verify tells a provider that cannot be reached from one that is wrong', async () => {
  const options = [
    '--endpoint',
    'http://127.0.0.1:1',
    '--project',
    projectId,
    '--cluster',
    'c',
    '--token',
    'secret-token',
  ];
  const { code, stderr } = await run('verify', ...options);
  expect(code).toBe(3);
  expect(stderr).toContain('http://127.0.0.1:1 cannot be reached');
  expect(stderr).not.toContain('secret-token');
});

test('verify says what it needs instead of passing what it could not compare', async () => {
  const provider = await startProvider();
  const given = ['--endpoint', provider.url, '--project', projectId, '--cluster', await provider.addCluster()];
  const token = await provider.addToken();
  const only = await run('verify', ...given, '--token', token, '--only', 'another cluster gets');
  expect(only.stdout).toContain('another cluster gets another certificate and key: not checked, give --other-cluster');
  expect(only.stdout).toContain('0 passed, 0 failed, 1 not checked');
  const wrong = await run(
    'verify',
    ...given,
    '--token',
    token,
    '--other-token',
    'wrong',
    '--only',
    'another user gets',
  );
  expect(wrong).toMatchObject({ code: 0 });
  expect(wrong.stdout).toContain('0 passed, 0 failed, 1 not checked');
});

test('verify gives a server up that takes the first request and never answers', async () => {
  let requests = 0;
  const server = createServer(() => (requests += 1)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const given = ['--endpoint', endpoint, '--project', projectId, '--cluster', 'c', '--token', 'secret-token'];
  const { code, stderr } = await run('verify', ...given, '--timeout', '1s');
  server.close();
  expect(stderr).toBe(
    `error: ${endpoint} cannot be reached: no answer after 1000 ms\nhint: it was connected to: allow more with --timeout\n`,
  );
  expect({ code, requests }).toEqual({ code: 3, requests: 1 });
});

test('verify refuses wrong usage in one line', async () => {
  const missing = await run('verify');
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('option --endpoint is missing');
  const target = ['--endpoint', 'http://127.0.0.1:2', '--project', projectId, '--cluster', 'c', '--token', 't'];
  const empty = await run('verify', ...target, '--output', '');
  expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('--output is empty; it must be a file\n') });
  expect(await run('verify', '--list', '--only', 'no such check')).toMatchObject({ code: 2 });
});

test('verify takes further clusters and projects, each for its own checks', async () => {
  const provider = await startProvider();
  const target = ['--endpoint', provider.url, '--project', projectId, '--cluster', await provider.addCluster()];
  const eipCluster = await provider.addCluster({ externalServer: 'https://203.0.113.8:5443' });
  const more = ['--eip-cluster', eipCluster, '--other-project', otherProjectId];
  const only = ['--only', 'eip-cluster-answered,foreign-project'];
  const environment = { CLUSTERCERT_TOKEN: await provider.addToken() };
  const { code, stdout } = await runIn(environment, 'verify', ...target, ...more, ...only);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('2 passed, 0 failed') });
});

test('verify leaves out what --exclude names', async () => {
  const { stdout } = await run('verify', '--list', '--only', 'Table 7', '--exclude', 'key-of-certificate');
  expect(stdout).toContain('Table 7');
  expect(stdout).not.toContain('key-of-certificate');
});

test.each([
  [['--concurrency', '65'], "--concurrency '65' is not valid; it must be a whole number from 1 to 64"],
  [['--max-wait', '30'], "--max-wait '30' is not valid; it must be a number with a unit"],
  [['--require', 'all'], "--require 'all' is not known; it must be one of createClusterCert"],
  [['--require', 'signatures'], '--require signatures needs an access key'],
  [['--update-baseline'], '--update-baseline goes with --baseline'],
])('verify %j is refused', async (options, message) => {
  const target = ['--endpoint', 'http://127.0.0.1:2', '--project', projectId, '--cluster', 'c', '--token', 't'];
  const { code, stderr } = await run('verify', ...target, ...options);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
});
