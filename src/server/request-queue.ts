// Serves the requests of a connection one after the other. A client may send thousands before it reads a response, and
// responses must be in their order anyway; served at once, they would take files and memory without bound.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

// The waiting requests of one connection, without the one being served.
const mostWaiting = 250;
// Beyond this, the connection is not read until some are answered; some 64 KB were read already.
const pausedAtBytes = 64 * 1024;
// Only bodies can lead beyond that, because reading a body continues reading the connection.
const mostBytes = 1024 * 1024;

/** The last request of a connection, and its waiting ones. */
interface Queue {
  last: ServerResponse;
  waiting: number;
  bytes: number;
}

export interface RequestQueueOptions {
  /**
   * The limit of all connections together. Beyond half of it, connections with waiting requests are not read; at the
   * limit, the next one that sends in advance is closed (default: 64 MiB, which 1,000 connections reach).
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

  /** Bytes of all waiting requests. */
  get bytesTogether(): number {
    return this.#bytesTogether;
  }

  /**
   * Calls `serve` once all earlier requests of the connection are answered. Closes connections with too many waiting
   * requests.
   */
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
      // Nobody waits for the response any more, and a response that was never started would not notice the closed
      // connection.
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

  /** Node resumes reading in the turn after a complete request; a pause takes effect only after that. */
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
