// The provider as a listener of HTTP requests: puts the pipeline together. It does not listen and knows no files; what it
// needs is handed in.
import type { RequestListener, ServerResponse } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import { middleware as openApiValidator } from 'express-openapi-validator';
import { routes } from '../../generated/server.js';
import type { SignatureIdentity } from '../identity/identity.js';
import { LookUps, boundTokens } from '../registry/look-ups.js';
import { type ContractDocument, loadContract } from '../spec.js';
import { apiReference } from './api-reference.js';
import { type AppOptions, defaultLimits } from './app-options.js';
import type { Locals } from './locals.js';
import { createPipeline } from './pipeline.js';
import { readBody } from './request-body.js';
import { Limits } from './request-limits.js';
import { logRequest } from './request-log.js';
import { Responses, type ValidateResponse } from './responses.js';
import { RequestValidator } from './validate-requests.js';
import { ValidatedUrls } from './validated-urls.js';

/** The provider as a listener of HTTP requests; the caller makes it listen, or mounts it at the root of an application. */
export function createApp({ handlers, tokens, signatures, log, assertReady, ...options }: AppOptions): RequestListener {
  const { limits = defaultLimits, behindProxy = false, strict = false } = options;
  const contract = loadContract();
  const maximumTokenLength = contract.components.securitySchemes.token['x-max-length'];
  const validatedUrls = new ValidatedUrls(contract, options);
  const { findOperation, checkRequest, validateResponse } = createValidator(contract);
  const serve = createPipeline({
    handlers,
    validator: new RequestValidator({ router: createRouter(findOperation), check: checkRequest, validatedUrls }),
    responses: new Responses(validateResponse),
    identities: {
      tokens: boundTokens(tokens),
      signatures: signatures && boundSignatures(signatures),
      maximumTokenLength,
    },
    limits: new Limits(limits, { behindProxy }),
    strict,
    assertReady,
  });
  return (request, response: ServerResponse & { locals?: Locals }) => {
    const known = Object.assign(response, { locals: response.locals ?? {} });
    logRequest(log, request, known);
    // Answers carry private keys; no cache may keep them and no browser guess at them.
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    void serve(request, known);
  };
}

function boundSignatures(signatures: SignatureIdentity): SignatureIdentity {
  const lookUps = new LookUps({ engine: 'identity' });
  return { findBySignature: (request) => lookUps.run(() => signatures.findBySignature(request)) };
}

/** The validator's middlewares, by what they are for. Who calls is found out between the first two. */
function createValidator(contract: ContractDocument) {
  const [loadPaths, findOperation, , checkRequest, validateResponse] = openApiValidator({
    apiSpec: contract as never,
    // The checks hold the contract to the OpenAPI schema before it is published.
    validateApiSpec: false,
    validateRequests: true,
    validateResponses: true,
    validateSecurity: false,
    fileUploader: false,
  }) as RequestHandler[];
  if (!loadPaths || !findOperation || !checkRequest || !validateResponse) {
    throw new TypeError('express-openapi-validator has other middlewares than expected');
  }
  return {
    findOperation: [loadPaths, findOperation],
    checkRequest,
    validateResponse: validateResponse as unknown as ValidateResponse,
  };
}

/** Express serves the API's description, reads bodies and knows the contract's paths to the letter. */
function createRouter(findOperation: RequestHandler[]): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  // The validator follows these settings: a path is exactly what the contract says.
  app.enable('case sensitive routing').enable('strict routing');
  app.use(apiReference(), readBody(), findOperation);
  // To the validator, a path with a slash too many is one of the contract's.
  const found: RequestHandler = (_request, { locals }: { locals: Locals }, next) => {
    locals.isRouted = true;
    next();
  };
  for (const { method, path } of routes) app[method](path, found);
  return app;
}
