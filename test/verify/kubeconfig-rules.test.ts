// The servers of a kubeconfig are refused where kubectl cannot connect to them: what Go's net/url refuses among them.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hostOf } from '../../src/url.js';
import { isLoopback, judgeReach, judgeServers } from '../../src/verify/server-rules.js';
import { go, testWith } from '../support/programs.js';

const problems = (server: string) => judgeServers({ clusters: [{ cluster: { server } }] }).map((one) => one.received);

const hosts = [
  ...['10.0.0.1', 'cluster.example.com', 'my_host', 'Ünicode.example', 'h%41', 'h%C3%BC', 'h%zz', 'h%', "h'q", 'a,b'],
  ...['[2001:db8::1]', '[fe80::1%25eth0]', '[fe80::1%eth0]', '[2001:db8::1', '2001:db8::1]'],
];
const ports = ['', ':6443', ':port', ':-1'];
const paths = ['', '/', '/k8s/clusters/c-1', '/%zz', '/%2F', '/a%'];
const servers = hosts.flatMap((host) => ports.flatMap((port) => paths.map((path) => `https://${host}${port}${path}`)));

testWith(go, 'go')('servers are refused that Go reads no URL in, and no others', () => {
  const program = fileURLToPath(new URL('go/url.go', import.meta.url));
  const { stdout, stderr } = spawnSync(go ?? '', ['run', program], {
    input: JSON.stringify(servers),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const theirs = JSON.parse(stdout) as string[];
  const different = servers.flatMap((server, i) => {
    const ours = problems(server);
    return ours.length > 0 === (theirs[i] !== '') ? [] : [{ server, ours, theirs: theirs[i] }];
  });
  expect(different).toEqual([]);
});

test.each([
  ['10.0.0.1:6443', /not https/],
  ['http://10.0.0.1:6443', /not https/],
  ['https:///path', /neither a URL nor a host/],
  ['https://10.0.0.1:70000', /port that there is not/],
  ['https://2001:db8::1:6443', /needs brackets/],
  ['https://10.0.0.1:', /no port after the colon/],
  ['https://me@10.0.0.1', /a user or password/],
  ['https://0.0.0.0:6443', /unspecified address/],
  ['https://10.0.0.1 ', /white space/],
  ['https://undefined:5443', /template/],
  ['https://Null:5443', /template/],
  ['https://255.255.255.255:5443', /broadcast/],
  ['https://[ff02::1]:5443', /multicast/],
])('says what is wrong with %s', (server, expected) => {
  expect(problems(server).join('\n')).toMatch(expected);
});

/** An internal and an external entry. */
const pair = (internal: string, external: string) => ({
  clusters: [
    { name: 'internalCluster', cluster: { server: internal } },
    { name: 'externalCluster', cluster: { server: external } },
  ],
});

test.each([
  ['https://10.0.0.1:5443', 'https://80.158.7.23:5443', []],
  // Private clouds have private addresses for public ones.
  ['https://10.0.0.1:5443', 'https://192.168.7.23:5443', ['warning']],
  ['https://10.0.0.1:5443', 'https://10.0.0.1:8443', ['warning']],
  ['https://10.0.0.1:5443', 'https://10.0.0.1:5443', ['error']],
  ['https://80.158.7.23:5443', 'https://10.0.0.1:5443', ['error']],
  // A name may lead to another address outside, and a cluster may have a public address alone.
  ['https://cce.example.com:5443', 'https://cce.example.com:5443', []],
  ['https://80.158.7.23:5443', 'https://80.158.7.23:5443', []],
])('compares the internal server %s with the external one %s', (internal, external, severities) => {
  const faults = judgeServers(pair(internal, external));
  expect(faults.map(({ severity = 'error' }) => severity)).toEqual(severities);
});

test('a server of this machine is none elsewhere, whatever it is called', () => {
  const reached = (host: string) => judgeReach(pair('https://10.0.0.1:5443', `https://${host}:5443`));
  for (const host of [
    '127.0.0.1',
    '127.8.8.8',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'localhost',
    'cce.localhost',
    'LOCALHOST.',
  ])
    expect(reached(host)).toMatchObject([{ where: 'clusters[1].cluster.server' }]);
  for (const host of ['169.254.1.1', '[fe80::1]']) expect(reached(host)).toMatchObject([{ severity: 'warning' }]);
  for (const host of ['10.0.0.1', '128.0.0.1', 'localhost.example.com', 'mylocalhost', '[fd00::1]'])
    expect(reached(host)).toEqual([]);
  expect(isLoopback(hostOf('http://[::1]:8080/cce'))).toBe(true);
  expect(isLoopback(hostOf('https://cce.example.com'))).toBe(false);
});
