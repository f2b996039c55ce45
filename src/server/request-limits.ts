// How many requests an address and a caller may send. Each process counts its own.
import { type RequestHandler, type Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { ClusterCertError } from '../errors.js';
import type { Locals } from './authenticate.js';

export interface RequestLimits {
  /** Requests per minute of one address (IPv6: one /56 network), whoever they are from; 0 for no limit. */
  perAddress: number;
  /** Requests per minute of one user; 0 for no limit. */
  perCaller: number;
}

/** A live provider throttles reads at about 70 a second; several users may share an address. */
export const defaultLimits: RequestLimits = { perAddress: 16_800, perCaller: 4_200 };

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
  return rateLimit({
    windowMs,
    limit: most,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator,
    validate: { trustProxy: false, xForwardedForHeader: false },
    handler: (request, _response, next) => {
      const { resetTime } = (request as unknown as { rateLimit: { resetTime?: Date } }).rateLimit;
      const retryAfterSeconds = Math.max(
        1,
        Math.ceil(((resetTime?.getTime() ?? Date.now() + windowMs) - Date.now()) / 1000),
      );
      next(
        new ClusterCertError('too_many_requests', `too many requests; try again in ${retryAfterSeconds} seconds`, {
          retryAfterSeconds,
        }),
      );
    },
  });
}
