// Holds requests to the contract, and keeps which ones it let through: what the validator found out about an address
// alone need not be found out again.
import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { LRUCache } from 'lru-cache';
import type { OperationId } from '../../generated/server.js';
import type { ContractDocument, RequestHeaderRules } from '../spec.js';

/** What the validator leaves with a request that it lets through; it does not change that any more. */
export interface Judged {
  /** The operation, as the contract describes it. */
  schema: { operationId: OperationId; requestBody?: object | null; 'x-request-headers'?: RequestHeaderRules };
  pathParams: Record<string, string>;
}

export type JudgedRequest = IncomingMessage & { openapi?: Judged };

const mostRemembered = 2_000;

/** The requests that the validator let through and would let through again, because it looked at nothing else. */
export class JudgedAddresses {
  readonly #known = new LRUCache<string, Judged>({ max: mostRemembered });
  readonly #looksAtHeaders: boolean;

  constructor({ paths, components }: ContractDocument) {
    // Parameters that are not in the address. Those that say who calls are no parameters.
    this.#looksAtHeaders = /"in":"(header|cookie)"/.test(JSON.stringify([paths, components['parameters']]));
  }

  /** Undefined for a request that may have a body, too: someone has to read it. */
  find(request: IncomingMessage): Judged | undefined {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    return length === undefined && encoding === undefined ? this.#known.get(addressOf(request)) : undefined;
  }

  keep(request: IncomingMessage, judged: Judged): void {
    const address = addressOf(request);
    if (!this.#looksAtHeaders && !judged.schema.requestBody && !address.includes('?')) this.#known.set(address, judged);
  }
}

/** `validator` holds its middlewares for requests: path, method, caller, parameters and body. */
export function judgeRequests(validator: RequestHandler[]): RequestHandler {
  return (request, response, next) => runAll(validator, request, response, next);
}

/** For a route of Express, not before: to the validator, a path with a slash too many is one of the contract's. */
export function keepAddress(addresses: JudgedAddresses): RequestHandler {
  return (request: Request & JudgedRequest, _response, next) => {
    if (request.openapi) addresses.keep(request, request.openapi);
    next();
  };
}

function runAll([first, ...others]: RequestHandler[], request: Request, response: Response, next: NextFunction): void {
  if (!first) next();
  else
    void first(request, response, (error?: unknown) => (error ? next(error) : runAll(others, request, response, next)));
}

/** As the validator sees it; where the provider is mounted in an application, `url` is the part behind the mount point. */
function addressOf(request: IncomingMessage & { originalUrl?: string }): string {
  const { method = '', url = '', originalUrl = url } = request;
  return `${method} ${originalUrl} ${url}`;
}
