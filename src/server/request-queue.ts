// Takes the requests of a connection one after the other. A client may send thousands before it reads an answer, and answers
// go out in their order anyway; served at once, they would take files and memory without bound.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

// Of one connection, behind the request that is being answered.
const mostWaiting = 250;
// From here on nothing more is read of the connection until some are answered; what was read already is some 64 KB.
const pausedAtBytes = 64 * 1024;
// Only bodies can lead beyond that, because reading one reads on.
const mostBytes = 1024 * 1024;

/** The last request of a connection that came, and what has to wait. */
interface Queue {
  last: ServerResponse;
  waiting: number;
  bytes: number;
}

const queues = new WeakMap<Socket, Queue>();

/** Calls `serve` when all earlier requests of the connection are answered. Closes connections that send too far ahead. */
export function inTurn(request: IncomingMessage, response: ServerResponse, serve: () => void): void {
  const { socket } = request;
  const queue = queues.get(socket);
  if (!queue || queue.last.closed) {
    queues.set(socket, { last: response, waiting: 0, bytes: 0 });
    serve();
    return;
  }
  const previous = queue.last;
  const bytes = sizeOf(request);
  queue.last = response;
  queue.waiting += 1;
  queue.bytes += bytes;
  if (queue.waiting > mostWaiting || queue.bytes > mostBytes) {
    socket.destroy();
    return;
  }
  if (queue.bytes > pausedAtBytes) pauseSoon(socket, queue);
  previous.once('close', () => {
    queue.waiting -= 1;
    queue.bytes -= bytes;
    // Nobody waits for the answer any more, and one that was never sent would not be told that the connection is gone.
    if (socket.destroyed) return;
    if (queue.bytes <= pausedAtBytes && socket.isPaused()) socket.resume();
    serve();
  });
}

/** Node reads on when a request has come whole, in the turn after this one; only after that is a pause one. */
function pauseSoon(socket: Socket, queue: Queue): void {
  process.nextTick(() =>
    process.nextTick(() => {
      if (queue.bytes > pausedAtBytes && !socket.destroyed) socket.pause();
    }),
  );
}

function sizeOf({ url = '', rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, url.length);
}
