// Lets the validator ask who is calling, and keeps what was found out for the request. The decisions are identity's.
import { setTimeout } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { ClusterCertError } from '../errors.js';
import { type Caller, type Identities, identify } from '../identity/identity.js';
import type { SignedRequest } from '../identity/signature.js';

/** What the middlewares leave for each other. */
export interface Locals {
  /** Writes lines under the request's ID. */
  log?: Record<'info' | 'error', (fields: object, message: string) => void>;
  caller?: Caller;
  /** The Content-Type as it came; the validator does not see it. */
  contentType?: string | undefined;
  /** The bytes of the body as they came. */
  rawBody?: Uint8Array;
  authenticationFailure?: unknown;
}

// Longer than any local look-up takes: how long a refusal takes says nothing of what was looked up.
const refusalMs = 25;

/** Security handlers for the contract's two schemes, which are alternatives. */
export function securityHandlers(identities: Identities) {
  const hasToken = (request: Request) => (request.get('X-Auth-Token') ?? '') !== '';
  return {
    token: (request: Request) => authenticate(request, identities),
    // A token decides alone; without one, this handler finds out what is missing too.
    signature: (request: Request) => !hasToken(request) && authenticate(request, identities),
  };
}

/** What is known of why the validator refused the caller. */
export function authenticationError(error: unknown, { authenticationFailure }: Locals): unknown {
  const refused = (error as { status?: unknown } | undefined)?.status === 401 && !(error instanceof ClusterCertError);
  return refused ? (authenticationFailure ?? error) : error;
}

/** Finds out who is calling. False for a caller who is refused; why is kept for `authenticationError`. */
export async function authenticate(request: Request, identities: Identities): Promise<boolean> {
  const { locals } = request.res as Response<unknown, Locals>;
  const startedAt = performance.now();
  try {
    locals.caller = await identify(toSignedRequest(request, locals), identities);
    return true;
  } catch (error) {
    // The validator would show the message of what is thrown here to the caller.
    locals.authenticationFailure = error;
    await setTimeout(Math.max(0, startedAt + refusalMs - performance.now()));
    return false;
  }
}

function toSignedRequest(
  { method, originalUrl: url, headers }: Request,
  { contentType, rawBody }: Locals,
): SignedRequest {
  const single = Object.entries(headers).filter((header): header is [string, string] => typeof header[1] === 'string');
  return {
    method,
    url,
    headers: { ...Object.fromEntries(single), ...(contentType !== undefined && { 'content-type': contentType }) },
    body: rawBody ?? Buffer.alloc(0),
  };
}
