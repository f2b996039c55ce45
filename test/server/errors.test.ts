import { describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { components } from '../../generated/types.js';
import { ClusterCertError } from '../../src/errors.js';
import { projectId, otherProjectId, startProvider } from '../support/provider.js';

type ErrorStatus = components['schemas']['ErrorStatus'];

const provider = await startProvider();
const clusterId = await provider.addCluster();
const token = await provider.addToken();
const route = provider.pathOf(clusterId);
const unknownCluster = '00000000-0000-4000-8000-000000000000';

interface Call {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

async function call({ path: target = route, method = 'GET', headers = {}, body }: Call) {
  const response = await fetch(provider.url + target, {
    method,
    headers: { 'X-Auth-Token': token, ...headers },
    ...(body !== undefined && { body }),
  });
  return { response, text: await response.text() };
}

/** The body is complete and merged, and its parts agree. */
function expectError(text: string, status: number, errorCode: string): ErrorStatus {
  const body = JSON.parse(text) as ErrorStatus;
  expect(body).toMatchObject({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    code: status,
    errorCode,
  });
  expect(body.error_msg).toBe(body.message);
  for (const field of ['reason', 'message', 'errorMessage', 'error_code'] as const)
    expect(body[field]).toMatch(/^[^\n<]+$/);
  return body;
}

describe('the merged error answers', () => {
  test.each<[string, Call, number, string]>([
    ['no token', { headers: { 'X-Auth-Token': '' } }, 401, 'CCE.01401001'],
    ['an unknown token', { headers: { 'X-Auth-Token': 'nobody' } }, 401, 'CCE.01401001'],
    ['a token of the maximum length', { headers: { 'X-Auth-Token': 'x'.repeat(16_384) } }, 401, 'CCE.01401001'],
    ['a token beyond the maximum length', { headers: { 'X-Auth-Token': 'x'.repeat(16_385) } }, 401, 'CCE.01401001'],
    [
      'a signature',
      { headers: { 'X-Auth-Token': '', Authorization: 'SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=00' } },
      401,
      'CCE.01401001',
    ],
    ['a foreign project', { path: provider.pathOf(clusterId, otherProjectId) }, 403, 'CCE.01403001'],
    ['an unknown cluster', { path: provider.pathOf(unknownCluster) }, 404, 'CCE.01404001'],
    ['an unknown path', { path: '/api/v3/nothing' }, 404, 'CCE.01404001'],
    ['POST to an unknown path', { path: '/nothing', method: 'POST', body: '{}' }, 404, 'CCE.01404001'],
    ['a trailing slash', { path: `${route}/` }, 404, 'CCE.01404001'],
    ['another letter case', { path: route.replace('api', 'API') }, 404, 'CCE.01404001'],
    ['an encoded slash in an ID', { path: provider.pathOf(`..%2F${clusterId}`) }, 400, 'CCE.01400001'],
    ['a malformed project ID', { path: provider.pathOf(clusterId, projectId.toUpperCase()) }, 400, 'CCE.01400001'],
    ['a malformed cluster ID', { path: provider.pathOf('demo') }, 400, 'CCE.01400001'],
    ['a cluster ID with a line break behind it', { path: provider.pathOf(`${clusterId}%0A`) }, 400, 'CCE.01400001'],
    ['a malformed percent-encoding', { path: provider.pathOf('%E0%A4%A') }, 400, 'CCE.01400001'],
    ['an unknown query parameter', { path: `${route}?duration=1` }, 400, 'CCE.01400001'],
    ['an undocumented Content-Type', { headers: { 'Content-Type': 'text/plain' } }, 400, 'CCE.01400006'],
    [
      'an undocumented charset',
      { headers: { 'Content-Type': 'application/json; charset=latin1' } },
      400,
      'CCE.01400006',
    ],
    ['an unreadable Content-Type', { headers: { 'Content-Type': 'json' } }, 400, 'CCE.01400006'],
    ['an Accept that excludes JSON', { headers: { Accept: 'text/html' } }, 406, 'CCE.01400001'],
    ['PUT', { method: 'PUT', body: '{}' }, 405, 'CCE.01400001'],
    ['DELETE', { method: 'DELETE' }, 405, 'CCE.01400001'],
    ['OPTIONS', { method: 'OPTIONS' }, 405, 'CCE.01400001'],
    ['a large body', { method: 'POST', body: 'x'.repeat(100_000) }, 413, 'CCE.01400001'],
    [
      'an unknown content encoding',
      { method: 'POST', body: 'x', headers: { 'Content-Encoding': 'x' } },
      400,
      'CCE.01400006',
    ],
    ['headers beyond the limit', { headers: { 'X-Long': 'x'.repeat(40_000) } }, 431, 'CCE.01400001'],
  ])('%s', async (_name, what, status, errorCode) => {
    const { response, text } = await call(what);
    expect(response.status).toBe(status);
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(response.headers.get('X-Request-Id')).toMatch(/./);
    expect(response.headers.get('X-Powered-By')).toBeNull();
    expectError(text, status, errorCode);
  });

  test.each([
    ['401', { headers: { 'X-Auth-Token': 'nobody' } }, 'WWW-Authenticate', /^X-Auth-Token /],
    ['405', { method: 'PUT' }, 'Allow', /^(GET, POST|POST, GET)$/],
  ])('%s with the header that belongs to it', async (_status, what, header, value) => {
    expect((await call(what)).response.headers.get(header)).toMatch(value);
  });

  test('an expired token with the words of an unknown one', async () => {
    const expired = await provider.addToken({ lifetimeSeconds: -1 });
    const [one, other] = await Promise.all(
      [expired, 'nobody'].map((value) => call({ headers: { 'X-Auth-Token': value } })),
    );
    expect(one?.response.status).toBe(401);
    expect(one?.text).toBe(other?.text);
  });

  test('a revoked token at once', async () => {
    const doomed = await provider.addToken();
    expect((await provider.get(clusterId, { 'X-Auth-Token': doomed })).status).toBe(200);
    const { id } = (await provider.tokens.list()).at(-1) ?? { id: '' };
    expect(await provider.tokens.revoke(id)).toBe(true);
    expect((await provider.get(clusterId, { 'X-Auth-Token': doomed })).status).toBe(401);
  });

  test('what names the parameter that is malformed', async () => {
    const { text } = await call({ path: provider.pathOf('demo') });
    expect(expectError(text, 400, 'CCE.01400001').message).toMatch(/^cluster_id must match pattern "/);
  });

  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a path with a blank in it', `GET /a b HTTP/1.1\r\nHost: x\r\n\r\n`, 400],
    ['CONNECT', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ])('%s, on the bare connection', async (_name, sent, status) => {
    const answer = await exchange(sent);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expectError(answer.split('\r\n\r\n')[1] ?? '', status, 'CCE.01400001');
  });

  test('a whole URL, as to a proxy, is taken for its path', async () => {
    const head = `Host: x\r\nX-Auth-Token: ${token}\r\nConnection: close\r\n\r\n`;
    expect(await exchange(`GET http://x${route} HTTP/1.1\r\n${head}`)).toMatch(/^HTTP\/1.1 200 /);
  });

  test('a condition for caches changes nothing', async () => {
    expect((await call({ headers: { 'If-None-Match': '*' } })).response.status).toBe(200);
  });

  test('an expectation that nobody knows is ignored', async () => {
    expect(await exchange(`GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 200 /,
    );
  });
});

describe('what is accepted', () => {
  test.each([
    ['no Content-Type', {}],
    ['application/json', { 'Content-Type': 'application/json' }],
    ['application/json with its charset', { 'Content-Type': 'application/json;charset=utf-8' }],
    ['another spelling of it', { 'Content-Type': 'Application/JSON ; charset="UTF-8"' }],
    ['an Accept of JSON among others', { Accept: 'text/html, application/json;q=0.5' }],
    ['any Accept', { Accept: '*/*' }],
  ])('%s', async (_name, headers) => {
    expect((await call({ headers })).response.status).toBe(200);
  });

  test('in strict mode a Content-Type must be there', async () => {
    const strict = await startProvider({ dataFolder: provider.dataFolder, app: { strict: true } });
    const missing = await strict.get(clusterId, { 'X-Auth-Token': token });
    expect(missing.status).toBe(400);
    expect(expectError(await missing.text(), 400, 'CCE.01400006').message).toMatch(/Content-Type is missing/);
    expect((await strict.get(clusterId, { 'X-Auth-Token': token, 'Content-Type': 'application/json' })).status).toBe(
      200,
    );
  });
});

describe('when the provider itself fails', () => {
  const secret = 'inner detail';

  test.each([
    ['a handler throws', () => Promise.reject(new Error(secret))],
    [
      'a handler answers what the contract does not allow',
      () => Promise.resolve({ status: 200, body: { kind: secret } }),
    ],
    [
      'a handler answers with a status that the contract does not know',
      () => Promise.resolve({ status: 418, body: { kind: secret } }),
    ],
  ])('and %s, the answer is 500 without detail, and the log has it', async (_name, handler) => {
    const broken = await startProvider({
      dataFolder: provider.dataFolder,
      app: { handlers: { ...provider.handlers, getClusterCert: handler as never } },
    });
    const response = await broken.get(clusterId, { 'X-Auth-Token': token, 'X-Request-Id': 'find-me' });
    const text = await response.text();
    expect(response.status).toBe(500);
    expectError(text, 500, 'CCE.01500001');
    expect(text).not.toContain(secret);
    expect(broken.logged).toContainEqual(
      expect.objectContaining({
        level: 'error',
        requestId: 'find-me',
        cause: expect.objectContaining({ message: expect.any(String) }),
      }),
    );
  });

  test('and a token cannot be looked up, nobody is let in', async () => {
    const tokens = { findByToken: () => Promise.reject(new Error(secret)) };
    const broken = await startProvider({ dataFolder: provider.dataFolder, app: { tokens } });
    const response = await broken.get(clusterId, { 'X-Auth-Token': token });
    const text = await response.text();
    expect(response.status).toBe(503);
    expect(text).not.toContain(secret);
  });

  test('and the folder of one cluster is damaged for long, that cluster gets 500 and the others go on', async () => {
    const now = () => new Date(Date.now() + 60_000);
    const later = await startProvider({ dataFolder: provider.dataFolder, now });
    const damaged = await later.addCluster();
    writeFileSync(path.join(provider.dataFolder, 'clusters', damaged, 'cluster.json'), '{');
    expect((await later.get(damaged, { 'X-Auth-Token': token })).status).toBe(500);
    expect((await later.get(clusterId, { 'X-Auth-Token': token })).status).toBe(200);
    expect(JSON.stringify(later.logged)).toContain(`cluster '${damaged}' cannot be read`);
  });
});

test('a handler that does not offer an operation says so, and is no crash', async () => {
  const getClusterCert = () =>
    Promise.reject(new ClusterCertError('not_implemented', 'certificates are not made here'));
  const { handlers } = await startProvider();
  const own = await startProvider({
    dataFolder: provider.dataFolder,
    app: { handlers: { ...handlers, getClusterCert } },
  });
  const response = await own.get(clusterId, { 'X-Auth-Token': token });
  expect(response.status).toBe(501);
  expect(expectError(await response.text(), 501, 'CCE.01500001').message).toBe('certificates are not made here');
  await setTimeout(100);
  expect(own.logged).toEqual([expect.objectContaining({ level: 'info', res: { statusCode: 501 } })]);
});

test('a request ID is taken over where it is usable, and made where it is not', async () => {
  for (const [given, expected] of [
    ['abc-1.2_3', /^abc-1\.2_3$/],
    ['<script>', /^[0-9a-f-]{36}$/],
    ['x'.repeat(200), /^[0-9a-f-]{36}$/],
  ] as const) {
    expect((await call({ headers: { 'X-Request-Id': given } })).response.headers.get('X-Request-Id')).toMatch(expected);
  }
});

test('no header or query of a request reaches the log', async () => {
  const before = provider.logged.length;
  await call({ path: `${route}?token=${token}`, headers: { Authorization: `Bearer ${token}`, Cookie: token } });
  await call({ headers: { 'X-Auth-Token': `${token}x` } });
  expect(provider.logged.length).toBeGreaterThan(before);
  expect(JSON.stringify(provider.logged)).not.toContain(token);
});

/** The server's response to bytes, until it closes. */
function exchange(sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(provider.url).port), '127.0.0.1', () => socket.write(sent));
    socket
      .setEncoding('utf8')
      .on('data', (part: string) => (answer += part))
      .on('close', () => resolve(answer))
      .on('error', reject);
  });
}
