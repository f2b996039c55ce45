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
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { refuseBytes, refuseTunnel } from './refuse-connection.js';
import { RequestQueues } from './request-queue.js';
import type { TlsPair } from './tls-files.js';

export interface ListenOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Certificate and private key in PEM. */
  tls?: TlsPair | undefined;
  /** How long a connection may stay open between two requests; behind a proxy, longer than the proxy keeps it. */
  idleTimeoutMs?: number | undefined;
  /** For what never becomes a request of the application. */
  log?: Log | undefined;
  metrics?: Metrics | undefined;
}

export interface Listening {
  /** With the real port and, for IPv6, brackets. */
  readonly url: string;
  /** Serves connections that are made from now on with another certificate and key. */
  readonly replaceTls: (tls: TlsPair) => void;
  /** Takes no new connections, lets open requests end, and cuts off what is left after the deadline. */
  readonly drain: (options: { deadlineMs: number }) => Promise<void>;
}

const inactivityMs = 60_000;
// Longer than a request that was sent before the client could know takes to arrive.
const idleGraceMs = 1_000;
// There may be no end of new clients.
const acceptMs = 2_000;
const defaultIdleTimeoutMs = 5_000;

const limits: ServerOptions = {
  // A token may have 16384 characters, which is all that Node allows for the headers together by default.
  maxHeaderSize: 32 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // How often Node looks for requests that are late.
  connectionsCheckingInterval: 1_000,
  // Ours is JSON with a log line.
  requireHostHeader: false,
};

/**
 * Resolves once requests are answered. Rejects when the address cannot be had or the TLS files cannot be used.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { type App, listen } from 'cce-clustercert/server';
 *
 * export async function listenWithTls(app: App) {
 *   const tls = { cert: await readFile('tls.crt', 'utf8'), key: await readFile('tls.key', 'utf8') };
 *   return listen(app, { host: '0.0.0.0', port: 8443, tls });
 * }
 */
export async function listen(
  app: RequestListener & { drain?: () => void },
  { host, port, tls, log, metrics, idleTimeoutMs: keepAliveTimeout = defaultIdleTimeoutMs }: ListenOptions,
): Promise<Listening> {
  const tlsServer = tls && createHttpsServer({ ...limits, keepAliveTimeout, ...tls, handshakeTimeout: 10_000 });
  const server: Server = tlsServer ?? createHttpServer({ ...limits, keepAliveTimeout });
  // Node would lose header lines beyond 1,000 without a word; their bytes are bounded.
  server.maxHeadersCount = 0;
  let draining = false;
  const open = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  const queues = new RequestQueues();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // A client that takes no answer, or says nothing, holds a connection no longer than this.
  server.setTimeout(inactivityMs);
  server.on('request', (request, response: ServerResponse) => {
    queues.inTurn(request, response, () => {
      if (draining) response.setHeader('Connection', 'close');
      open.add(response);
      response.on('close', () => open.delete(response));
      request.url = withoutOrigin(request.url ?? '');
      app(request, response);
    });
  });
  // Node would answer an expectation it does not know without a body; RFC 9110, section 10.1.1, lets us ignore it.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (request, socket: Duplex) => refuseTunnel(request, socket, { log, metrics }));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseBytes(error, socket, { log, metrics }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, resolve);
  });
  return {
    url: urlOf(server.address() as AddressInfo, tls ? 'https' : 'http'),
    replaceTls: (pair) => tlsServer?.setSecureContext(pair),
    drain: async ({ deadlineMs }) => {
      app.drain?.();
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

/** A client may send a whole URL, as to a proxy (RFC 9112, section 3.2.2). */
function withoutOrigin(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*(?=[/?]|$)/i, '').replace(/^(?!\/|\*)/, '/');
}

function urlOf({ address, family, port }: AddressInfo, scheme: string): string {
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
