// One log line per request, under an ID that the caller gives or gets. Neither headers nor queries are logged: both may
// carry secrets.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import type { Log } from './log.js';

/** Middleware that gives each request its ID, answers with it, and provides `request.log`. */
export function requestLog(log: Log): RequestHandler {
  return pinoHttp({
    // Made by `createLog`, which does not show what it is.
    logger: log as unknown as Logger,
    quietReqLogger: true,
    genReqId: (request, response) => {
      const id = requestId(request);
      response.setHeader('X-Request-Id', id);
      return id;
    },
    customAttributeKeys: { reqId: 'requestId' },
    customProps: (request) => ({ method: request.method, path: pathOf(request) }),
    serializers: { req: () => undefined, res: ({ statusCode }: { statusCode: number }) => ({ statusCode }) },
    autoLogging: { ignore: (request) => ['/healthz', '/readyz'].includes(pathOf(request)) },
  });
}

function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
}

function pathOf(request: IncomingMessage): string {
  return ((request as Partial<Request>).originalUrl ?? request.url ?? '').split('?', 1)[0] ?? '';
}
