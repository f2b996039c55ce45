// The waiting bytes of all connections together are bounded, and subtracted again however a connection ends.
import { afterAll, expect, test } from '@jest/globals';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { RequestQueues } from '../../src/server/request-queue.js';

const most = 64 * 1024;
const queues = new RequestQueues({ mostBytesTogether: most });
const held: ServerResponse[] = [];
const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  queues.inTurn(request, response, () => held.push(response));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const one = `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(7_000)}\r\n\r\n`;

/** A connection on which one request is being answered and one waits. */
async function ahead(): Promise<Socket> {
  const before = held.length;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(one + one));
  socket.resume().on('error', () => undefined);
  await until(() => held.length > before);
  return socket;
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await setTimeout(10);
}

test('a connection that sends in advance when there is no room is closed; others go on', async () => {
  const first: Socket[] = [];
  while (queues.bytesTogether < most - 7_100) first.push(await ahead());
  const late = await ahead();
  await until(() => late.closed);
  expect(first.some(({ closed }) => closed)).toBe(false);
  expect(queues.bytesTogether).toBeLessThanOrEqual(most);

  // Answered and aborted requests make room.
  const [gone, ...others] = first;
  gone?.destroy();
  for (let answered = 0; answered < held.length; answered++) held[answered]?.end('{}');
  await until(() => queues.bytesTogether === 0);
  expect(others.some(({ closed }) => closed)).toBe(false);
  const again = await ahead();
  for (let answered = 0; answered < held.length; answered++) held[answered]?.end('{}');
  await until(() => queues.bytesTogether === 0);
  expect(again.closed).toBe(false);
  for (const socket of [...others, again]) socket.destroy();
});
