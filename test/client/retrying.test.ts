import { expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClusterCert, getClusterCert } from '../../generated/client.js';
import { createClient } from '../../src/client/create-client.js';
import { type RetryOptions, retrying } from '../../src/client/retrying.js';
import { projectId } from '../support/provider.js';

const path = { project_id: projectId, cluster_id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' };
const now = new Date('2030-01-01T00:00:00Z');

type Outcome = Response | Error;

const answer =
  (status: number, headers: Record<string, string> = {}) =>
  () =>
    new Response('{"kind":"Config"}', { status, headers });
const broken = () => new TypeError('fetch failed');

/** A client whose calls get these outcomes one after the other. */
function clientThatMeets(outcomes: (() => Outcome)[], options: RetryOptions = {}) {
  const delays: number[] = [];
  let sent = 0;
  const fetch = retrying({
    random: () => 0.5,
    now: () => now,
    wait: (delayMs) => {
      delays.push(delayMs);
      return Promise.resolve();
    },
    fetch: () => {
      const outcome = outcomes[Math.min(sent, outcomes.length - 1)]?.();
      sent += 1;
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome ?? new Response());
    },
    ...options,
  });
  const client = createClient({ endpoint: 'https://cce.example', token: 'secret', fetch });
  return { client, delays, sent: () => sent };
}

test.each([429, 502, 503, 504])('a call that met %i is sent again, later each time', async (status) => {
  const { client, delays } = clientThatMeets([answer(status), answer(status), answer(200)]);
  const { data } = await getClusterCert(client, { params: { path } });
  expect(data).toEqual({ kind: 'Config' });
  expect(delays).toEqual([250, 500]);
});

test('a network error is tried again, and the last one is the outcome', async () => {
  const recovering = clientThatMeets([broken, answer(200)]);
  expect((await getClusterCert(recovering.client, { params: { path } })).data).toBeDefined();
  const { client, sent } = clientThatMeets([broken]);
  await expect(getClusterCert(client, { params: { path } })).rejects.toThrow('fetch failed');
  expect(sent()).toBe(4);
});

test('an answer that breaks off is tried again like any other', async () => {
  const breaking = () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error('broken off')) });
    return new Response(body, { status: 503 });
  };
  const { client, sent } = clientThatMeets([breaking, answer(200)]);
  expect((await getClusterCert(client, { params: { path } })).data).toEqual({ kind: 'Config' });
  expect(sent()).toBe(2);
});

test('the last answer is the outcome', async () => {
  const { client, sent } = clientThatMeets([answer(503)], { attempts: 2 });
  expect((await getClusterCert(client, { params: { path } })).response.status).toBe(503);
  expect(sent()).toBe(2);
});

test.each([400, 401, 403, 404, 500])('%i is not tried again', async (status) => {
  const { client, sent } = clientThatMeets([answer(status)]);
  expect((await getClusterCert(client, { params: { path } })).response.status).toBe(status);
  expect(sent()).toBe(1);
});

test('a POST is not tried again', async () => {
  const { client, sent } = clientThatMeets([answer(503)]);
  await createClusterCert(client, { params: { path }, body: { duration: 30 } });
  expect(sent()).toBe(1);
});

test.each([
  ['7', 7250],
  ['Tue, 01 Jan 2030 00:00:09 GMT', 9250],
  ['Mon, 31 Dec 2029 00:00:00 GMT', 250],
  ['soon', 250],
  ['-5', 250],
])('Retry-After: %s is waited for', async (value, delayMs) => {
  const { client, delays } = clientThatMeets([answer(429, { 'Retry-After': value }), answer(200)]);
  await getClusterCert(client, { params: { path } });
  expect(delays).toEqual([delayMs]);
});

test('a Retry-After beyond the longest wait is left to the caller', async () => {
  const { client, delays } = clientThatMeets([answer(429, { 'Retry-After': '3600' })]);
  const { response } = await getClusterCert(client, { params: { path } });
  expect(response.headers.get('Retry-After')).toBe('3600');
  expect(delays).toEqual([]);
});

test('an abort ends the wait at once, with its reason', async () => {
  const controller = new AbortController();
  const fetch = retrying({
    fetch: () => {
      setTimeout(() => {
        controller.abort(new Error('no longer wanted'));
      }, 10);
      return Promise.resolve(new Response('', { status: 503, headers: { 'Retry-After': '20' } }));
    },
  });
  const client = createClient({ endpoint: 'https://cce.example', token: 'secret', fetch });
  const call = getClusterCert(client, { params: { path }, signal: controller.signal });
  await expect(call).rejects.toThrow('no longer wanted');
});

test('an attempt that hangs is given up, and the next one may do better', async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    if (requests > 1) response.end('{"kind":"Config"}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createClient({ endpoint, token: 'secret', fetch: retrying({ timeoutMs: 300 }) });
  expect((await getClusterCert(client, { params: { path } })).data).toEqual({ kind: 'Config' });
  server.closeAllConnections();
  server.close();
});
