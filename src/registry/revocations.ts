// The revocations of a cluster. Nothing is stored about users and certificates that were never revoked.
import { parameterPatterns } from '../../generated/parameters.js';
import { ClusterCertError, quoted } from '../errors.js';
import { isName } from './caller.js';

export interface RevokedUser {
  readonly userId: string;
  /** Grows with each revocation: new certificates of the user carry it as a group, older ones do not. */
  readonly generation: number;
  readonly revokedAt: Date;
}

export interface RevokedCredential {
  /** As Kubernetes spells it: `X509SHA256=` and the SHA-256 of the certificate's DER in 64 lower-case hexadecimal digits. */
  readonly credentialId: string;
  readonly revokedAt: Date;
  /** The end of the certificate, and so of the entry. */
  readonly until: Date;
}

export interface ClusterRevocations {
  /** Sorted by user ID. */
  readonly users: readonly RevokedUser[];
  /** Sorted by ID; those that have ended are left out. */
  readonly credentials: readonly RevokedCredential[];
}

/** Finds revocations. */
export interface Revocations {
  /**
   * True for look-ups that are local and fast: equal ones share a result only if both began in the same turn of the
   * event loop. With other engines, simultaneous equal look-ups are made once.
   */
  readonly isLocal?: boolean;
  /**
   * The revocations of a cluster; empty lists for an unknown one. The same object while nothing changed. Throws
   * `unavailable` when the look-up fails.
   */
  listRevocations(clusterId: string): Promise<ClusterRevocations>;
}

/** Revokes. Once a call returns, the revocation survives any failure of the process. */
export interface RevocationAdministration extends Revocations {
  /** Ends all certificates of a user in a cluster; gives the generation that the next ones carry. */
  revokeUser(clusterId: string, userId: string): Promise<number>;
  /** Ends one certificate in a cluster. */
  revokeCredential(clusterId: string, credential: { credentialId: string; until: Date }): Promise<void>;
}

/** Throws `invalid_argument` for a text that cannot be a user's ID. */
export function assertUserId(userId: string): void {
  if (isName(userId)) return;
  const message = `user ID ${quoted(userId)} is not valid; it must be 1 to 64 printable characters`;
  throw new ClusterCertError('invalid_argument', message);
}

/** Throws `invalid_argument` for a text that cannot be a credential ID. */
export function assertCredentialId(credentialId: string): void {
  if (isCredentialId(credentialId)) return;
  const message = `credential ID ${quoted(credentialId)} is not valid; it must be X509SHA256= and 64 lower-case hexadecimal digits`;
  throw new ClusterCertError('invalid_argument', message);
}

/** The ID in lower case. Throws a `TypeError` for a text that is none. */
export function normalClusterId(clusterId: string): string {
  if (!parameterPatterns.cluster_id.test(clusterId)) throw new TypeError(`'${clusterId}' is no cluster ID`);
  return clusterId.toLowerCase();
}

/** Revocations that hold, until the first of them ends. */
export interface OpenRevocations {
  readonly revocations: ClusterRevocations;
  /** In ms. */
  readonly staleAt: number;
}

/** The revocations that hold at a moment, sorted and frozen. */
export function openRevocations({ users, credentials }: ClusterRevocations, now: number): OpenRevocations {
  const open = credentials.filter(({ until }) => until.getTime() > now);
  return {
    revocations: Object.freeze({
      users: Object.freeze([...users].sort((one, other) => compare(one.userId, other.userId))),
      credentials: Object.freeze(open.sort((one, other) => compare(one.credentialId, other.credentialId))),
    }),
    staleAt: Math.min(...open.map(({ until }) => until.getTime())),
  };
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** Whether a text is a credential ID of a certificate. */
export function isCredentialId(text: string): boolean {
  return /^X509SHA256=[0-9a-f]{64}$/.test(text);
}

/** The next generation: larger than the last and, even after a restored backup, than any before. */
export function nextGeneration(last: number, now: Date): number {
  return Math.max(last + 1, Math.floor(now.getTime() / 1000));
}
