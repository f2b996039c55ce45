// The Express application: health, the API's description, validation against the contract, identity, the contract's
// operations, errors. It does not listen and knows no files; what it needs is handed in.
import type { RequestListener, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { middleware as openApiValidator } from 'express-openapi-validator';
import { type OperationId, routes } from '../../generated/server.js';
import { ClusterCertError, firstLine } from '../errors.js';
import { loadContract } from '../spec.js';
import { Answers, type JudgeAnswer } from './answers.js';
import { apiReference } from './api-reference.js';
import { type AppOptions, defaultLimits } from './app-options.js';
import { authenticationError, securityHandlers } from './authenticate.js';
import type { Locals } from './locals.js';
import { toErrorResponse } from './error-response.js';
import { JudgedAddresses, type JudgedRequest, judgeRequests, keepAddress } from './validate-requests.js';
import { type Operations, callOperation } from './operations.js';
import { failRecalled, recallAnswers } from './recall.js';
import { readBody } from './request-body.js';
import { checkContentType } from './request-headers.js';
import { Limits } from './request-limits.js';
import { logRequest } from './request-log.js';

/** The provider as a listener of HTTP requests; the caller makes it listen, or mounts it at the root of an application. */
export function createApp({ handlers, tokens, signatures, log, assertReady, ...options }: AppOptions): RequestListener {
  const { limits = defaultLimits, behindProxy = false, strict = false } = options;
  const contract = loadContract();
  const maximumTokenLength = contract.components.securitySchemes.token['x-max-length'];
  const identities = { tokens, signatures, maximumTokenLength };
  const counted = new Limits(limits, { behindProxy });
  const addresses = new JudgedAddresses(contract);
  const validator = openApiValidator({
    apiSpec: contract as never,
    // The checks hold the contract to the OpenAPI schema before it is published.
    validateApiSpec: false,
    validateRequests: true,
    validateResponses: true,
    validateSecurity: { handlers: securityHandlers(identities) },
    fileUploader: false,
  }) as RequestHandler[];
  // The last of the validator's middlewares is for answers.
  const answers = new Answers(validator.pop() as unknown as JudgeAnswer);
  const app = express();
  app.disable('x-powered-by').disable('etag');
  // The validator follows these settings: a path is exactly what the contract says.
  app.enable('case sensitive routing').enable('strict routing');
  app.use(failRecalled);
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', async (_request, response) => {
    await assertReady().catch((cause: unknown) => {
      throw new ClusterCertError('unavailable', 'not ready', { cause });
    });
    response.json({ status: 'ok' });
  });
  app.use(async (request, _response, next) => {
    await counted.countAddress(request);
    next();
  });
  app.use(apiReference(), readBody(), judgeRequests(validator));
  const checks = [keepAddress(addresses), checkCaller(counted, { strict })];
  for (const { operationId, method, path } of routes) {
    app[method](path, ...checks, serveOperation(operationId, handlers, answers));
  }
  app.use(() => {
    throw new ClusterCertError('not_found', 'there is nothing under this path');
  });
  app.use(answerErrors(answers));
  const recall = recallAnswers({
    addresses,
    answers,
    identities,
    operations: handlers,
    limits: counted,
    strict,
    application: app,
  });
  return (request, response: ServerResponse & { locals?: Locals }) => {
    const known = Object.assign(response, { locals: response.locals ?? {} });
    logRequest(log, request, known);
    // Answers carry private keys; no cache may keep them and no browser guess at them.
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    recall(request, known);
  };
}

function checkCaller(limits: Limits, options: { strict: boolean }): RequestHandler {
  return async (request, response: Response<unknown, Locals>, next) => {
    await limits.countCaller(response.locals);
    const rules = (request as JudgedRequest).openapi?.schema['x-request-headers'] ?? {};
    checkContentType(response.locals.contentType, rules, options);
    if (request.accepts('application/json') === false) {
      throw new ClusterCertError('not_acceptable', 'answers are application/json only; the header Accept excludes it');
    }
    next();
  };
}

function serveOperation(operationId: OperationId, operations: Operations, answers: Answers): RequestHandler {
  return async (request, response: Response<unknown, Locals>, next) => {
    const { params: path, query, body } = request as Request<unknown, unknown, unknown, unknown>;
    const answer = await callOperation(operations, operationId, { path, query, body }, response.locals);
    answers.send(request as JudgedRequest, response, answer, next);
  };
}

function answerErrors(answers: Answers): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  const answerError: ErrorRequestHandler = (error: unknown, request, response: Response<unknown, Locals>, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const cause = authenticationError(error, response.locals);
    const { status, headers, body } = toErrorResponse(cause);
    if (status >= 500) response.locals.log?.error({ cause: describe(cause) }, 'request failed');
    answers.send(request as JudgedRequest, response, { status, headers, body }, (failure) =>
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
