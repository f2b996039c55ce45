// Validates requests against the contract: the operation, its parameters and its body. The result for a URL alone is
// cached.
import type { Express, Request, Response } from 'express';
import { type OperationId, messageForms } from '../../generated/server.js';
import { ClusterCertError } from '../errors.js';
import type { ContractValidator } from './contract-validator.js';
import type { LocalsResponse } from './locals.js';
import type { MatchedRequest, Operation } from './match.js';
import { type ParameterValues, readParameters } from './read-parameters.js';
import { type ReadBody, parseBody } from './request-body.js';
import { compileRoutes, findRoute } from './routes.js';
import type { ContractSchemas } from './schemas.js';
import type { ValidatedUrls } from './validated-urls.js';
import { RequestViolation, asError } from './violation.js';

/** The parameters of an operation, in the form for its handler. */
export type RequestValues = ParameterValues & Partial<ReadBody>;

export interface RequestValidatorOptions {
  /** Serves requests outside the contract, and reads bodies. */
  router: Express;
  validator: ContractValidator;
  schemas: ContractSchemas;
  validatedUrls: ValidatedUrls;
  /** Names of query parameters that carry credentials. */
  secretQueries?: readonly string[];
}

export class RequestValidator {
  readonly #options: RequestValidatorOptions;
  readonly #routes = compileRoutes();

  constructor(options: RequestValidatorOptions) {
    this.#options = options;
  }

  /** The operation of a request; undefined if the request is answered already. Throws `not_found` and others. */
  async match(request: MatchedRequest, response: LocalsResponse): Promise<Operation | undefined> {
    const known = this.#options.validatedUrls.find(request);
    if (known) {
      response.locals.contentType = request.headers['content-type'];
      request.openapi = known;
      return known.schema;
    }
    if (!(await route(this.#options.router, request, response))) return undefined;
    const { method = '', url = '', originalUrl = url } = request;
    const found = findRoute(this.#routes, method, originalUrl.replace(/[?#].*$/s, ''));
    const match = await this.#options.validator.open(found.operationId, request, response);
    match.pathParams = found.values;
    request.openapi = match;
    return match.schema;
  }

  /** The parameters and the body of a matched request; throws the validator's errors. */
  async validate(request: MatchedRequest, response: LocalsResponse): Promise<RequestValues> {
    const { openapi } = request;
    if (!openapi) throw new ClusterCertError('internal', 'a request was validated that has no operation');
    const { operationId } = openapi.schema;
    if (openapi.parameters) return copyOf(openapi.parameters);
    const { schemas, secretQueries, validatedUrls } = this.#options;
    const values = readParameters(request, openapi.pathParams, messageForms[operationId], secretQueries);
    schemas.checkParameters(operationId, values);
    const body = await this.#body(operationId, request, response);
    validatedUrls.remember(request, openapi, values);
    return { ...copyOf(values), ...body };
  }

  async #body(id: OperationId, request: MatchedRequest, response: LocalsResponse): Promise<Partial<ReadBody>> {
    const read = parseBody(request, response.locals, messageForms[id]);
    if (!read) return {};
    const { malformed, ...parsed } = read;
    request.body = parsed.body;
    await this.#options.validator.validateBody(request, response);
    if (malformed !== undefined) throw new RequestViolation('/body', malformed);
    return { ...parsed, body: request.body };
  }
}

/** Handlers may change their inputs. */
function copyOf({ path, query, header, cookie }: ParameterValues): ParameterValues {
  return { path: { ...path }, query: { ...query }, header: { ...header }, cookie: { ...cookie } };
}

/** Runs Express; false once it has answered. */
function route(router: Express, request: MatchedRequest, response: LocalsResponse): Promise<boolean> {
  return new Promise((resolve, reject) => {
    response.once('close', () => resolve(false));
    router(request as Request, response as Response, (error?: unknown) => {
      if (error) reject(asError(error));
      else resolve(true);
    });
  });
}
