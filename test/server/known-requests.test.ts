import { beforeAll, describe, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Kubeconfig } from '../../src/kubeconfig/assemble-kubeconfig.js';
import { ecAuthority } from '../support/ec-authority.js';
import { decode } from '../support/handshake.js';
import { type Provider, projectId, startProvider } from '../support/provider.js';

/** New files are read each time; these tests are about older ones. */
const settle = () => setTimeout(2_100);

interface Exchange {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

function send(
  { url }: Pick<Provider, 'url'>,
  pathname: string,
  { method = 'GET', headers, body }: { method?: string; headers: Record<string, string | string[]>; body?: string },
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path: pathname, method, headers, agent: false }, (answer) => {
      const rest: Record<string, unknown> = { ...answer.headers };
      delete rest['date'];
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: rest, body: text }));
    });
    sent.on('error', reject).end(body);
  });
}

const bodyOf = ({ body }: Exchange) => JSON.parse(body) as Kubeconfig;

describe('a request like one that was served before', () => {
  const json = { 'Content-Type': 'application/json' };
  let warm: Provider;
  let [token, clusterId, address] = ['', '', ''];
  const others = { revoked: { id: '', token: '' }, short: '' };
  let aheadMs = 0;
  const ask = (headers: Record<string, string> = json) =>
    send(warm, address, { headers: { 'X-Auth-Token': token, ...headers } });

  beforeAll(async () => {
    warm = await startProvider({ now: () => new Date(Date.now() + aheadMs) });
    token = await warm.addToken();
    const addFor = (lifetimeSeconds: number) =>
      warm.tokens.add({ userId: 'bob', projectId, groups: [] }, { lifetimeSeconds });
    const [{ record, token: revoked }, { token: short }] = [await addFor(3600), await addFor(600)];
    Object.assign(others, { revoked: { id: record.id, token: revoked }, short });
    clusterId = await warm.addCluster();
    address = warm.pathOf(clusterId);
    await settle();
    for (let count = 0; count < 3; count++) expect((await ask()).status).toBe(200);
  });

  const odd: [
    string,
    { method?: string; to?: (known: string) => string; headers?: Record<string, string | string[]>; body?: string },
  ][] = [
    ['without a Content-Type', {}],
    ['with the documented Content-Type', { headers: { 'Content-Type': 'application/json;charset=utf-8' } }],
    ['with another Content-Type', { headers: { 'Content-Type': 'text/plain' } }],
    ['with a Content-Type that is no part of a URI', { headers: { 'Content-Type': '%' } }],
    ['with an Accept that excludes JSON', { headers: { Accept: 'text/html' } }],
    ['with an Accept that prefers JSON', { headers: { Accept: 'text/html;q=0.1, application/json' } }],
    ['with a condition', { headers: { 'If-None-Match': '*', 'If-Modified-Since': new Date().toUTCString() } }],
    ['with a cookie and a range', { headers: { Cookie: 'a=b', Range: 'bytes=0-1', 'Set-Cookie': ['a=b'] } }],
    ['with an expectation', { headers: { Expect: 'x' } }],
    ['with a body', { headers: { ...json, 'Content-Length': '14' }, body: '{"duration":1}' }],
    ['with HEAD', { method: 'HEAD' }],
    ['with OPTIONS', { method: 'OPTIONS' }],
    ['with DELETE', { method: 'DELETE' }],
    ['with POST and no body', { method: 'POST', headers: json }],
    ['with POST and a body that is not valid', { method: 'POST', headers: json, body: '{"duration":0}' }],
    ['with a query', { to: (known) => `${known}?a=b` }],
    ['with an empty query', { to: (known) => `${known}?` }],
    ['with a trailing slash', { to: (known) => `${known}/` }],
    ['with another letter case', { to: (known) => known.replace('/api/', '/API/') }],
    [
      'with the ID in upper case',
      {
        to: (known) =>
          known
            .toUpperCase()
            .replace(/^.*\/CLUSTERS\//, `/api/v3/projects/${projectId}/clusters/`)
            .replace('CLUSTERCERT', 'clustercert'),
      },
    ],
    ['percent-encoded', { to: (known) => known.replace('-', '%2D') }],
    ['as to a proxy', { to: (known) => `http://other.example${known}` }],
    ['with an empty token', { headers: { 'X-Auth-Token': '' } }],
    ['with two tokens', { headers: { 'X-Auth-Token': ['one', 'two'] } }],
    ['with a token that is too long', { headers: { 'X-Auth-Token': 'x'.repeat(16_385) } }],
    ['with a token that is none', { headers: { 'X-Auth-Token': 'guess' } }],
    ['with a signature that is none', { headers: { 'X-Auth-Token': '', Authorization: 'SDK-HMAC-SHA256 Access=A' } }],
    ['for a cluster that is not there', { to: (known) => known.replace(/clusters\/.{8}/, 'clusters/00000000') }],
  ];

  test.each(odd)(
    '%s gets what it gets from a provider that has served nothing yet',
    async (_name, { method, to, headers, body }) => {
      const fresh = await startProvider({ dataFolder: warm.dataFolder });
      const init = {
        method: method ?? 'GET',
        headers: { 'X-Auth-Token': token, 'X-Request-Id': 'same', ...headers },
        ...(body !== undefined && { body }),
      };
      const target = to?.(address) ?? address;
      const unknown = await send(fresh, target, init);
      // Found: a request that was refused for an extra slash was served from then on.
      for (let count = 0; count < 3; count++) expect(await send(warm, target, init)).toEqual(unknown);
      expect(unknown.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-request-id': 'same',
      });
    },
  );

  test('is refused without the Content-Type where that is asked for', async () => {
    const strict = await startProvider({ dataFolder: warm.dataFolder, app: { strict: true } });
    const ask = (headers: Record<string, string>) =>
      send(strict, address, { headers: { 'X-Auth-Token': token, ...headers } });
    expect([(await ask(json)).status, (await ask(json)).status, (await ask({})).status]).toEqual([200, 200, 400]);
  });

  test('is logged and audited, and counted against the limit of its caller and of its address', async () => {
    const before = warm.logged.length;
    await ask({ 'X-Request-Id': 'counted' });
    await setTimeout(50);
    expect(warm.logged.slice(before)).toEqual([
      expect.objectContaining({ requestId: 'counted', audit: 'getClusterCertByUID', clusterId }),
      expect.objectContaining({
        requestId: 'counted',
        msg: 'request completed',
        path: address,
        res: { statusCode: 200 },
      }),
    ]);
    for (const limits of [
      { perAddress: 0, perCaller: 2 },
      { perAddress: 2, perCaller: 0 },
    ]) {
      const limited = await startProvider({ dataFolder: warm.dataFolder, app: { limits } });
      const statuses: number[] = [];
      for (let count = 0; count < 3; count++)
        statuses.push((await send(limited, address, { headers: { 'X-Auth-Token': token } })).status);
      expect(statuses).toEqual([200, 200, 429]);
    }
  });

  test('sees at once that a token was revoked, and that one for another project is no use', async () => {
    const { id, token: other } = others.revoked;
    const askAs = async (presented: string) =>
      (await send(warm, address, { headers: { 'X-Auth-Token': presented } })).status;
    expect([await askAs(other), await askAs(other)]).toEqual([200, 200]);
    await warm.tokens.revoke(id);
    expect(await askAs(other)).toBe(401);
    expect(await askAs(await warm.addToken({ projectId: '0'.repeat(32) }))).toBe(403);
    expect(await askAs(token)).toBe(200);
  });

  test('sees at once that a token has expired', async () => {
    const askShort = async () => (await send(warm, address, { headers: { 'X-Auth-Token': others.short } })).status;
    expect([await askShort(), await askShort()]).toEqual([200, 200]);
    aheadMs = 601_000;
    expect(await askShort()).toBe(401);
    aheadMs = 0;
  });

  test('sees at once what was changed in the files of its cluster, in place or by replacing them', async () => {
    const file = (name: string) => path.join(warm.dataFolder, 'clusters', clusterId, name);
    const first = bodyOf(await ask());
    const record = await readFile(file('cluster.json'), 'utf8');
    await writeFile(file('cluster.json'), record.replace('192.168.1.7', '192.168.1.8'));
    expect(bodyOf(await ask()).clusters[0]?.cluster.server).toBe('https://192.168.1.8:5443');
    const authority = ecAuthority();
    await writeFile(file('ca.key'), authority.privateKeyPem);
    await writeFile(file('ca.crt'), authority.certificatePem);
    const rotated = new X509Certificate(decode(bodyOf(await ask()).users[0]?.user['client-certificate-data']));
    expect(rotated.verify(new X509Certificate(authority.certificatePem).publicKey)).toBe(true);
    await writeFile(file('cluster.json'), '{');
    expect((await ask()).status).toBe(503);
    await writeFile(file('cluster.json'), record);
    expect(bodyOf(await ask()).clusters).not.toEqual(first.clusters);
    await warm.clusters.remove(clusterId);
    expect((await ask()).status).toBe(404);
  });
});
