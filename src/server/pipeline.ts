// The road of every request to an operation. The steps and their order stand here once, for requests that are new and for
// those whose URL was validated before.
import type { IncomingMessage } from 'node:http';
import type { Handler, OperationId } from '../../generated/server.js';
import { ClusterCertError } from '../errors.js';
import type { Identities } from '../identity/identity.js';
import { authenticate } from './authenticate.js';
import { isLogged, toErrorResponse } from './error-response.js';
import { answerHealthCheck, isHealthCheck } from './health.js';
import type { RequestContext } from './handlers.js';
import type { Locals, LocalsResponse } from './locals.js';
import { describeError } from './log.js';
import { checkAccept, checkContentType } from './request-headers.js';
import type { Limits } from './request-limits.js';
import type { Responses } from './responses.js';
import type { MatchedRequest } from './match.js';
import type { RequestValidator } from './validate-requests.js';

export interface PipelineOptions {
  /** The same as `Handlers`, in a form in which the compiler keeps an operation and its handler together. */
  handlers: { [Id in OperationId]: Handler<Id, RequestContext> };
  validator: RequestValidator;
  responses: Responses;
  identities: Identities;
  limits: Limits;
  strict: boolean;
  /** Throws when requests cannot be served at the moment. */
  assertReady: () => Promise<void>;
}

/** Serves one request: answers it in any case, and never rejects. */
export type Pipeline = (request: IncomingMessage, response: LocalsResponse) => Promise<void>;

export function createPipeline(options: PipelineOptions): Pipeline {
  const { handlers, validator, responses, identities, limits, strict, assertReady } = options;

  async function serve(request: IncomingMessage, response: LocalsResponse): Promise<void> {
    const { locals } = response;
    if (isHealthCheck(request)) {
      await answerHealthCheck(request, response, assertReady);
      return;
    }
    await limits.countAddress(request);
    const operation = await validator.match(request, response);
    if (!operation) return;
    locals.caller = await authenticate(request, locals, identities);
    const parameters = await validator.validate(request, response);
    await limits.countCaller(locals.caller);
    checkContentType(locals.contentType, operation['x-request-headers'] ?? {}, { strict });
    checkAccept(request);
    // The validator has seen to it that the parameters are those of the operation.
    const result = await handlers[operation.operationId](parameters as never, contextOf(locals));
    responses.send(request, response, result, (error) => fail(error, request, response));
  }

  function fail(error: unknown, request: MatchedRequest, response: LocalsResponse): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { status, headers, body } = toErrorResponse(error);
    if (isLogged(error)) response.locals.log?.error({ cause: describeError(error) }, 'request failed');
    responses.send(request, response, { status, headers, body }, (failure) => fail(failure, request, response));
  }

  return (request, response) => serve(request, response).catch((error: unknown) => fail(error, request, response));
}

function contextOf({ caller, log }: Locals): RequestContext {
  if (!caller || !log) throw new ClusterCertError('internal', 'an operation was reached without a caller');
  return { caller, audit: (event, fields) => log.info({ audit: event, ...fields }, event) };
}
