// In front of Express: serves a request like one that was judged before, and passes on all others. Who calls, whether they
// may and what they get is decided anew each time; only what would be found out again about the same bytes is not.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Identities } from '../identity/identity.js';
import type { Answers } from './answers.js';
import { authenticate } from './authenticate.js';
import type { Judged, JudgedAddresses, JudgedRequest } from './judge-requests.js';
import type { Locals, Recalled } from './locals.js';
import { type Operations, callOperation } from './operations.js';
import { checkContentType } from './request-headers.js';
import type { Limits } from './request-limits.js';

export interface RecallOptions {
  addresses: JudgedAddresses;
  answers: Answers;
  identities: Identities;
  operations: Operations;
  limits: Limits;
  strict: boolean;
  /** For requests that are not known, and to end those that are: with an error, or an answer that is new. */
  application: RequestListener;
}

type LocalsResponse = ServerResponse & { locals: Locals };

// Any other is for Express to make sense of.
const plainAccept = [undefined, '*/*', 'application/json'];

export function recallAnswers(options: RecallOptions): (request: IncomingMessage, response: LocalsResponse) => void {
  const { addresses, answers, application } = options;
  return (request, response) => {
    const judged = plainAccept.includes(request.headers.accept) ? addresses.find(request) : undefined;
    if (!judged) {
      application(request, response);
      return;
    }
    const passOn = (outcome: Recalled['outcome']) => {
      response.locals.recalled = { judged, outcome };
      application(request, response);
    };
    serve(request, response.locals, judged, options).then(
      (answer) => {
        if (!answers.sendAgain(judged.schema, response, answer)) passOn({ answer });
      },
      (error: unknown) => passOn({ error }),
    );
  };
}

/** The same steps in the same order as for a request that is new. */
async function serve(request: IncomingMessage, locals: Locals, { schema, pathParams }: Judged, options: RecallOptions) {
  const { identities, operations, limits, strict } = options;
  await limits.countAddress(request);
  locals.contentType = request.headers['content-type'];
  if (!(await authenticate(request, locals, identities))) throw locals.authenticationFailure;
  await limits.countCaller(locals);
  checkContentType(locals.contentType, schema['x-request-headers'] ?? {}, { strict });
  return callOperation(operations, schema.operationId, { path: { ...pathParams }, query: {}, body: undefined }, locals);
}

/** Express's part: ends a request that was passed on. */
export function endRecalled(answers: Answers): RequestHandler {
  return (request: JudgedRequest, response, next) => {
    const { recalled } = response.locals as Locals;
    if (!recalled) {
      next();
      return;
    }
    request.openapi = recalled.judged;
    // As for a request that is new: the validator keeps something for each Content-Type that it sees.
    delete request.headers['content-type'];
    if ('error' in recalled.outcome) next(recalled.outcome.error);
    else answers.send(request, response, recalled.outcome.answer, next);
  };
}
