// Makes an application listen and end in order: limits of the HTTP server, errors that no application sees, draining.
import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { ClusterCertError, type ErrorCode } from '../errors.js';
import { toErrorResponse } from './error-response.js';

export interface ListenOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Certificate and private key in PEM. */
  tls?: { cert: string; key: string } | undefined;
}

export interface Listening {
  /** With the real port and, for IPv6, brackets. */
  readonly url: string;
  /** Takes no new connections, lets open requests end, and cuts off what is left after the deadline. */
  readonly drain: (options: { deadlineMs: number }) => Promise<void>;
}

const inactivityMs = 60_000;
// Longer than a request that was sent before the client could know takes to arrive.
const idleGraceMs = 1_000;
// There may be no end of new clients.
const acceptMs = 2_000;
// Of one connection, behind the request that is being answered; each takes a few kilobytes.
const mostWaiting = 250;

const limits: ServerOptions = {
  // A token may have 16384 characters, which is all that Node allows for the headers together by default.
  maxHeaderSize: 32 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // How often Node looks for requests that are late.
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
};

/** Resolves once requests are answered. Rejects when the address cannot be had or the TLS files make no sense. */
export async function listen(app: RequestListener, { host, port, tls }: ListenOptions): Promise<Listening> {
  const server: Server = tls
    ? createHttpsServer({ ...limits, ...tls, handshakeTimeout: 10_000 })
    : createHttpServer(limits);
  let draining = false;
  const open = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // A client that takes no answer, or says nothing, holds a connection no longer than this.
  server.setTimeout(inactivityMs);
  server.on('request', (request, response: ServerResponse) => {
    inTurn(request.socket, response, () => {
      if (draining) response.setHeader('Connection', 'close');
      open.add(response);
      response.on('close', () => open.delete(response));
      request.url = withoutOrigin(request.url ?? '');
      app(request, response);
    });
  });
  // Node would answer an expectation it does not know without a body; RFC 9110, section 10.1.1, lets us ignore it.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (_request, socket: Duplex) => refuse(socket, 'method_not_allowed'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuse(socket, codeOfClientError(error)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, resolve);
  });
  return {
    url: urlOf(server.address() as AddressInfo, tls ? 'https' : 'http'),
    drain: async ({ deadlineMs }) => {
      await acceptWaiting(server, Math.min(acceptMs, deadlineMs));
      draining = true;
      // A connection that is kept alive would hold the process up.
      for (const response of open) if (!response.headersSent) response.setHeader('Connection', 'close');
      // The server's own `close` cuts idle connections at once, though a request may be on its way over one.
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      const idle = setTimeout(() => server.closeIdleConnections(), idleGraceMs);
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, deadlineMs);
      await closed;
      clearTimeout(idle);
      clearTimeout(timer);
    },
  };
}

/**
 * Who has connected already is taken in first: the event loop takes in one connection a turn, and those that still wait
 * when nobody listens any more are cut off.
 */
async function acceptWaiting(server: Server, mostMs: number): Promise<void> {
  let quietTurns = 0;
  const onConnection = () => (quietTurns = 0);
  server.on('connection', onConnection);
  const until = performance.now() + mostMs;
  while (quietTurns < 3 && performance.now() < until) {
    await setImmediate();
    quietTurns += 1;
  }
  server.off('connection', onConnection);
}

/** The last request of a connection that came, and how many have to wait. */
interface Queue {
  last: ServerResponse;
  waiting: number;
}

const queues = new WeakMap<Socket, Queue>();

/**
 * One request of a connection after the other. A client may send thousands before it reads an answer, and answers go out
 * in their order anyway; served at once, they would take files and memory without bound. Cuts off who lets too many wait.
 */
function inTurn(socket: Socket, response: ServerResponse, serve: () => void): void {
  const queue = queues.get(socket);
  if (!queue || queue.last.closed) {
    queues.set(socket, { last: response, waiting: 0 });
    serve();
    return;
  }
  const previous = queue.last;
  queue.last = response;
  queue.waiting += 1;
  if (queue.waiting > mostWaiting) {
    socket.destroy();
    return;
  }
  previous.once('close', () => {
    queue.waiting -= 1;
    // Nobody waits for the answer any more, and one that was never sent would not be told that the connection is gone.
    if (!socket.destroyed) serve();
  });
}

/** A client may send a whole URL, as to a proxy (RFC 9112, section 3.2.2). */
function withoutOrigin(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*(?=[/?]|$)/i, '').replace(/^(?!\/|\*)/, '/');
}

function urlOf({ address, family, port }: AddressInfo, scheme: string): string {
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function codeOfClientError({ code }: NodeJS.ErrnoException): ErrorCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers_too_large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request_timeout';
  return 'invalid_argument';
}

/** Answers on the bare connection what never became a request. */
function refuse(socket: Duplex, code: ErrorCode): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = toErrorResponse(new ClusterCertError(code, ''));
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${body.reason}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${randomUUID()}`,
  ];
  // Whether the client closes its side or not.
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}
