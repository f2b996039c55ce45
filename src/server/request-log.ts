// One log line per request, under an ID that the caller gives or gets. Neither headers nor queries are logged: both may
// carry secrets.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { type DestinationStream, type Logger, pino } from 'pino';
import { pinoHttp } from 'pino-http';

// No line has these; should one ever, they do not leave.
const secrets = ['token', 'headers', 'authorization', 'privateKeyPem', 'seed'];

/** The provider's log: JSON lines, with a net under the rule that no secret is logged. */
export function createLog(stream: DestinationStream): Logger {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: secrets.flatMap((name) => [name, `*.${name}`]),
    },
    stream,
  );
}

/** Middleware that gives each request its ID, answers with it, and provides `request.log`. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
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
