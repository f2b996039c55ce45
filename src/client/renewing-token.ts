// Tokens that run out: keeps the last one, gets a new one before it runs out or when it was refused, and lets calls that
// need one at the same time wait for the same answer.
import { type IssuedToken, renewTokens } from '../keystone/token-source.js';
import type { Authentication } from './create-client.js';
import { tokensFrom } from './tokens-from.js';

/** Authentication for `createClient`. Failures of `issue` reach the calls that waited for it and are not kept. */
export function renewingToken(issue: () => Promise<IssuedToken>, clock: { now?: () => Date } = {}): Authentication {
  const source = renewTokens(issue, clock);
  return tokensFrom(async (refused) => {
    if (refused !== undefined) await source.discard(refused);
    return source.token();
  });
}
