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

export interface RequestQueueOptions {
  /**
   * Of all connections together: beyond half of it no connection with a waiting request is read any further, and at all of
   * it the next one that sends in advance is closed (default: 64 MiB, which 1,000 connections reach).
   */
  mostBytesTogether?: number;
}

export class RequestQueues {
  readonly #queues = new WeakMap<Socket, Queue>();
  readonly #mostBytesTogether: number;
  #bytesTogether = 0;

  constructor({ mostBytesTogether = 64 * 1024 * 1024 }: RequestQueueOptions = {}) {
    this.#mostBytesTogether = mostBytesTogether;
  }

  /** Bytes of all requests that wait. */
  get bytesTogether(): number {
    return this.#bytesTogether;
  }

  /** Calls `serve` when all earlier requests of the connection are answered. Closes connections that send too far ahead. */
  inTurn(request: IncomingMessage, response: ServerResponse, serve: () => void): void {
    const { socket } = request;
    const queue = this.#queues.get(socket);
    if (!queue || queue.last.closed) {
      if (queue) queue.last = response;
      else this.#open(socket, response);
      serve();
      return;
    }
    const previous = queue.last;
    const bytes = sizeOf(request);
    queue.last = response;
    queue.waiting += 1;
    this.#add(queue, bytes);
    if (queue.waiting > mostWaiting || queue.bytes > mostBytes || this.#bytesTogether > this.#mostBytesTogether) {
      socket.destroy();
      return;
    }
    if (this.#isFull(queue)) this.#pauseSoon(socket, queue);
    previous.once('close', () => {
      // Nobody waits for the answer any more, and one that was never sent would not be told that the connection is gone.
      if (socket.destroyed) return;
      queue.waiting -= 1;
      this.#add(queue, -bytes);
      if (!this.#isFull(queue) && socket.isPaused()) socket.resume();
      serve();
    });
  }

  #open(socket: Socket, response: ServerResponse): void {
    const queue: Queue = { last: response, waiting: 0, bytes: 0 };
    this.#queues.set(socket, queue);
    socket.once('close', () => this.#add(queue, -queue.bytes));
  }

  #add(queue: Queue, bytes: number): void {
    queue.bytes += bytes;
    this.#bytesTogether += bytes;
  }

  #isFull({ bytes }: Queue): boolean {
    return bytes > pausedAtBytes || (bytes > 0 && this.#bytesTogether > this.#mostBytesTogether / 2);
  }

  /** Node reads on when a request has come whole, in the turn after this one; only after that is a pause one. */
  #pauseSoon(socket: Socket, queue: Queue): void {
    process.nextTick(() =>
      process.nextTick(() => {
        if (this.#isFull(queue) && !socket.destroyed) socket.pause();
      }),
    );
  }
}

function sizeOf({ url = '', rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, url.length);
}
