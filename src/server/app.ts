// The provider as a listener of HTTP requests: puts the pipeline together. It does not listen and reads no files;
// callers pass everything it needs.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type Express } from 'express';
import type { SignatureIdentity } from '../identity/identity.js';
import { LookUps, boundRevocations, boundTokens } from '../registry/look-ups.js';
import { type ContractDocument, loadContract } from '../spec.js';
import { apiReference } from './api-reference.js';
import { type AppOptions, defaultLimits } from './app-options.js';
import { clientIp } from './client-ip.js';
import { createContractValidator } from './contract-validator.js';
import { Health } from './health.js';
import type { Locals } from './locals.js';
import { type Metrics, meterLookUps } from './metrics.js';
import { createPipeline } from './pipeline.js';
import { readBody } from './request-body.js';
import { Limits } from './request-limits.js';
import { meterRequest } from './meter-request.js';
import { logRequest } from './request-log.js';
import { Responses } from './responses.js';
import { ContractSchemas } from './schemas.js';
import { Security } from './security.js';
import { RequestValidator } from './validate-requests.js';
import { ValidatedUrls } from './validated-urls.js';

/** The result of `createApp`. */
export type App = RequestListener & {
  /** From now on `/readyz` says that the provider is not ready; everything else continues. */
  drain: () => void;
};

/**
 * The provider as a listener of HTTP requests; the caller makes it listen, or mounts it at the root of an application.
 *
 * @example
 * import { createApp, createHandlers, createLog, listen, openData } from 'cce-clustercert/server';
 *
 * const { clusters, tokens, revocations } = await openData('/var/lib/clustercert');
 * const app = createApp({
 *   handlers: createHandlers({ clusters, revocations }),
 *   tokens,
 *   revocations,
 *   log: createLog(process.stderr),
 *   assertReady: () => clusters.assertReady(),
 * });
 * const { url, drain } = await listen(app, { host: '127.0.0.1', port: 8080 });
 * console.log(url);
 * process.once('SIGTERM', () => void drain({ deadlineMs: 10_000 }));
 */
export function createApp({ handlers, tokens, signatures, log, assertReady, ...options }: AppOptions): App {
  const { limits = defaultLimits, behindProxy = false, strict = false, metrics } = options;
  const contract = loadContract();
  const maximumTokenLength = contract.components.securitySchemes.token['x-max-length'];
  const schemas = new ContractSchemas(contract);
  const validator = createContractValidator(contract);
  const identities = {
    tokens: boundTokens(tokens, meterLookUps(metrics, 'tokens')),
    signatures: signatures && boundSignatures(signatures, metrics),
    maximumTokenLength,
  };
  const health = new Health(assertReady);
  const serve = createPipeline({
    handlers,
    validator: new RequestValidator({
      router: createRouter(),
      validator,
      schemas,
      validatedUrls: new ValidatedUrls(options),
      secretQueries: secretQueriesOf(contract),
    }),
    responses: new Responses(validator.validateResponse, { schemas, whenLogged: (act) => log.whenWritten(act) }),
    security: new Security(identities, options.schemes),
    limits: new Limits(limits),
    strict,
    health,
    metrics,
    revocations: options.revocations && boundRevocations(options.revocations),
  });
  const listener = (request: IncomingMessage, response: ServerResponse & { locals?: Locals }) => {
    const ip = clientIp(request, { behindProxy });
    const known = Object.assign(response, { locals: Object.assign(response.locals ?? {}, { ip }) });
    logRequest(log, request, known, { ip });
    if (metrics) meterRequest(metrics, request, known);
    // Responses carry private keys; no cache may store them, and no browser may sniff their type.
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    void serve(request, known);
  };
  return Object.assign(listener, { drain: () => health.drain() });
}

function boundSignatures(signatures: SignatureIdentity, metrics: Metrics | undefined): SignatureIdentity {
  const lookUps = new LookUps({ engine: 'identity', onEnd: meterLookUps(metrics, 'signatures') });
  return { findBySignature: (request) => lookUps.run(() => signatures.findBySignature(request)) };
}

/** Express serves the API's description and reads bodies. Which operation a request is for, it does not decide. */
function createRouter(): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.enable('case sensitive routing').enable('strict routing');
  return app.use(apiReference(), readBody());
}

/** Names of query parameters that carry credentials; operations do not list them. */
function secretQueriesOf({ components }: ContractDocument): string[] {
  const schemes = Object.values(components.securitySchemes) as { in?: string; name?: string }[];
  return schemes.flatMap(({ in: place, name }) => (place === 'query' && name !== undefined ? [name] : []));
}
