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
import { isUnsentTooLong } from './request-body.js';
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
  /** For connections and requests that never reach the application. */
  log?: Log | undefined;
  metrics?: Metrics | undefined;
}

export interface Listening {
  /** With the real port and, for IPv6, brackets. */
  readonly url: string;
  /** Uses another certificate and key for new connections. */
  readonly replaceTls: (tls: TlsPair) => void;
  /** Accepts no new connections, lets open requests end, and cuts the rest off after the deadline. */
  readonly drain: (options: { deadlineMs: number }) => Promise<void>;
}

const inactivityMs = 60_000;
// Enough for the arrival of a request whose client did not know of the end yet.
const idleGraceMs = 1_000;
// New clients may never end.
const acceptMs = 2_000;
const defaultIdleTimeoutMs = 5_000;

const limits: ServerOptions = {
  // A token may have 16384 characters, which is all that Node allows for the headers together by default.
  maxHeaderSize: 32 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // How often Node checks for late requests.
  connectionsCheckingInterval: 1_000,
  // Our own response is JSON with a log line.
  requireHostHeader: false,
};

/**
 * Resolves once requests are answered. Rejects when the address is not available or the TLS files cannot be used.
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
  // Node would silently drop header lines beyond 1,000; their bytes are bounded.
  server.maxHeadersCount = 0;
  let draining = false;
  const open = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  const queues = new RequestQueues();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // Bounds the connection of a client that reads no response, or sends nothing.
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
  server.on('checkContinue', (request, response) => {
    if (!isUnsentTooLong(request)) response.writeContinue();
    server.emit('request', request, response);
  });
  // Node would refuse an unknown expectation without a body; RFC 9110, section 10.1.1, allows ignoring it.
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
      // A kept-alive connection would keep the process running.
      for (const response of open) if (!response.headersSent) response.setHeader('Connection', 'close');
      // The server's own `close` cuts idle connections at once, though a request may be on its way on one.
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
 * Accepts clients that have connected already: the event loop accepts one connection a turn, and those still waiting
 * when listening ends would be cut off.
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

/** Clients may send a whole URL, as to a proxy (RFC 9112, section 3.2.2). */
function withoutOrigin(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*(?=[/?]|$)/i, '').replace(/^(?!\/|\*)/, '/');
}

function urlOf({ address, family, port }: AddressInfo, scheme: string): string {
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
