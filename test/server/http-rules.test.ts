// Rules of HTTP below the API: Host, connections, many headers, requests sent in advance, and their log lines.
import { describe, expect, test } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { ClusterCertError } from '../../src/errors.js';
import { type Provider, startProvider } from '../support/provider.js';

const provider = await startProvider();
const token = await provider.addToken();
const clusterId = await provider.addCluster();
const route = provider.pathOf(clusterId);

/** What the server sends until it closes. */
function exchange({ url }: Pick<Provider, 'url'>, sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(sent, 'latin1'));
    socket.setEncoding('latin1').on('data', (part: string) => (answer += part));
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}

const get = (lines: string[], version = '1.1') =>
  [`GET ${route} HTTP/${version}`, `X-Auth-Token: ${token}`, 'Connection: close', ...lines, '', ''].join('\r\n');

/** The log lines about requests since then. */
async function loggedSince(count: number, { logged }: Pick<Provider, 'logged'> = provider) {
  await setTimeout(100);
  return logged.slice(count).filter(({ res }) => res !== undefined);
}

describe('Host', () => {
  test.each<[string, string[], string, number]>([
    ['one name', ['Host: cce.example'], '1.1', 200],
    ['a name and a port', ['host: cce.example:8443'], '1.1', 200],
    ['a port without digits', ['Host: cce.example:'], '1.1', 200],
    ['an IPv6 address', ['Host: [2001:db8::1]:443'], '1.1', 200],
    ['an encoded name', ['Host: caf%C3%A9_1'], '1.1', 200],
    ['none in HTTP/1.0', [], '1.0', 200],
    ['none', [], '1.1', 400],
    ['an empty one', ['Host: '], '1.1', 400],
    ['two', ['Host: cce.example', 'HOST: cce.example'], '1.1', 400],
    ['two in HTTP/1.0', ['Host: cce.example', 'Host: other.example'], '1.0', 400],
    ['a path', ['Host: a/b'], '1.1', 400],
    ['a user', ['Host: c@d'], '1.1', 400],
    ['a space', ['Host: a b'], '1.1', 400],
    ['a list', ['Host: a,b c'], '1.1', 400],
    ['a port that is none', ['Host: a:http'], '1.1', 400],
    ['half an address', ['Host: [::1'], '1.1', 400],
    ['brackets around no address', ['Host: [1:2]'], '1.1', 400],
    ['bytes beyond ASCII', ['Host: caf\u00e9'], '1.1', 400],
  ])('%s', async (_name, lines, version, status) => {
    const before = provider.logged.length;
    const [head = '', body = ''] = (await exchange(provider, get(lines, version))).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toMatch(/cache-control: no-store/i);
    expect(head).toMatch(/x-request-id: /i);
    if (status === 400) expect(JSON.parse(body)).toMatchObject({ code: 400, errorCode: 'CCE.01400001' });
    expect(await loggedSince(before)).toEqual([expect.objectContaining({ res: { statusCode: status } })]);
  });
});

test.each<[string, string[], string, number]>([
  ['HTTP/2.0 on a request line', ['Host: a'], '2.0', 400],
  ['a body in chunks', ['Host: a', 'Transfer-Encoding: Chunked'], '1.1', 200],
  ['a body in chunks that were packed', ['Host: a', 'Transfer-Encoding: gzip, chunked'], '1.1', 501],
  ['a Content-Type with an empty parameter', ['Host: a', 'Content-Type: application/json;'], '1.1', 200],
  ['one with several', ['Host: a', 'Content-Type: application/json; ;; charset=utf-8 ;'], '1.1', 200],
  ['one with another charset behind them', ['Host: a', 'Content-Type: application/json;;charset=latin1'], '1.1', 400],
])('%s', async (_name, lines, version, status) => {
  const body = lines.some((line) => line.startsWith('Transfer-Encoding')) ? '0\r\n\r\n' : '';
  expect(await exchange(provider, get(lines, version) + body)).toContain(`HTTP/1.1 ${status} `);
});

test('what the parser refuses has the usual words in its status line', async () => {
  expect(await exchange(provider, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
});

// What was reported of other servers: the request, and what it gets here.
test.each<[string, string, number]>([
  ['a sign that is half an escape', '/%', 404],
  ['half an escape within an ID', '/api/v3/projects/%/clusters', 400],
  ['bytes that are no UTF-8', '/users/%80', 404],
  ['a place on another server', '//evil.example/%2f..', 404],
  ['the same with a backslash', '/\\evil.example', 404],
  ['a way out of the documents', '/docs/%2e%2e/%2e%2e/etc/passwd', 404],
  ['the same with backslashes', '/docs/..%5c..%5cetc', 404],
  ['a parameter in the path', `${route};jsessionid=1`, 404],
  ['an empty ID', '/api/v3/projects/77b6a44cba5143ab91d13ab9a8ff44fd/clusters//clustercert', 404],
  ['a name of the prototype', `${route}?__proto__[x]=1`, 400],
])('%s in the path is refused as JSON, and leads nowhere', async (_what, target, status) => {
  const answer = await exchange(provider, get(['Host: a']).replace(route, target));
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).not.toMatch(/^location:/im);
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: status });
});

