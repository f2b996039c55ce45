// The servers of a kubeconfig are refused where kubectl cannot connect to them: what Go's net/url refuses among them.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { judgeServers } from '../../src/verify/server-rules.js';
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
