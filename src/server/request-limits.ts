// How many requests an address and a caller may send. Each process counts its own.
import { type RequestHandler, type Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { ClusterCertError } from '../errors.js';
import type { RequestLimits } from './app-options.js';
import type { Locals } from './authenticate.js';

const windowMs = 60_000;

export function limitAddress({ perAddress }: RequestLimits): RequestHandler {
  return limit(perAddress, ({ ip = '' }) => ipKeyGenerator(ip));
}

/** Comes after authentication. */
export function limitCaller({ perCaller }: RequestLimits): RequestHandler {
  return limit(perCaller, (_request, { locals: { caller } }: Response<unknown, Locals>) => caller?.userId ?? '');
}

function limit(
  most: number,
  keyGenerator: (request: { ip?: string | undefined }, response: Response) => string,
): RequestHandler {
  if (most === 0) return (_request, _response, next) => next();
  // Minutes are counted from here by a clock that nobody sets; by the time of day, a clock that is set back would hold
  // a caller up for as long.
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  return rateLimit({
    windowMs,
    limit: most,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: (request, response) => `${Math.floor(elapsedMs() / windowMs)} ${keyGenerator(request, response)}`,
    validate: { trustProxy: false, xForwardedForHeader: false },
    handler: (_request, _response, next) => {
      const retryAfterSeconds = Math.max(1, Math.ceil((windowMs - (elapsedMs() % windowMs)) / 1000));
      next(
        new ClusterCertError('too_many_requests', `too many requests; try again in ${retryAfterSeconds} seconds`, {
          retryAfterSeconds,
        }),
      );
    },
  });
}
