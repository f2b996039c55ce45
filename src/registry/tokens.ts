// The tokens that are known. Who keeps them finds the caller; what the caller may do is decided elsewhere.
import type { Caller } from './caller.js';

/** Knows what tokens stand for. */
export interface Tokens {
  /**
   * The caller of a token that is valid now; undefined when it is unknown, revoked or has expired. The same object while
   * nothing changed. Throws `unavailable` when that cannot be told now.
   */
  findByToken(token: string): Promise<Caller | undefined>;
}
