// One log line per request, under an ID from the caller or a new one. Neither headers nor queries are logged, because
// both may carry secrets.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalsResponse } from './locals.js';
import type { Log } from './log.js';

const healthChecks = ['/healthz', '/readyz'];
// Longer than any path of the contract.
const mostPathCharacters = 256;
// As in nginx's log: the client gave up before the response.
const clientClosed = 499;

/** Gives a request its ID, returns it in the response, and provides `locals.log`. */
export function logRequest(
  log: Log,
  request: IncomingMessage & { originalUrl?: string },
  response: LocalsResponse,
  { ip }: { ip: string },
): void {
  const startedAt = Date.now();
  const requestId = requestIdOf(request);
  const traceparent = traceparentOf(request);
  response.setHeader('X-Request-Id', requestId);
  const requestLog = log.child({ requestId, traceparent, ip });
  response.locals.log = requestLog;
  const { method, url = '', originalUrl = url } = request;
  const path = pathOf(originalUrl);
  if (healthChecks.includes(path)) return;
  response.once('close', () => {
    const { writableFinished } = response;
    const fields = {
      method,
      path,
      res: { statusCode: statusOf(response) },
      responseTime: Date.now() - startedAt,
    };
    requestLog.info(fields, writableFinished ? 'request completed' : 'request aborted');
  });
}

/** The line of a request that never reached the application. */
export function logRefusal(
  log: Log,
  { requestId, status, ip, request }: { requestId: string; status: number; ip: string; request?: IncomingMessage },
): void {
  const target = request && { method: request.method, path: pathOf(request.url ?? '') };
  log.info({ requestId, ip, ...target, res: { statusCode: status } }, 'request refused before it was read whole');
}

/** The status of an ended response. */
export function statusOf({ headersSent, statusCode }: ServerResponse): number {
  return headersSent ? statusCode : clientClosed;
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  return path.length > mostPathCharacters ? `${path.slice(0, mostPathCharacters)}…` : path;
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
}

/** W3C Trace Context, level 1: version, trace ID, parent ID and flags. */
function traceparentOf({ headers: { traceparent } }: IncomingMessage): string | undefined {
  return typeof traceparent === 'string' && /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(traceparent)
    ? traceparent
    : undefined;
}
