import { expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { MemoryStore } from 'express-rate-limit';
import type { LimitStore } from '../../src/server/index.js';
import { startProvider } from '../support/provider.js';

type Answer = { status: number; retryAfter: string | null; body: Record<string, unknown> };

async function sendAll(url: string, count: number, headers: Record<string, string>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let sent = 0; sent < count; sent++) {
    const response = await fetch(url, { headers });
    const body = (await response.json()) as Record<string, unknown>;
    answers.push({ status: response.status, retryAfter: response.headers.get('Retry-After'), body });
  }
  return answers;
}

const statuses = (answers: Answer[]) => answers.map(({ status }) => status);

// Takes ten seconds, in which the other tests run.
const { url: halfHeard } = await startProvider();
const answerToHalf = new Promise<string>((resolve, reject) => {
  let received = '';
  const socket = connect(Number(new URL(halfHeard).port), '127.0.0.1', () =>
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n'),
  );
  socket.setEncoding('utf8').on('data', (part: string) => (received += part));
  socket.on('close', () => resolve(received)).on('error', reject);
});

test('a caller who sends too many requests is told when to come back; others are not held up', async () => {
  const provider = await startProvider({ app: { limits: { perAddress: 0, perCaller: 3 } } });
  const url = provider.url + provider.pathOf(await provider.addCluster());
  const [token, same, other] = [
    await provider.addToken(),
    await provider.addToken(),
    await provider.addToken({ userId: 'ffffffffffffffffffffffffffffffff' }),
  ];
  expect(statuses(await sendAll(url, 3, { 'X-Auth-Token': token }))).toEqual([200, 200, 200]);
  const [refused] = await sendAll(url, 1, { 'X-Auth-Token': same });
  expect(refused).toMatchObject({
    status: 429,
    body: { code: 429, reason: 'TooManyRequests', errorCode: 'CCE.01429002' },
  });
  expect(Number(refused?.retryAfter)).toBeGreaterThan(0);
  expect(Number(refused?.retryAfter)).toBeLessThanOrEqual(60);
  expect(statuses(await sendAll(url, 1, { 'X-Auth-Token': other }))).toEqual([200]);
});

test('an address is limited whoever it claims to be, but its health checks are answered', async () => {
  const provider = await startProvider({ app: { limits: { perAddress: 2, perCaller: 0 } } });
  const url = provider.url + provider.pathOf('1df09f9a-5b9e-11ef-8f52-0255ac10003e');
  expect(statuses(await sendAll(url, 3, { 'X-Auth-Token': 'guess', 'X-Forwarded-For': '198.51.100.1' }))).toEqual([
    401, 401, 429,
  ]);
  expect((await fetch(`${provider.url}/healthz`)).status).toBe(200);
});

test('behind a proxy, the address is the one that the proxy names', async () => {
  const provider = await startProvider({ app: { limits: { perAddress: 1, perCaller: 0 }, behindProxy: true } });
  const from = (address: string) => ({ 'X-Auth-Token': 'guess', 'X-Forwarded-For': address });
  const url = provider.url + provider.pathOf('1df09f9a-5b9e-11ef-8f52-0255ac10003e');
  expect(statuses(await sendAll(url, 2, from('198.51.100.1')))).toEqual([401, 429]);
  expect(statuses(await sendAll(url, 1, from('198.51.100.2')))).toEqual([401]);
  // Some proxies name the port too; what is no address is the proxy's own affair.
  const forms = [
    ['198.51.100.3:1000', '198.51.100.3:1001', '198.51.100.9, 198.51.100.3'],
    ['2001:db8::1', '[2001:db8::1]', '[2001:db8::1]:1000'],
    ['unknown', 'hidden:1000', ''],
  ];
  for (const same of forms) {
    const answers = [];
    for (const form of same) answers.push(...(await sendAll(url, 1, from(form))));
    expect(statuses(answers)).toEqual([401, 429, 429]);
  }
});

test('replicas that share a store of express-rate-limit count together', async () => {
  const store: LimitStore = new MemoryStore();
  const limits = { perAddress: 100, perCaller: 3, store };
  const one = await startProvider({ app: { limits } });
  const other = await startProvider({ dataFolder: one.dataFolder, app: { limits } });
  const path = one.pathOf(await one.addCluster());
  const headers = { 'X-Auth-Token': await one.addToken() };
  expect(statuses(await sendAll(one.url + path, 2, headers))).toEqual([200, 200]);
  const [allowed, refused] = await sendAll(other.url + path, 2, headers);
  expect([allowed?.status, refused?.status]).toEqual([200, 429]);
  expect(Number(refused?.retryAfter)).toBeGreaterThan(0);
  expect(Number(refused?.retryAfter)).toBeLessThanOrEqual(60);
});

test.each<[string, LimitStore]>([
  ['fails', { increment: () => Promise.reject(new Error('connect ECONNREFUSED')) }],
  [
    'throws',
    {
      increment: () => {
        throw new TypeError('not connected');
      },
    },
  ],
  ['never answers', { increment: () => new Promise(() => undefined) }],
])('while the store of limits %s, the provider counts by itself', async (_how, store) => {
  const provider = await startProvider({ app: { limits: { perAddress: 0, perCaller: 2, store } } });
  const url = provider.url + provider.pathOf(await provider.addCluster());
  const headers = { 'X-Auth-Token': await provider.addToken() };
  expect(statuses(await sendAll(url, 3, headers))).toEqual([200, 200, 429]);
});

test('a client that does not get its request across in time is answered 408 and cut off', async () => {
  expect(await answerToHalf).toMatch(/^HTTP\/1\.1 408 [^]*"reason":"Timeout"/);
});
