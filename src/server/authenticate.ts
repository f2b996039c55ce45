// Lets the validator ask who is calling, and keeps what was found out for the request. The decisions are identity's.
import { setTimeout } from 'node:timers/promises';
import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import { ClusterCertError } from '../errors.js';
import { type Identities, type SignedRequest, identify } from '../identity/identity.js';
import type { Locals } from './locals.js';

// Longer than any local look-up takes: how long a refusal takes says nothing of what was looked up.
const refusalMs = 25;
const noBytes = Buffer.alloc(0);

/** Security handlers for the contract's two schemes, which are alternatives. */
export function securityHandlers(identities: Identities) {
  const localsOf = ({ res }: Request) => res?.locals as Locals;
  const hasToken = (request: Request) => (request.get('X-Auth-Token') ?? '') !== '';
  return {
    token: (request: Request) => authenticate(request, localsOf(request), identities),
    // A token decides alone; without one, this handler finds out what is missing too.
    signature: (request: Request) => !hasToken(request) && authenticate(request, localsOf(request), identities),
  };
}

/** What is known of why the validator refused the caller. */
export function authenticationError(error: unknown, { authenticationFailure }: Locals): unknown {
  const refused = (error as { status?: unknown } | undefined)?.status === 401 && !(error instanceof ClusterCertError);
  return refused ? (authenticationFailure ?? error) : error;
}

/** Finds out who is calling. False for a caller who is refused; why is kept for `authenticationError`. */
export async function authenticate(request: IncomingMessage, locals: Locals, identities: Identities): Promise<boolean> {
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
  { method = '', url = '', originalUrl = url, headers }: IncomingMessage & { originalUrl?: string },
  { contentType, rawBody }: Locals,
): SignedRequest {
  // Only Set-Cookie, which no request has a use for, comes as a list.
  const single: IncomingMessage['headers'] = { ...headers };
  delete single['set-cookie'];
  return {
    method,
    url: originalUrl,
    headers: {
      ...(single as Record<string, string>),
      ...(contentType !== undefined && { 'content-type': contentType }),
    },
    body: rawBody ?? noBytes,
  };
}
