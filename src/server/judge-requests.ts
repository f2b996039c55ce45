// Holds requests to the contract and finds out who calls. What the validator found out about an address alone need not
// be found out again; who calls is decided on every request.
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { LRUCache } from 'lru-cache';
import type { Identities } from '../identity/identity.js';
import type { ContractDocument, RequestHeaderRules } from '../spec.js';
import { type Locals, authenticate } from './authenticate.js';

/** What the validator leaves with a request that it lets through; it does not change that any more. */
interface Judged {
  schema: { requestBody?: object | null; 'x-request-headers'?: RequestHeaderRules };
}

export type JudgedRequest = Request & { openapi?: Judged };

const mostRemembered = 2_000;

/** `validator` holds its middlewares for requests: path, method, caller, parameters and body. */
export function judgeRequests(
  validator: RequestHandler[],
  { contract, identities }: { contract: ContractDocument; identities: Identities },
): RequestHandler {
  const remembered = new LRUCache<string, Judged>({ max: mostRemembered });
  const looksAtHeaders = declaresHeaders(contract);
  return async (request: JudgedRequest, response: Response<unknown, Locals>, next) => {
    const address = `${request.method} ${request.originalUrl} ${request.url}`;
    const known = remembered.get(address);
    if (known) {
      request.openapi = known;
      next((await authenticate(request, identities)) ? undefined : response.locals.authenticationFailure);
      return;
    }
    runAll(validator, request, response, (error?: unknown) => {
      const { openapi } = request;
      const byPathAlone = !looksAtHeaders && !openapi?.schema.requestBody && !address.includes('?');
      if (error === undefined && openapi && byPathAlone) remembered.set(address, openapi);
      next(error);
    });
  };
}

function runAll([first, ...others]: RequestHandler[], request: Request, response: Response, next: NextFunction): void {
  if (!first) next();
  else
    void first(request, response, (error?: unknown) => (error ? next(error) : runAll(others, request, response, next)));
}

/** Whether any operation has parameters that are not in its address. Those that say who calls are no parameters. */
function declaresHeaders({ paths, components }: ContractDocument): boolean {
  return /"in":"(header|cookie)"/.test(JSON.stringify([paths, components['parameters']]));
}
