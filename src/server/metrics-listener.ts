// Serves Prometheus on a port of its own, without credentials, because no metric is secret. The API's port serves none
// of them.
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { firstLine } from '../errors.js';
import type { Log } from './log.js';
import type { PrometheusMetrics } from './prometheus.js';

/** Few clients scrape. */
const mostConnections = 32;

export interface MetricsListener {
  /** The URL of the metrics, with the real port. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Resolves once `GET /metrics` is answered. Does not keep the process running. Rejects when the address is not
 * available.
 *
 * @example
 * import { createLog, createMetrics, listenForMetrics } from 'cce-clustercert/server';
 *
 * const log = createLog(process.stderr);
 * const { url, close } = await listenForMetrics(await createMetrics(), { host: '127.0.0.1', port: 9090, log });
 * console.log(url);
 * process.once('SIGTERM', () => void close());
 */
export async function listenForMetrics(
  metrics: PrometheusMetrics,
  { host, port, log }: { host: string; port: number; log: Log },
): Promise<MetricsListener> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    answer(metrics, request, response).catch((error: unknown) => {
      log.error({ cause: firstLine(error) }, 'metrics could not be given');
      response.destroy();
    });
  });
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, resolve);
  });
  server.unref();
  const { address, family, port: given } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${given}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  metrics: PrometheusMetrics,
  { method = '', url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const status = url.split('?', 1)[0] !== '/metrics' ? 404 : ['GET', 'HEAD'].includes(method) ? 200 : 405;
  const type = status === 200 ? metrics.contentType : 'text/plain; charset=utf-8';
  const text = status === 200 ? await metrics.scrape() : 'the metrics are at /metrics, by GET\n';
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...(status === 405 && { Allow: 'GET, HEAD' }),
  });
  response.end(text);
}
