// Validates requests against the contract: which operation a request is for, and whether its parameters and its body are
// those of that operation. What was found out about a URL alone is not found out again.
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import { ClusterCertError } from '../errors.js';
import type { LocalsResponse } from './locals.js';
import type { MatchedRequest, Operation } from './match.js';
import type { ValidatedUrls } from './validated-urls.js';

/** Of an operation, as its handler takes them. */
export interface Parameters {
  path: unknown;
  query: unknown;
  body: unknown;
}

export interface RequestValidatorOptions {
  /** Brings a request to where its operation is known, or answers it. */
  router: Express;
  /** The validator's middleware for parameters and bodies. */
  check: RequestHandler;
  validatedUrls: ValidatedUrls;
}

export class RequestValidator {
  readonly #options: RequestValidatorOptions;

  constructor(options: RequestValidatorOptions) {
    this.#options = options;
  }

  /** The operation that a request is for; undefined for a request that is answered already. Throws `not_found` and others. */
  async match(request: MatchedRequest, response: LocalsResponse): Promise<Operation | undefined> {
    const known = this.#options.validatedUrls.find(request);
    if (!known) return route(this.#options.router, request, response);
    response.locals.contentType = request.headers['content-type'];
    // The validator would keep something for each Content-Type that it sees.
    delete request.headers['content-type'];
    request.openapi = known;
    return known.schema;
  }

  /** The parameters of a request that was matched; throws what the validator throws. */
  async validate(request: MatchedRequest, response: LocalsResponse): Promise<Parameters> {
    const { openapi } = request;
    if (!openapi) throw new ClusterCertError('internal', 'a request was validated that has no operation');
    if (this.#options.validatedUrls.has(openapi))
      return { path: { ...openapi.pathParams }, query: {}, body: undefined };
    const matched = request as Request<unknown, unknown, unknown, unknown> & MatchedRequest;
    await run(this.#options.check, matched as Request, response as Response);
    this.#options.validatedUrls.remember(request, openapi);
    const { query, body } = matched;
    return { path: { ...openapi.pathParams }, query, body };
  }
}

/** Runs Express until it has answered or has nothing left to do. */
function route(router: Express, request: MatchedRequest, response: LocalsResponse): Promise<Operation | undefined> {
  return new Promise((resolve, reject) => {
    response.once('close', () => resolve(undefined));
    const done = (error?: unknown) => {
      if (error) reject(asError(error));
      else if (response.locals.isRouted) resolve(request.openapi?.schema);
      else reject(new ClusterCertError('not_found', 'there is nothing under this path'));
    };
    router(request as Request, response as Response, done);
  });
}

function run(step: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    const next: NextFunction = (error?: unknown) => (error ? reject(asError(error)) : resolve());
    void Promise.resolve(step(request, response, next)).catch(reject);
  });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('a middleware failed', { cause: thrown });
}
