// One log line per request, under an ID that the caller gives or gets. Neither headers nor queries are logged: both may
// carry secrets.
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Locals } from './authenticate.js';
import type { Log } from './log.js';

const healthChecks = ['/healthz', '/readyz'];

/** Middleware that gives each request its ID, answers with it, and provides `locals.log`. */
export function requestLog(log: Log): RequestHandler {
  return (request, response: Response<unknown, Locals>, next) => {
    const startedAt = Date.now();
    const requestId = requestIdOf(request);
    response.setHeader('X-Request-Id', requestId);
    response.locals.log = {
      info: (fields, message) => log.info({ requestId, ...fields }, message),
      error: (fields, message) => log.error({ requestId, ...fields }, message),
    };
    const path = request.originalUrl.split('?', 1)[0] ?? '';
    if (!healthChecks.includes(path)) {
      response.once('close', () => {
        const { method } = request;
        const { statusCode, writableFinished } = response;
        const fields = { requestId, method, path, res: { statusCode }, responseTime: Date.now() - startedAt };
        log.info(fields, writableFinished ? 'request completed' : 'request aborted');
      });
    }
    next();
  };
}

function requestIdOf({ headers }: Request): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
}
