import { expect, test } from '@jest/globals';
import { run } from '../support/command-line.js';
import { projectId, startProvider } from '../support/provider.js';

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

test('verify refuses wrong usage in one line', async () => {
  const missing = await run('verify');
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('option --endpoint is missing');
  const target = ['--endpoint', 'http://127.0.0.1:2', '--project', 'p', '--cluster', 'c', '--token', 't'];
  const empty = await run('verify', ...target, '--output', '');
  expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('--output is empty; it must be a file\n') });
  expect(await run('verify', '--list', '--only', 'no such check')).toMatchObject({ code: 2 });
});
