// The two health checks. They need no credentials, count towards no limit and pass no validator.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClusterCertError } from '../errors.js';

/** Whether a request is a health check; others under these paths are unknown like any other. */
export function isHealthCheck({ method, url = '' }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && /^\/(healthz|readyz)(\?|$)/.test(url);
}

/** Answers a health check; throws `unavailable` where the provider is not ready. */
export async function answerHealthCheck(
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  assertReady: () => Promise<void>,
): Promise<void> {
  if (url.startsWith('/readyz')) {
    await assertReady().catch((cause: unknown) => {
      throw new ClusterCertError('unavailable', 'not ready', { cause });
    });
  }
  const bytes = Buffer.from(JSON.stringify({ status: 'ok' }));
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}