test.each<[string, string[], number]>([
  ['two lengths', ['Content-Length: 2', 'Content-Length: 3'], 400],
  ['a length and chunks', ['Content-Length: 2', 'Transfer-Encoding: chunked'], 400],
  ['a coding that ends in chunked', ['Transfer-Encoding: xchunked'], 400],
  ['chunks that are not the last coding', ['Transfer-Encoding: chunked, identity'], 400],
  ['a length with a sign', ['Content-Length: +2'], 400],
  ['a length beyond 64 bits', ['Content-Length: 99999999999999999999999'], 400],
  ['a name with a blank behind it', ['X-A : b'], 400],
  ['a line that goes on in the next one', ['X-A: b\r\n c'], 400],
  ['a line that ends in half a line end', ['X-A: b\rX-B: c'], 400],
  ['another method in a header', ['X-HTTP-Method-Override: DELETE'], 200],
  ['a token that a proxy should drop', ['Connection: X-Auth-Token'], 200],
  ['another protocol', ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'], 200],
  ['a part of the answer', ['Range: bytes=0-9'], 200],
  ['only what changed', ['If-None-Match: *'], 200],
])('a request with %s in its headers is read in one way', async (_what, lines, status) => {
  const answer = await exchange(provider, get(['Host: a', ...lines]));
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test.each([
  ['too long', 99_999_999, /^HTTP\/1.1 413 [^]*connection: close/i],
  ['short enough', 2, /^HTTP\/1.1 100 Continue/],
])('a client that asks whether it may send a body that is %s hears it before', async (_what, length, expected) => {
  const lines = [`POST ${route} HTTP/1.1`, 'Host: a', `X-Auth-Token: ${token}`, 'Content-Type: application/json'];
  const { port } = new URL(provider.url);
  const socket = connect(Number(port), '127.0.0.1', () =>
    socket.write([...lines, 'Expect: 100-continue', `Content-Length: ${length}`, '', ''].join('\r\n')),
  );
  const first = await new Promise<string>((resolve) => socket.once('data', (part) => resolve(part.toString())));
  socket.destroy();
  expect(first).toMatch(expected);
});

test('no header line is lost, however many there are', async () => {
  const filler = Array.from({ length: 3_000 }, () => 'a:b');
  const headers = ['Host: cce.example', ...filler, 'Content-Length: 15'];
  const sent = `POST ${route} HTTP/1.1\r\nContent-Type: application/json\r\nConnection: close\r\n${headers.join('\r\n')}\r\nX-Auth-Token: ${token}\r\n\r\n{"duration":30}`;
  expect(await exchange(provider, sent)).toContain('HTTP/1.1 200 ');
});

describe('the log', () => {
  test('has a line for what the parser refuses, and for CONNECT', async () => {
    const before = provider.logged.length;
    expect(await exchange(provider, 'nonsense\r\n\r\n')).toContain('HTTP/1.1 400 ');
    expect(await exchange(provider, `GET / HTTP/1.1\r\nA: ${'x'.repeat(40_000)}\r\n\r\n`)).toContain('HTTP/1.1 431 ');
    const answer = await exchange(provider, 'CONNECT cce.example:443 HTTP/1.1\r\nHost: cce.example\r\n\r\n');
    const lines = await loggedSince(before);
    expect(lines.map(({ res }) => (res as { statusCode: number }).statusCode)).toEqual([400, 431, 405]);
    expect(lines[2]).toMatchObject({ level: 'info', method: 'CONNECT', ip: '127.0.0.1' });
    expect(answer).toContain(`X-Request-Id: ${String(lines[2]?.['requestId'])}`);
  });

  test('says 499 of a request whose client gave up before the answer', async () => {
    const gone = new EventEmitter();
    // It looks up until the client is gone.
    const tokens = { findByToken: () => once(gone, 'close').then(() => undefined) };
    const slow = await startProvider({ app: { tokens } });
    const socket = connect(Number(new URL(slow.url).port), '127.0.0.1', () =>
      socket.write(`GET ${route} HTTP/1.1\r\nHost: a\r\nX-Auth-Token: nobody\r\n\r\n`),
    );
    await setTimeout(50);
    socket.destroy();
    await setTimeout(50);
    gone.emit('close');
    expect(await loggedSince(0, slow)).toEqual([
      expect.objectContaining({ res: { statusCode: 499 }, msg: 'request aborted' }),
    ]);
  });

  test('names the address and the trace, and cuts what is long', async () => {
    const before = provider.logged.length;
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await provider.get(clusterId, { 'X-Auth-Token': token, traceparent });
    await fetch(`${provider.url}/${'p'.repeat(20_000)}`, { headers: { traceparent: 'no trace' } });
    await setTimeout(100);
    const [audit, known, long] = provider.logged.slice(before);
    expect(audit).toMatchObject({ audit: 'getClusterCertByUID', traceparent, ip: '127.0.0.1' });
    expect(known).toMatchObject({ traceparent, ip: '127.0.0.1', level: 'info' });
    expect(JSON.stringify(long).length).toBeLessThan(1_000);
    expect(long).not.toHaveProperty('traceparent');
  });

  test('names the address that a proxy gives', async () => {
    const behind = await startProvider({ dataFolder: provider.dataFolder, app: { behindProxy: true } });
    const ask = (forwarded: string) =>
      fetch(behind.url + route, { headers: { 'X-Auth-Token': token, 'X-Forwarded-For': forwarded } });
    expect((await ask('198.51.100.1, 203.0.113.9')).status).toBe(200);
    await ask('203.0.113.9, [2001:db8::7]:4711');
    await setTimeout(100);
    // The audit line and the line of the request.
    const addresses = behind.logged.map(({ ip }) => ip);
    expect(addresses).toEqual(['203.0.113.9', '203.0.113.9', '2001:db8::7', '2001:db8::7']);
    expect(behind.logged.filter(({ audit }) => audit !== undefined)).toHaveLength(2);
    // Only a proxy is trusted.
    const direct = await startProvider({ dataFolder: provider.dataFolder });
    await fetch(direct.url + route, { headers: { 'X-Auth-Token': token, 'X-Forwarded-For': '203.0.113.9' } });
    await setTimeout(100);
    expect(direct.logged.map(({ ip }) => ip)).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});

test('requests sent in advance are answered one after the other, and hold a bounded memory', async () => {
  const one = `GET ${route} HTTP/1.1\r\nHost: a\r\nX-Auth-Token: nobody\r\nX-Long: ${'x'.repeat(29_000)}\r\n\r\n`;
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  const sockets = Array.from({ length: 40 }, () => {
    const socket = connect(Number(new URL(provider.url).port), '127.0.0.1', () => {
      // Sent at the pace of the other side, so that nothing is buffered in this process.
      let left = 100;
      const more = () => {
        while (left > 0 && !socket.destroyed) {
          left -= 1;
          if (!socket.write(one)) return void socket.once('drain', more);
        }
      };
      more();
    });
    let answers = 0;
    socket.setEncoding('latin1').on('data', (part: string) => (answers += part.split('HTTP/1.1 401').length - 1));
    socket.on('error', () => undefined);
    return { socket, answers: () => answers };
  });
  await setTimeout(1_500);
  const health = await fetch(`${provider.url}/healthz`);
  for (let waited = 0; waited < 400 && sockets.some(({ answers }) => answers() < 5); waited++) await setTimeout(250);
  clearInterval(watch);
  for (const { socket } of sockets) socket.destroy();
  expect(health.status).toBe(200);
  for (const { answers } of sockets) expect(answers()).toBeGreaterThanOrEqual(5);
  // Held back by count alone, 40 connections took 400 MB.
  expect(peak - before).toBeLessThan(200 * 1024 * 1024);
}, 120_000);

describe('/readyz', () => {
  const readiness = async ({ url }: Pick<Provider, 'url'>) => (await fetch(`${url}/readyz`)).status;

  test('is 503 until the provider was ready once, and 200 from then on', async () => {
    const answers = [new Error('not yet'), undefined, new Error('later')];
    const assertReady = () => {
      const failure = answers.shift();
      return failure ? Promise.reject(failure) : Promise.resolve();
    };
    const waking = await startProvider({ app: { assertReady } });
    expect([await readiness(waking), await readiness(waking), await readiness(waking)]).toEqual([503, 200, 200]);
  });

  test('is 503 again for data that the provider no longer fits, and 200 once it does', async () => {
    let failure: Error | undefined;
    const assertReady = () => (failure ? Promise.reject(failure) : Promise.resolve());
    const outdated = await startProvider({ app: { assertReady } });
    expect(await readiness(outdated)).toBe(200);
    failure = new ClusterCertError('data_unreadable', 'the tables were made by a newer program');
    // A check finds it for the next one.
    expect([await readiness(outdated), await readiness(outdated)]).toEqual([200, 503]);
    failure = undefined;
    expect([await readiness(outdated), await readiness(outdated)]).toEqual([503, 200]);
  });

  test('is 503 while the provider drains, and all else goes on', async () => {
    const draining = await startProvider({ dataFolder: provider.dataFolder });
    expect(await readiness(draining)).toBe(200);
    draining.app.drain();
    expect(await readiness(draining)).toBe(503);
    expect((await fetch(`${draining.url}/healthz`)).status).toBe(200);
    expect((await draining.get(clusterId, { 'X-Auth-Token': token })).status).toBe(200);
  });
});

test('an idle connection stays open as long as is asked for', async () => {
  const patient = await startProvider({ listening: { idleTimeoutMs: 4_000 } });
  const brief = await startProvider({ listening: { idleTimeoutMs: 100 } });
  const openAfter = async ({ url }: Pick<Provider, 'url'>, milliseconds: number) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.resume();
    await setTimeout(milliseconds);
    const isOpen = !socket.readableEnded && !socket.destroyed;
    socket.destroy();
    return isOpen;
  };
  // Node adds a second, so that the client ends first.
  expect(await Promise.all([openAfter(patient, 3_000), openAfter(brief, 3_000)])).toEqual([true, false]);
});
