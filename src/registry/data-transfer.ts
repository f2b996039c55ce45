// All contents of a store, item by item, including seeds, keys and the hashes of tokens, so that another store gives
// the same results.
import type { AuthorityFiles } from '../certificate/authority.js';
import type { StoredAccessKey } from './access-keys.js';
import type { ProjectCaller } from './caller.js';
import type { ClusterRecord } from './cluster-registry.js';
import type { ClusterRevocations } from './revocations.js';

/** A cluster with its authority, always including the seed. */
export interface StoredCluster {
  readonly kind: 'cluster';
  readonly record: ClusterRecord;
  readonly authority: AuthorityFiles & { seed: Uint8Array };
}

/** A token by its SHA-256 in hexadecimal digits. */
export interface StoredToken {
  readonly kind: 'token';
  readonly hash: string;
  readonly caller: ProjectCaller;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface StoredKey {
  readonly kind: 'access key';
  readonly key: StoredAccessKey;
  readonly createdAt: Date;
}

export interface StoredRevocations {
  readonly kind: 'revocations';
  readonly clusterId: string;
  readonly revocations: ClusterRevocations;
}

/** Says that tokens were made, even if none is left. */
export interface StoredMark {
  readonly kind: 'mark';
}

export type StoredItem = StoredCluster | StoredToken | StoredKey | StoredRevocations | StoredMark;

/** The result for an item: `different` was not written, because its place has another one. */
export type Written = 'copied' | 'present' | 'different';

export interface DataTransfer {
  /** Revocations first, tokens last, so that half a copy lets nobody in whom the whole would refuse. */
  read(onProblem: (problem: unknown) => void): AsyncIterable<StoredItem>;
  /** Writes an item, whole or not at all, and replaces none. Revocations are merged. */
  write(item: StoredItem): Promise<Written>;
}

/** Whether two items are the same, secrets included. */
export function isSameItem(one: StoredItem, other: StoredItem): boolean {
  return JSON.stringify(comparable(one)) === JSON.stringify(comparable(other));
}

function comparable(item: StoredItem): unknown {
  if (item.kind === 'cluster') {
    const { id, projectId, name, server, externalServer, revocation } = item.record;
    const { certificatePem, privateKeyPem, serverCertificatePem, seed } = item.authority;
    const texts = [certificatePem, privateKeyPem, serverCertificatePem ?? null, Buffer.from(seed).toString('base64')];
    return [id, projectId, name, server, externalServer ?? null, revocation ?? null, ...texts];
  }
  if (item.kind === 'token') {
    const { userId, projectId, groups } = item.caller;
    return [item.hash, userId, projectId, groups, item.createdAt, item.expiresAt];
  }
  if (item.kind === 'access key') {
    const { id, userId, projectId, groups, secret, securityTokenHash, expiresAt } = item.key;
    return [id, userId, projectId, groups, secret, securityTokenHash ?? null, expiresAt ?? null, item.createdAt];
  }
  return item;
}
