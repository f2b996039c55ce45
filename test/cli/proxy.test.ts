// The proxy variables: every command that makes calls uses the same proxy as curl and kubectl.
import { describe, expect, test } from '@jest/globals';
import { readKeystone } from '../../src/cli/keystone-options.js';
import { proxyFor, readProxyVariables } from '../../src/cli/proxy.js';
import { servingCertificate } from '../support/api-server.js';
import { runIn } from '../support/command-line.js';
import { ecAuthority } from '../support/ec-authority.js';
import { startForwardProxy } from '../support/forward-proxy.js';
import { projectId, startProvider } from '../support/provider.js';
import { startIdentityService } from '../support/stand-ins.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

// Only the proxy knows it: RFC 6761, section 6.4.
const host = 'cce.test.invalid';
const throughName = (url: string) => url.replace('127.0.0.1', host);

const authority = ecAuthority();
const ca = path.join(temporaryFolder(), 'ca.pem');
writeFileSync(ca, authority.certificatePem);
const plain = await startProvider();
const secure = await startProvider({
  dataFolder: plain.dataFolder,
  listening: { tls: servingCertificate(authority, host) },
});
const clusterId = await plain.addCluster({ name: 'prod' });
const token = await plain.addToken();
const accessTo = (url: string) => ({
  CLUSTERCERT_ENDPOINT: throughName(url),
  CLUSTERCERT_PROJECT: projectId,
  CLUSTERCERT_TOKEN: token,
  CLUSTERCERT_CLUSTER: clusterId,
  XDG_CACHE_HOME: temporaryFolder(),
});
const verify = ['verify', '--safe', '--reporter', 'json', '--allow-unchecked', '--only', 'unknown cluster'];

