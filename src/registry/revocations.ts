// What was revoked in a cluster. Nothing is stored of users and certificates that never were.

export interface RevokedUser {
  readonly userId: string;
  /** Grows with each revocation: the user's certificates carry it as a group from then on, those of before do not. */
  readonly generation: number;
  readonly revokedAt: Date;
}

export interface RevokedCredential {
  /** As Kubernetes spells it: `X509SHA256=` and the SHA-256 of the certificate's DER in 64 lower-case hexadecimal digits. */
  readonly credentialId: string;
  readonly revokedAt: Date;
  /** When the certificate ends by itself, and with it the entry. */
  readonly until: Date;
}

export interface ClusterRevocations {
  /** Sorted by user ID. */
  readonly users: readonly RevokedUser[];
  /** Sorted by ID; those that have ended are left out. */
  readonly credentials: readonly RevokedCredential[];
}

/** Knows what was revoked. */
export interface Revocations {
  /**
   * Looked up on this machine and in a moment: a look-up takes over what an equal one found only if both began in the same turn
   * of the event loop. Of other engines, equal look-ups at once are one.
   */
  readonly isLocal?: boolean;
  /**
   * What was revoked in a cluster, empty lists for one that is not known. The same object while nothing changed. Throws
   * `unavailable` when that cannot be told now.
   */
  listRevocations(clusterId: string): Promise<ClusterRevocations>;
}

/** Revokes. When a call returns, the revocation survives whatever happens to the process. */
export interface RevocationAdministration extends Revocations {
  /** Ends all certificates of a user in a cluster; gives the generation that the next ones carry. */
  revokeUser(clusterId: string, userId: string): Promise<number>;
  /** Ends one certificate in a cluster. */
  revokeCredential(clusterId: string, credential: { credentialId: string; until: Date }): Promise<void>;
}

/** Whether a text is a credential ID of a certificate. */
export function isCredentialId(text: string): boolean {
  return /^X509SHA256=[0-9a-f]{64}$/.test(text);
}

/** The generation that follows: larger than the last and, after a restored backup, than every one there ever was. */
export function nextGeneration(last: number, now: Date): number {
  return Math.max(last + 1, Math.floor(now.getTime() / 1000));
}
