// The options of `serve` for a management cluster: their combinations, and usable kubeconfigs.
import { describe, expect, test } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { kubeconfigConnection } from '../../src/cli/management-cluster.js';
import { run, runIn } from '../support/command-line.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base = ['serve', '--port', '0', '--clusters', 'kubernetes'];

test.each<[string[], string]>([
  [['serve', '--project-label', 'a/b'], '--project-label goes with --clusters kubernetes'],
  [['serve', '--clusters', 'nomad'], "--clusters 'nomad' is not known; it must be one of kubernetes"],
  [base, 'needs one of --project-namespace and --project-label'],
  [[...base, '--project-namespace', '(.+)', '--project-label', 'a'], 'needs one of --project-namespace and'],
  [[...base, '--project-namespace', 'magnum-'], "--project-namespace 'magnum-' is not valid"],
  [[...base, '--project-label', 'a b'], "--project-label 'a b' is not valid"],
  [[...base, '--project-label', 'a', '--cluster-id-label', '='], "--cluster-id-label '=' is not valid"],
  [[...base, '--project-label', 'a', '--context', 'x'], '--context goes with --kubeconfig'],
  [[...base, '--project-label', 'a'], 'outside of a cluster needs --kubeconfig FILE'],
])('%j is wrong usage', async (argv, message) => {
  const data = path.join(temporaryFolder(), 'data');
  const { code, stderr } = await run(...argv, '--data', data);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  expect(existsSync(data)).toBe(false);
});

test('there is no demo where clusters are those of a management cluster', async () => {
  const inCluster = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '1' };
  const { code, stderr } = await runIn(inCluster, ...base, '--project-label', 'a', '--demo');
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--demo does not go with') });
});

describe('a kubeconfig', () => {
  const file = (user: object, cluster: object = {}) => {
    const place = path.join(temporaryFolder(), 'config');
    const config = {
      clusters: [{ name: 'c', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
      users: [{ name: 'u', user }],
      contexts: [
        { name: 'x', context: { cluster: 'c', user: 'u' } },
        { name: 'lost', context: { cluster: 'gone', user: 'u' } },
      ],
      'current-context': 'x',
    };
    writeFileSync(place, JSON.stringify(config));
    return place;
  };

  test('gives texts as they are and files from its own folder', async () => {
    const data = Buffer.from('text').toString('base64');
    const place = file(
      { 'client-certificate-data': data, 'client-key': 'keys/k', tokenFile: '/t', token: 'x' },
      {
        'certificate-authority': 'ca.crt',
        'tls-server-name': 'kubernetes',
      },
    );
    const folder = path.dirname(place);
    expect(await kubeconfigConnection(place)).toEqual({
      server: 'https://10.0.0.1:6443',
      authority: { file: path.join(folder, 'ca.crt') },
      certificate: { text: 'text' },
      key: { file: path.join(folder, 'keys/k') },
      token: { file: '/t' },
      serverName: 'kubernetes',
    });
  });

  test.each<[object, object, RegExp]>([
    [{ exec: { apiVersion: 'v1', command: 'aws' } }, {}, /runs the program 'aws' \(exec\), which is not supported/],
    [{ 'auth-provider': { name: 'oidc' } }, {}, /has auth-provider, which is not supported/],
    [{ username: 'a', password: 'secret-password' }, {}, /has username, which is not supported/],
    [{ token: 't', as: 'admin' }, {}, /has as, which is not supported/],
    [{ token: 't' }, { 'insecure-skip-tls-verify': true }, /insecure-skip-tls-verify/],
    [{ token: 't' }, { 'proxy-url': 'http://p:1' }, /proxy-url, which is not supported/],
    [{ token: 't' }, { server: 'http://10.0.0.1' }, /no https URL/],
  ])('with %j and %j is refused by the name of what is not supported', async (user, cluster, reason) => {
    const refused = kubeconfigConnection(file(user, cluster));
    await expect(refused).rejects.toMatchObject({ code: 'data_unreadable', message: expect.stringMatching(reason) });
    await expect(refused).rejects.not.toThrow('secret-password');
  });

  test('that is not there, or lacks the context or what it names, is refused', async () => {
    await expect(kubeconfigConnection('/nowhere/config')).rejects.toMatchObject({ code: 'not_found' });
    await expect(kubeconfigConnection(file({ token: 't' }), 'y')).rejects.toThrow("it has no context 'y'");
    await expect(kubeconfigConnection(file({ token: 't' }), 'lost')).rejects.toThrow("it has no cluster 'gone'");
  });
});