describe.each([
  ['get', ['get', 'prod']],
  ['credential', ['credential', clusterId]],
  ['verify', verify],
])('%s', (_name, argv) => {
  test('asks a plain server by its whole URL over HTTP_PROXY', async () => {
    const proxy = await startForwardProxy();
    const outcome = await runIn({ ...accessTo(plain.url), HTTP_PROXY: proxy.url }, ...argv);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(proxy.seen[0]).toMatch(new RegExp(`^(GET|POST) ${throughName(plain.url)}/api/v3/projects/${projectId}/`));
  });

  test('asks a server with TLS in a tunnel over HTTPS_PROXY, with its password', async () => {
    const proxy = await startForwardProxy({ pair: 'user:pass word' });
    const HTTPS_PROXY = proxy.url.replace('//', '//user:pass%20word@');
    const outcome = await runIn({ ...accessTo(secure.url), HTTPS_PROXY, CLUSTERCERT_CA: ca }, ...argv);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${new URL(throughName(secure.url)).host}`]));
  });

  test('asks this machine itself, as kubectl does', async () => {
    const proxy = await startForwardProxy();
    const access = { ...accessTo(plain.url), CLUSTERCERT_ENDPOINT: plain.url, HTTP_PROXY: proxy.url };
    expect(await runIn(access, ...argv)).toMatchObject({ code: 0 });
    expect(proxy.seen).toEqual([]);
  });
});

describe('an identity service', () => {
  const catalogue = [{ type: 'ccev2.0', endpoints: [{ interface: 'public', region_id: 'r', url: plain.url }] }];
  const cloudOf = (url: string) => ({ OS_AUTH_URL: url, OS_USERNAME: 'alice', OS_PASSWORD: 'secret-password' });

  test('is asked over it too, on this machine as well, as the openstack command does', async () => {
    const [proxy, identity] = [
      await startForwardProxy(),
      await startIdentityService(catalogue, { token, project: projectId }),
    ];
    const cloud = { ...cloudOf(identity), http_proxy: proxy.url };
    expect(await runIn(cloud, 'get', 'prod')).toMatchObject({ code: 0, stderr: '' });
    expect(proxy.seen).toEqual([`POST ${identity}/v3/auth/tokens`]);
    expect(await runIn({ ...cloud, NO_PROXY: '127.0.0.0/8' }, 'get', 'prod')).toMatchObject({ code: 0, stderr: '' });
    expect(proxy.seen).toHaveLength(1);
  });

  test('is asked over it by the provider', async () => {
    const [proxy, identity] = [
      await startForwardProxy(),
      await startIdentityService([], { token, project: projectId }),
    ];
    const values = { keystone: throughName(identity), 'keystone-ca': undefined, grant: undefined, 'token-cache': 60 };
    const keystone = await readKeystone(values, { HTTP_PROXY: proxy.url });
    await keystone?.findByToken('some-token').catch(() => undefined);
    expect(proxy.seen[0]).toBe(`GET ${throughName(identity)}/v3/auth/tokens`);
  });
});

test('a proxy that is none is refused without its password', async () => {
  const HTTP_PROXY = 'socks5://user:secret-password@127.0.0.1:1';
  expect(await runIn({ ...accessTo(plain.url), HTTP_PROXY }, 'get', 'prod')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: HTTP_PROXY is not valid; it must be a URL such as http:\/\/proxy:3128\n/),
  });
});

test('a refusal by a proxy is distinguished from one by the provider', async () => {
  const proxy = await startForwardProxy({ pair: 'user:right' });
  const HTTPS_PROXY = proxy.url.replace('//', '//user:secret-password@');
  const { code, stderr } = await runIn({ ...accessTo(secure.url), HTTPS_PROXY, CLUSTERCERT_CA: ca }, 'get', 'prod');
  expect(code).toBe(1);
  expect(stderr).toMatch(/proxy/i);
  expect(stderr).not.toContain('secret-password');
});

test.each([
  ['HTTP_PROXY', plain.url, 'http://127.0.0.1:1', 'connect ECONNREFUSED 127.0.0.1:1'],
  ['HTTPS_PROXY', secure.url, 'http://127.0.0.1:1', 'connect ECONNREFUSED 127.0.0.1:1'],
  [
    'HTTPS_PROXY',
    secure.url,
    'http://user:secret-password@proxy.test.invalid:3128',
    'getaddrinfo .* proxy.test.invalid',
  ],
])('of a proxy that cannot be reached, %s is named, and no password', async (variable, url, value, problem) => {
  const access = { ...accessTo(url), [variable]: value, CLUSTERCERT_CA: ca };
  const { code, stderr } = await runIn(access, 'get', 'prod');
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`^error: the provider cannot be reached: ${problem}, the proxy of ${variable}\n`));
  expect(stderr).not.toContain('secret-password');
});

describe('NO_PROXY', () => {
  const over = (url: string, noProxy: string) =>
    proxyFor(new URL(url), { httpProxy: 'http://proxy:1', httpsProxy: 'proxy:2', noProxy }) ?? 'none';

  test.each([
    ['http://cce.example', '', 'http://proxy:1'],
    ['https://cce.example', '', 'http://proxy:2'],
    ['https://cce.example', '*', 'none'],
    ['https://cce.example', 'example', 'none'],
    ['https://cce.example', '.example', 'none'],
    ['https://cce.example', '*.example', 'none'],
    ['https://CCE.Example', 'other, cce.EXAMPLE', 'none'],
    ['https://acce.example', 'cce.example', 'http://proxy:2'],
    ['https://cce.example', 'cce.example:443', 'none'],
    ['https://cce.example', 'cce.example:8443', 'http://proxy:2'],
    ['https://10.1.2.3', '10.0.0.0/8', 'none'],
    ['https://10.1.2.3', '10.0.0.0/16', 'http://proxy:2'],
    ['https://[fd00::1]:8443', 'fd00::/8', 'none'],
    ['https://[fd00::1]', '[fd00::1]', 'none'],
    ['http://localhost:8080', '', 'none'],
    ['http://[::1]:8080', '', 'none'],
  ])('%s with %j goes over %s', (url, noProxy, expected) => {
    expect(over(url, noProxy)).toBe(expected);
  });

  test('and the others are read in both spellings, the lower-case one first', () => {
    expect(readProxyVariables({ HTTP_PROXY: 'a', http_proxy: 'b', ALL_PROXY: 'c', no_proxy: 'd' })).toEqual({
      httpProxy: 'b',
      httpsProxy: 'c',
      noProxy: 'd',
    });
  });
});
