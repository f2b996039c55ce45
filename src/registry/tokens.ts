// The tokens that are known: what the server needs of them, and what the commands need. A store finds the caller; what
// the caller may do is decided elsewhere.
import type { Caller, ProjectCaller } from './caller.js';

/** Knows what tokens stand for. */
export interface Tokens {
  /**
   * Looked up on this machine and in a moment: a look-up takes over what an equal one found only if both began in the same turn
   * of the event loop. Of other engines, equal look-ups at once are one.
   */
  readonly isLocal?: boolean;
  /**
   * The caller of a token that is valid now; undefined when it is unknown, revoked or has expired. The same object while
   * nothing changed. Throws `unavailable` when that cannot be told now.
   */
  findByToken(token: string): Promise<Caller | undefined>;
}

/** What is kept of a token. The token itself is not: only its SHA-256. */
export interface TokenRecord extends ProjectCaller {
  /** The first 12 hexadecimal digits of the token's SHA-256; no secret. */
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Makes and revokes tokens. A change counts for every look-up that starts after it, here and on every replica. */
export interface TokenAdministration {
  /** Makes a token for the caller and shows it this once. Throws `invalid_argument` for a caller who cannot stand in a certificate. */
  add(caller: Caller, options: { lifetimeSeconds: number }): Promise<{ token: string; record: TokenRecord }>;
  /** Every token, expired ones too, the oldest first. Those that cannot be read are left out, and reported. */
  list(onProblem?: (problem: unknown) => void): Promise<TokenRecord[]>;
  /** Makes a token invalid at once, by its ID or its whole SHA-256; false when there is none. */
  revoke(id: string): Promise<boolean>;
  /** Whether no token was ever made here, not even one that was revoked. */
  isUnused(): Promise<boolean>;
}
