// One log line per request, under an ID that the caller gives or gets. Neither headers nor queries are logged: both may
// carry secrets.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Locals } from './locals.js';
import type { Log } from './log.js';

const healthChecks = ['/healthz', '/readyz'];

/** Gives a request its ID, answers with it, and provides `locals.log`. */
export function logRequest(
  log: Log,
  request: IncomingMessage & { originalUrl?: string },
  response: ServerResponse & { locals: Locals },
): void {
  const startedAt = Date.now();
  const requestId = requestIdOf(request);
  response.setHeader('X-Request-Id', requestId);
  response.locals.log = {
    info: (fields, message) => log.info({ requestId, ...fields }, message),
    error: (fields, message) => log.error({ requestId, ...fields }, message),
  };
  const { method, url = '', originalUrl = url } = request;
  const path = originalUrl.split('?', 1)[0] ?? '';
  if (healthChecks.includes(path)) return;
  response.once('close', () => {
    const { statusCode, writableFinished } = response;
    const fields = { requestId, method, path, res: { statusCode }, responseTime: Date.now() - startedAt };
    log.info(fields, writableFinished ? 'request completed' : 'request aborted');
  });
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
}
