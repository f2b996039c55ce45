// In front of Express: serves a request like one that was judged before, and passes on all others. Who calls, whether they
// may and what they get is decided anew each time; only what would be found out again about the same bytes is not.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';
import type { Identities } from '../identity/identity.js';
import type { Answers } from './answers.js';
import { authenticate } from './authenticate.js';
import type { Judged, JudgedAddresses, JudgedRequest } from './validate-requests.js';
import type { Locals } from './locals.js';
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
  /** For requests that are not known, and for the errors of those that are. */
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
    const fail = (error: unknown) => {
      response.locals.recalled = { error };
      application(toJudged(request, judged), response);
    };
    serve(request, response.locals, judged, options)
      .then((answer) => answers.send(toJudged(request, judged), response, answer, fail))
      .catch(fail);
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

/** The request as the validator would have left it: it keeps something for each Content-Type that it sees. */
function toJudged(request: IncomingMessage, openapi: Judged): JudgedRequest {
  delete request.headers['content-type'];
  return Object.assign(request, { openapi });
}

/** Express's part: ends a request whose answer is an error. */
export const failRecalled: RequestHandler = (_request, { locals }: Response<unknown, Locals>, next) => {
  if (locals.recalled) next(locals.recalled.error);
  else next();
};
