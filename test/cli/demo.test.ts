// The demo of the first run: when it is made, its output, and its rights.
import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { run } from '../support/command-line.js';
import { projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the demo', () => {
  test('makes nothing where nobody reads it, such as in the log of a service', async () => {
    const data = temporaryFolder();
    const { stdout } = await run('serve', '--port', '0', '--data', data);
    expect(stdout).toMatch(/^listening on \S+\n$/);
    expect(readdirSync(data)).not.toContain('tokens');
  });

  test('names the page, the data folder and how to stop, and gives no rights in any cluster', async () => {
    const data = temporaryFolder();
    const { stdout } = await run('serve', '--demo', '--port', '0', '--data', data);
    for (const text of [
      'curl -sS -o kubeconfig.json',
      'config get-contexts',
      '/docs\n',
      data,
      'Ctrl-C',
      'kubectl create clusterrolebinding',
    ])
      expect(stdout).toContain(text);
    const [{ groups }] = JSON.parse((await run('token', 'list', '--json', '--data', data)).stdout) as [
      { groups: string[] },
    ];
    expect(groups).toEqual(['clustercert-demo']);
    const server = 'https://192.168.1.7:6443';
    const added = await run('cluster', 'add', '--data', data, '--project', projectId, '--server', server);
    expect(added.stderr).toMatch(/^warning: this is the demo's project/);
  });
});
