// The pipeline of every request to an operation. The steps and their order are defined once here, for new requests and
// for those whose URL was validated before.
import type { IncomingMessage } from 'node:http';
import { type OperationId, messageForms } from '../../generated/server.js';
import { ClusterCertError } from '../errors.js';
import type { Revocations } from '../registry/revocations.js';
import { isLogged, reasonOf, toErrorResponse } from './error-response.js';
import { answerAuthorizationWebhook, isAuthorizationWebhook } from './authorization-webhook.js';
import { type Health, isHealthCheck } from './health.js';
import type { RequestContext } from './request-context.js';
import { checkMessage } from './message-rules.js';
import type { Locals, LocalsResponse } from './locals.js';
import { describeError } from './log.js';
import type { Metrics } from './metrics.js';
import { acceptedType, checkContentType } from './request-headers.js';
import type { Limits } from './request-limits.js';
import type { HandlerResult, Responses } from './responses.js';
import type { Security } from './security.js';
import type { RequestValidator } from './validate-requests.js';

/** A handler as the pipeline calls it; the validator guarantees the types of its parameters. */
type AnyHandler = (request: never, context: Partial<RequestContext>) => Promise<HandlerResult>;

export interface PipelineOptions {
  handlers: Readonly<Record<OperationId, unknown>>;
  validator: RequestValidator;
  responses: Responses;
  security: Security;
  limits: Limits;
  strict: boolean;
  health: Health;
  metrics?: Metrics | undefined;
  /** For the authorization webhook of clusters; without them there is none. */
  revocations: Revocations | undefined;
}

/** Serves one request: answers it in any case, and never rejects. */
export type Pipeline = (request: IncomingMessage, response: LocalsResponse) => Promise<void>;

export function createPipeline(options: PipelineOptions): Pipeline {
  const { handlers, validator, responses, security, limits, strict, health, metrics, revocations } = options;

  async function serve(request: IncomingMessage, response: LocalsResponse): Promise<void> {
    const { locals } = response;
    checkMessage(request);
    if (isHealthCheck(request)) {
      await health.answer(request, response);
      return;
    }
    if (isAuthorizationWebhook(request)) {
      await answerAuthorizationWebhook(request, response, revocations);
      return;
    }
    await limits.countAddress(locals.ip ?? '');
    const operation = await validator.match(request, response);
    if (!operation) return;
    const { operationId } = operation;
    locals.operationId = operationId;
    const caller = await security.identify(operationId, request, locals);
    if (caller) locals.caller = caller;
    const parameters = await validator.validate(request, response);
    if (caller) await limits.countCaller(caller);
    checkContentType(locals.contentType, operation['x-request-headers'] ?? {}, { strict });
    const accept = acceptedType(request, successTypes(operationId));
    const handler = handlers[operationId] as AnyHandler;
    const result = await handler({ ...parameters, accept } as never, contextOf(locals));
    const { status, contentType } = result;
    // A request that changed nothing may be refused; after a change, a response of another type is better than none.
    if (request.method === 'GET' && status < 300 && contentType !== undefined) acceptedType(request, [contentType]);
    responses.send(request, response, result, (error) => fail(error, response));
  }

  function fail(error: unknown, response: LocalsResponse): void {
    const { log } = response.locals;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    metrics?.requestRefused(reasonOf(error));
    try {
      const refusal = toErrorResponse(error);
      if (isLogged(error)) log?.error({ cause: describeError(error) }, 'request failed');
      responses.refuse(response, refusal);
    } catch (failure) {
      log?.error({ cause: describeError(failure) }, 'an error could not be answered');
      answerAtLast(response);
    }
  }

  return (request, response) => serve(request, response).catch((error: unknown) => fail(error, response));
}

const lastWords = Buffer.from(
  '{"kind":"Status","apiVersion":"v1","status":"Failure","code":500,"reason":"InternalError"}',
);

/** The last resort, for errors whose own response fails. */
function answerAtLast(response: LocalsResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(500, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': lastWords.length,
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.end(lastWords);
}

const typesOf = new Map<OperationId, string[]>();

/** The media types of an operation's successes. */
function successTypes(id: OperationId): string[] {
  const known = typesOf.get(id);
  if (known) return known;
  const successes = Object.entries(messageForms[id].responses).filter(([status]) => status.startsWith('2'));
  const types = [...new Set(successes.flatMap(([, forms]) => Object.keys(forms)))];
  typesOf.set(id, types);
  return types;
}

function contextOf({ caller, log }: Locals): Partial<RequestContext> {
  if (!log) throw new ClusterCertError('internal', 'an operation was reached without a log');
  const audit: RequestContext['audit'] = (event, fields) => log.info({ ...fields, audit: event }, event);
  return caller ? { caller, audit } : { audit };
}
