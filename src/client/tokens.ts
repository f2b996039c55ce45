// Authentication with tokens: one for each call from elsewhere, or kept and renewed here.
import { type IssuedToken, renewTokens } from '../keystone/token-source.js';
import { setCredential } from '../signing/credential-header.js';
import type { Authentication } from './create-client.js';

/**
 * Gives a token for each call. After a 401 it is called again with the refused token; if it gives another one, the call
 * is sent once more.
 */
export type TokenProvider = (refused?: string) => Promise<string>;

/**
 * Authentication for `createClient` that keeps the last token and gets a new one before it expires or when it was
 * refused. Simultaneous calls wait for the same token. Failures of `issue` reach the waiting calls and are not kept.
 *
 * @example
 * import { createClient, renewingToken } from 'cce-clustercert';
 *
 * const token = renewingToken(async () => {
 *   const response = await fetch('https://tokens.example.com/mine', { method: 'POST' });
 *   const { token, expires_at } = (await response.json()) as { token: string; expires_at: string };
 *   return { token, expiresAt: new Date(expires_at) };
 * });
 * export const client = createClient({ endpoint: 'https://cce.example.com', token });
 */
export function renewingToken(issue: () => Promise<IssuedToken>, clock: { now?: () => Date } = {}): Authentication {
  const source = renewTokens(issue, clock);
  return tokensFrom(async (refused) => {
    if (refused !== undefined) await source.discard(refused);
    return source.token();
  });
}

/**
 * Authentication for `createClient` with the provider's tokens. A call that is aborted does not wait for one.
 *
 * @example
 * import { createClient, tokensFrom } from 'cce-clustercert';
 *
 * export function clientOf(vault: { read: () => Promise<string> }) {
 *   return createClient({ endpoint: 'https://cce.example.com', token: tokensFrom(() => vault.read()) });
 * }
 */
export function tokensFrom(provider: TokenProvider): Authentication {
  return async (url, init, send) => {
    const sendWith = (token: string) => {
      setCredential(init.headers, 'X-Auth-Token', token);
      return send(url, init);
    };
    const first = await unlessAborted(provider(), init.signal);
    const response = await sendWith(first);
    if (response.status !== 401) return response;
    const second = await unlessAborted(provider(first), init.signal);
    if (second === first) return response;
    await response.body?.cancel().catch(() => undefined);
    return sendWith(second);
  };
}

async function unlessAborted<Value>(pending: Promise<Value>, signal?: AbortSignal | null): Promise<Value> {
  if (!signal) return pending;
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
