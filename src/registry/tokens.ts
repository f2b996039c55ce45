// Tokens: one interface for the server, one for the commands. A store finds the caller; others decide the caller's
// rights.
import type { Caller, ProjectCaller } from './caller.js';

/** Finds the callers of tokens. */
export interface Tokens {
  /**
   * True for look-ups that are local and fast: equal ones share a result only if both began in the same turn of the
   * event loop. With other engines, simultaneous equal look-ups are made once.
   */
  readonly isLocal?: boolean;
  /**
   * The caller of a token that is valid now; undefined when it is unknown, revoked or expired. The same object while
   * nothing changed. Throws `unavailable` when the look-up fails.
   */
  findByToken(token: string): Promise<Caller | undefined>;
}

/** The record of a token, which has only the SHA-256 of the token itself. */
export interface TokenRecord extends ProjectCaller {
  /** The first 12 hexadecimal digits of the token's SHA-256; no secret. */
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Makes and revokes tokens. Every look-up that starts after a change sees it, here and on every replica. */
export interface TokenAdministration {
  /**
   * Makes a token for the caller and returns it once. Throws `invalid_argument` for a caller that a certificate cannot
   * name.
   */
  add(caller: Caller, options: { lifetimeSeconds: number }): Promise<{ token: string; record: TokenRecord }>;
  /** Every token, expired ones too, the oldest first. Unreadable ones are left out, and reported. */
  list(onProblem?: (problem: unknown) => void): Promise<TokenRecord[]>;
  /** Makes a token invalid at once, by its ID or its whole SHA-256; false when there is none. */
  revoke(id: string): Promise<boolean>;
  /** Whether no token was ever made here, not even one that was revoked. */
  isUnused(): Promise<boolean>;
}
