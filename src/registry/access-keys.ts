// The access keys that are known: what the server needs of them, and what the commands need. A store finds a key;
// whether a request may be believed is decided elsewhere.
import type { Caller, ProjectCaller } from './caller.js';

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
   * Looked up on this machine and in a moment: a look-up takes over what an equal one found only if both began in the same turn
   * of the event loop. Of other engines, equal look-ups at once are one.
   */
  readonly isLocal?: boolean;
  /**
   * The key of that ID, also one that has expired; undefined when it is unknown or revoked. The same object while nothing
   * changed. Throws `unavailable` when that cannot be told now.
   */
  findAccessKey(id: string): Promise<StoredAccessKey | undefined>;
}

/** What is kept of an access key, without its secrets. */
export interface AccessKeyRecord extends ProjectCaller {
  /** The access key (AK): 20 upper-case letters and digits; no secret. */
  readonly id: string;
  readonly createdAt: Date;
  /** Only temporary keys end by themselves. */
  readonly expiresAt: Date | undefined;
}

/** An access key with its secrets, as they are shown once. */
export interface NewAccessKey {
  readonly record: AccessKeyRecord;
  /** The secret access key (SK). */
  readonly secret: string;
  /** Of temporary keys only. */
  readonly securityToken: string | undefined;
}

/** Makes and revokes access keys. A change counts for every look-up that starts after it, here and on every replica. */
export interface AccessKeyAdministration {
  /**
   * Makes an access key for the caller; with a lifetime a temporary one, which has a security token too. Throws
   * `invalid_argument` for a caller who cannot stand in a certificate.
   */
  add(caller: Caller, options?: { lifetimeSeconds?: number | undefined }): Promise<NewAccessKey>;
  /** Every access key, the oldest first. Those that cannot be read are left out, and reported. */
  list(onProblem?: (problem: unknown) => void): Promise<AccessKeyRecord[]>;
  /** Makes an access key invalid at once; false when there is none of that ID. */
  revoke(id: string): Promise<boolean>;
}
