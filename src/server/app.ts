// The Express application: health, the API's description, validation against the contract, identity, the contract's operations, errors. It
// does not listen and knows no files; what it needs is handed in.
import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { middleware as openApiValidator } from 'express-openapi-validator';
import { type Handler, type OperationId, routes } from '../../generated/server.js';
import { ClusterCertError, firstLine } from '../errors.js';
import { loadContract } from '../spec.js';
import { type SendAnswer, createSender } from './answers.js';
import { apiReference } from './api-reference.js';
import { type AppOptions, defaultLimits } from './app-options.js';
import { type Locals, authenticationError, securityHandlers } from './authenticate.js';
import { toErrorResponse } from './error-response.js';
import type { RequestContext } from './handlers.js';
import { type JudgedRequest, judgeRequests } from './judge-requests.js';
import { readBody } from './request-body.js';
import { checkContentType } from './request-headers.js';
import { limitAddress, limitCaller } from './request-limits.js';
import { requestLog } from './request-log.js';

/** The same as `Handlers`, in a form in which the compiler keeps an operation and its handler together. */
type HandlersById = { [Id in OperationId]: Handler<Id, RequestContext> };

/** The provider as a listener of HTTP requests; the caller makes it listen, or mounts it in an application. */
export function createApp({ handlers, tokens, signatures, log, assertReady, ...options }: AppOptions): RequestListener {
  const { limits = defaultLimits, behindProxy = false, strict = false } = options;
  const contract = loadContract();
  const maximumTokenLength = contract.components.securitySchemes.token['x-max-length'];
  const app = express();
  app.disable('x-powered-by').disable('etag');
  // The validator follows these settings: a path is exactly what the contract says.
  app.enable('case sensitive routing').enable('strict routing');
  app.set('trust proxy', behindProxy ? 1 : false);
  app.use(requestLog(log), protectAnswers);
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', async (_request, response) => {
    await assertReady().catch((cause: unknown) => {
      throw new ClusterCertError('unavailable', 'not ready', { cause });
    });
    response.json({ status: 'ok' });
  });
  app.use(limitAddress(limits), apiReference(), readBody());
  const identities = { tokens, signatures, maximumTokenLength };
  const validator = openApiValidator({
    apiSpec: contract as never,
    validateRequests: true,
    validateResponses: true,
    validateSecurity: { handlers: securityHandlers(identities) },
    fileUploader: false,
  });
  // The last of the validator's middlewares is for answers.
  const send = createSender(validator.at(-1) as RequestHandler);
  app.use(judgeRequests(validator.slice(0, -1) as RequestHandler[], { contract, identities }));
  const callerLimit = limitCaller(limits);
  for (const { operationId, method, path } of routes) {
    app[method](path, callerLimit, checkHeaders({ strict }), serveOperation(operationId, handlers, send));
  }
  app.use(() => {
    throw new ClusterCertError('not_found', 'there is nothing under this path');
  });
  app.use(answerErrors(send));
  return app;
}

/** Answers carry private keys; no cache may keep them and no browser guess at them. */
const protectAnswers: RequestHandler = (_request, response, next) => {
  response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  next();
};

function checkHeaders(options: { strict: boolean }): RequestHandler {
  return (request, response: Response<unknown, Locals>, next) => {
    const rules = (request as JudgedRequest).openapi?.schema['x-request-headers'] ?? {};
    checkContentType(response.locals.contentType, rules, options);
    if (request.accepts('application/json') === false) {
      throw new ClusterCertError('not_acceptable', 'answers are application/json only; the header Accept excludes it');
    }
    next();
  };
}

// The type parameter keeps the request and the handler of one operation together once there are several.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
function serveOperation<Id extends OperationId>(
  operationId: Id,
  handlers: HandlersById,
  send: SendAnswer,
): RequestHandler {
  return async (request, response: Response<unknown, Locals>, next) => {
    const { caller, log } = response.locals;
    if (!caller || !log) throw new ClusterCertError('internal', `${operationId} was reached without a caller`);
    const { params: path, query, body } = request as Request<never, unknown, never, never>;
    const audit: RequestContext['audit'] = (event, fields) => log.info({ audit: event, ...fields }, event);
    const context = { caller, audit };
    const { status, headers, body: answer } = await handlers[operationId]({ path, query, body }, context);
    send(request as JudgedRequest, response, { status: Number(status), headers, body: answer }, next);
  };
}

function answerErrors(send: SendAnswer): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  const answerError: ErrorRequestHandler = (error: unknown, request, response: Response<unknown, Locals>, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const cause = authenticationError(error, response.locals);
    const { status, headers, body } = toErrorResponse(cause);
    if (status >= 500) response.locals.log?.error({ cause: describe(cause) }, 'request failed');
    send(request as JudgedRequest, response, { status, headers, body }, (failure) =>
      answerError(failure, request, response, next),
    );
  };
  return answerError;
}

/** For the log: where it went wrong, without the values of a kubeconfig that failed validation. */
function describe(error: unknown) {
  const { name, stack, cause } = (error ?? {}) as Partial<Error>;
  return { name, message: firstLine(error), stack, cause: cause === undefined ? undefined : firstLine(cause) };
}
