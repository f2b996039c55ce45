// Calls with tokens that come from elsewhere, one for each call.
import type { Authentication, Fetch } from './create-client.js';
import { setCredential } from './credential-header.js';

/**
 * Gives a token for each call. When one was refused (401), it is asked again with that token; if it gives another, the
 * call is sent once more.
 */
export type TokenProvider = (refused?: string) => Promise<string>;

/** Authentication for `createClient` with what the provider gives. A call that is aborted does not wait for it. */
export function tokensFrom(provider: TokenProvider): Authentication {
  return async (request, send) => {
    const spare = request.clone();
    const first = await unlessAborted(provider(), request.signal);
    const response = await sendWith(first, request, send);
    if (response.status !== 401) return response;
    const second = await unlessAborted(provider(first), request.signal);
    if (second === first) return response;
    await response.body?.cancel();
    return sendWith(second, spare, send);
  };
}

function sendWith(token: string, request: Request, send: Fetch): Promise<Response> {
  setCredential(request, 'X-Auth-Token', token);
  return send(request);
}

async function unlessAborted<Value>(pending: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
