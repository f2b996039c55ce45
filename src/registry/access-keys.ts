// The access keys that are known. Who keeps them finds a key; whether a request may be believed is decided elsewhere.
import type { ProjectCaller } from './caller.js';

/** An access key with what a signature is verified by. */
export interface StoredAccessKey extends ProjectCaller {
  /** The access key (AK): 20 upper-case letters and digits; no secret. */
  readonly id: string;
  /** The secret access key (SK). */
  readonly secret: string;
  /** Only temporary keys end by themselves; they have a security token too. */
  readonly expiresAt: Date | undefined;
  /** SHA-256 of the security token, in hexadecimal digits. */
  readonly securityTokenHash: string | undefined;
}

/** Knows access keys. */
export interface AccessKeys {
  /**
   * The key of that ID, also one that has expired; undefined when it is unknown or revoked. The same object while nothing
   * changed. Throws `unavailable` when that cannot be told now.
   */
  findAccessKey(id: string): Promise<StoredAccessKey | undefined>;
}
