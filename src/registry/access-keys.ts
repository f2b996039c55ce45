// Access keys: one interface for the server, one for the commands. A store finds a key; others decide whether to accept
// a request.
import type { Caller, ProjectCaller } from './caller.js';

/** An access key with the secret that verifies signatures. */
export interface StoredAccessKey extends ProjectCaller {
  /** The access key (AK): 20 upper-case letters and digits; no secret. */
  readonly id: string;
  /** The secret access key (SK). */
  readonly secret: string;
  /** Only temporary keys end by themselves; they also have a security token. */
  readonly expiresAt: Date | undefined;
  /** SHA-256 of the security token, in hexadecimal digits. */
  readonly securityTokenHash: string | undefined;
}

/** Finds access keys. */
export interface AccessKeys {
  /**
   * True for look-ups that are local and fast: equal ones share a result only if both began in the same turn of the
   * event loop. With other engines, simultaneous equal look-ups are made once.
   */
  readonly isLocal?: boolean;
  /**
   * The key of that ID, even an expired one; undefined when it is unknown or revoked. The same object while nothing
   * changed. Throws `unavailable` when the look-up fails.
   */
  findAccessKey(id: string): Promise<StoredAccessKey | undefined>;
}

/** The record of an access key, without its secrets. */
export interface AccessKeyRecord extends ProjectCaller {
  /** The access key (AK): 20 upper-case letters and digits; no secret. */
  readonly id: string;
  readonly createdAt: Date;
  /** Only temporary keys end by themselves. */
  readonly expiresAt: Date | undefined;
}

/** An access key with its secrets, which are shown once. */
export interface NewAccessKey {
  readonly record: AccessKeyRecord;
  /** The secret access key (SK). */
  readonly secret: string;
  /** Of temporary keys only. */
  readonly securityToken: string | undefined;
}

/** Makes and revokes access keys. Every look-up that starts after a change sees it, here and on every replica. */
export interface AccessKeyAdministration {
  /**
   * Makes an access key for the caller; with a lifetime a temporary one, which also has a security token. Throws
   * `invalid_argument` for a caller that a certificate cannot name.
   */
  add(caller: Caller, options?: { lifetimeSeconds?: number | undefined }): Promise<NewAccessKey>;
  /** Every access key, the oldest first. Unreadable ones are left out, and reported. */
  list(onProblem?: (problem: unknown) => void): Promise<AccessKeyRecord[]>;
  /** Makes an access key invalid at once; false when there is none of that ID. */
  revoke(id: string): Promise<boolean>;
}
