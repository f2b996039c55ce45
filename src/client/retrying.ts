// Sends a call again when that may help: after 429, 502, 503, 504 and network errors, with growing delays and not
// before Retry-After. Only for calls that read: a POST may have taken effect before the connection broke.
import type { Fetch } from './create-client.js';

export interface RetryOptions {
  /** The most times that a call is sent (default: 4). */
  attempts?: number;
  /**
   * For each attempt, including the response body. Without it, only the call's own `signal` ends an attempt that hangs.
   */
  timeoutMs?: number;
  /** The longest wait (default: 30 seconds). A response whose Retry-After is longer is returned as it is. */
  maximumDelayMs?: number;
  /** Sends an attempt (default: the platform's fetch). */
  fetch?: Fetch;
  /** From 0 to below 1: the part of the allowed delay to wait. */
  random?: () => number;
  now?: () => Date;
  wait?: (delayMs: number, signal?: AbortSignal) => Promise<void>;
}

const worthRetrying = [429, 502, 503, 504];
const firstDelayMs = 250;

/**
 * A `fetch` for `createClient` that tries again. Ends at once when the call's signal is aborted.
 *
 * @example
 * import { createClient, retrying } from 'cce-clustercert';
 *
 * export const client = createClient({
 *   endpoint: 'https://cce.example.com',
 *   token: '…',
 *   fetch: retrying({ attempts: 3, timeoutMs: 10_000 }),
 * });
 */
export function retrying({
  attempts = 4,
  timeoutMs,
  maximumDelayMs = 30_000,
  fetch = (url, init) => globalThis.fetch(url, init),
  random = Math.random,
  now = () => new Date(),
  wait = waitFor,
}: RetryOptions = {}): Fetch {
  const send: Fetch = (url, init) => {
    if (timeoutMs === undefined) return fetch(url, init);
    const timeout = AbortSignal.timeout(timeoutMs);
    return fetch(url, { ...init, signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout });
  };
  return async (url, init) => {
    if ((init.method ?? 'GET') !== 'GET') return send(url, init);
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await send(url, init).catch((error: unknown) => ({ error }));
      const last = attempt >= attempts || init.signal?.aborted;
      const asked = 'error' in outcome ? 0 : delayAskedFor(outcome, now());
      // Spreads the retries of callers that failed together.
      const delayMs = asked + random() * Math.min(maximumDelayMs - asked, firstDelayMs * 2 ** attempt);
      if ('error' in outcome) {
        if (last) throw outcome.error;
      } else {
        if (last || !worthRetrying.includes(outcome.status) || asked > maximumDelayMs) return outcome;
        await outcome.body?.cancel().catch(() => undefined);
      }
      await wait(delayMs, init.signal ?? undefined);
    }
  };
}

/** Retry-After is in seconds or an HTTP date (RFC 9110, section 10.2.3); any other value is ignored. */
function delayAskedFor({ headers }: Response, now: Date): number {
  const value = headers.get('Retry-After') ?? '';
  const delayMs = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
  return Math.max(delayMs || 0, 0);
}

function waitFor(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, delayMs);
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end);
  });
}
