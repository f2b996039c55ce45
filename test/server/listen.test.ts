import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { listen } from '../../src/server/listen.js';
import { startProvider } from '../support/provider.js';

test('draining waits for open requests and closes their connections', async () => {
  let open: ServerResponse | undefined;
  const { url, drain } = await listen((_request, response) => (open = response), { host: '127.0.0.1', port: 0 });
  const answer = fetch(url);
  while (!open) await new Promise((resolve) => setTimeout(resolve, 5));
  let drained = false;
  const draining = drain({ deadlineMs: 60_000 }).then(() => (drained = true));
  // Clients that had connected before are still accepted.
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  await expect(fetch(url)).rejects.toThrow();
  expect(drained).toBe(false);
  open.end('done');
  expect(await (await answer).text()).toBe('done');
  await draining;
});

test('draining cuts off what is open at the deadline', async () => {
  const { url, drain } = await listen(() => undefined, { host: '127.0.0.1', port: 0 });
  const answer = fetch(url);
  answer.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await drain({ deadlineMs: 50 });
  await expect(answer).rejects.toThrow();
});

test('draining does not wait for clients that never close', async () => {
  const { url, drain } = await listen((_request, response) => response.end(), { host: '127.0.0.1', port: 0 });
  const sockets = ['CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', ''].map((sent) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined).write(sent);
    return socket;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await drain({ deadlineMs: 100 });
  for (const socket of sockets) socket.destroy();
});

/** Serves one request of a connection, and further ones on demand; counts served requests. */
async function startHolding() {
  const held: ServerResponse[] = [];
  const { url, drain } = await listen((_request, response) => void held.push(response), { host: '127.0.0.1', port: 0 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  const send = (count: number) => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(count));
  return { held, drain, socket, send };
}

const untilTrue = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

// Found: the second was served on a closed connection, and kept for ever with all later ones.
test('whoever sends requests in advance and goes away is not served the others', async () => {
  const { held, drain, socket, send } = await startHolding();
  send(3);
  await untilTrue(() => held.length === 1);
  const closed = once(held[0] as ServerResponse, 'close');
  socket.destroy();
  await closed;
  await setImmediate();
  expect(held).toHaveLength(1);
  await drain({ deadlineMs: 0 });
});

// Found: one connection could send requests in advance until memory ran out.
test('whoever sends more requests in advance than anyone needs is cut off', async () => {
  const { held, drain, socket, send } = await startHolding();
  send(200);
  await untilTrue(() => held.length === 1);
  expect(socket.destroyed).toBe(false);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  send(100_000);
  await closed;
  expect(held).toHaveLength(1);
  await drain({ deadlineMs: 0 });
});

test.each([
  ['127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
  ['::1', /^http:\/\/\[::1\]:\d+$/],
])('the address %s is told with its real port', async (host, expected) => {
  const { url, drain } = await listen((_request, response) => response.end(), { host, port: 0 });
  expect(url).toMatch(expected);
  expect((await fetch(url)).status).toBe(200);
  await drain({ deadlineMs: 0 });
});

test('/healthz and /readyz need no token; a provider that cannot look up clusters is not ready', async () => {
  const { url } = await startProvider();
  for (const path of ['/healthz', '/readyz']) expect(await (await fetch(url + path)).json()).toEqual({ status: 'ok' });
  const broken = await startProvider({ app: { assertReady: () => Promise.reject(new Error('inner detail')) } });
  const response = await fetch(`${broken.url}/readyz`);
  expect(response.status).toBe(503);
  expect(response.headers.get('Retry-After')).toMatch(/^\d+$/);
  expect(await response.text()).not.toContain('inner detail');
  expect((await fetch(`${broken.url}/healthz`)).status).toBe(200);
});
