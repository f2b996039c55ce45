// Finds the caller of a raw request. Identity makes the decisions.
import { setTimeout } from 'node:timers/promises';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Identities, type SignedRequest, identify } from '../identity/identity.js';
import type { Caller } from '../registry/caller.js';
import type { Locals } from './locals.js';

// Longer than any local look-up, so that the time of a refusal reveals nothing about the look-up.
const refusalMs = 10;
const noBytes = Buffer.alloc(0);

/** The caller. Throws if the caller is refused, never sooner than any look-up takes. */
export async function authenticate(request: IncomingMessage, locals: Locals, identities: Identities): Promise<Caller> {
  const startedAt = performance.now();
  try {
    return await identify(toSignedRequest(request, locals), identities);
  } catch (error) {
    await setTimeout(Math.max(0, startedAt + refusalMs - performance.now()));
    throw error;
  }
}

function toSignedRequest(
  { method = '', url = '', originalUrl = url, headers }: IncomingMessage & { originalUrl?: string },
  { contentType, rawBody }: Locals,
): SignedRequest {
  const hasAll = headers['content-type'] === contentType && headers['set-cookie'] === undefined;
  const single = hasAll ? headers : singleValues(headers, contentType);
  return { method, url: originalUrl, headers: single as Record<string, string>, body: rawBody ?? noBytes };
}

/** Only Set-Cookie, which no request has a use for, comes as a list. */
function singleValues(headers: IncomingHttpHeaders, contentType: string | undefined): IncomingHttpHeaders {
  const single = { ...headers };
  delete single['set-cookie'];
  if (contentType !== undefined) single['content-type'] = contentType;
  return single;
}
