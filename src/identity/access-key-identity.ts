// Decides whether to accept a signed request: the key, its expiry, the lock after wrong guesses, the clock, the
// security token and the signature. The registry keeps the keys.
import { createHash, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessKeys, StoredAccessKey } from '../registry/access-keys.js';
import { boundAccessKeys } from '../registry/look-ups.js';
import type { Caller } from '../registry/caller.js';
import {
  type SignedRequest,
  assertRecent,
  parseSignature,
  refuse,
  signatureFails,
  verifySignature,
} from '../signing/verify-signature.js';
import type { SignatureIdentity } from './identity.js';

// As the clouds' gateways do it.
const failuresAllowed = 5;
const lockedMs = 5 * 60 * 1000;
const mostRemembered = 10_000;

/** Identifies callers by the signatures of their access keys. */
export class AccessKeyIdentity implements SignatureIdentity {
  readonly #keys: AccessKeys;
  readonly #now: () => Date;
  /** Consecutive failures by access key; the lock ends with the entry. Each process counts its own. */
  readonly #failures = new LRUCache<string, { count: number; lastAt: number }>({ max: mostRemembered });

  constructor(keys: AccessKeys, { now = () => new Date() }: { now?: () => Date } = {}) {
    this.#keys = boundAccessKeys(keys);
    this.#now = now;
  }

  async findBySignature(request: SignedRequest): Promise<Caller> {
    const presented = parseSignature(request.headers['authorization'] ?? '');
    const id = presented.accessKeyId;
    const key = await this.#keys.findAccessKey(id);
    const now = this.#now();
    if (!key) refuse(`Get secretKey failed,ak:${id},err:ak not exist`);
    if (key.expiresAt && key.expiresAt <= now) refuse(`Get secretKey failed,ak:${id},err:ak has expired`);
    this.#assertUnlocked(id, now);
    assertRecent(request, now);
    assertSecurityToken(request, key);
    try {
      checkSecurityToken(request, key);
      verifySignature(request, presented, key.secret);
    } catch (error) {
      this.#failures.set(id, { count: (this.#failures.get(id)?.count ?? 0) + 1, lastAt: now.getTime() });
      throw error;
    }
    this.#failures.delete(id);
    const { userId, projectId, groups } = key;
    return { userId, projectId, groups, accessKeyId: id };
  }

  #assertUnlocked(id: string, now: Date): void {
    const { count = 0, lastAt = 0 } = this.#failures.get(id) ?? {};
    if (count <= failuresAllowed) return;
    // A clock that was set back must not make the lock longer.
    if (Math.abs(now.getTime() - lastAt) < lockedMs) {
      const until = new Date(lastAt + lockedMs).toISOString();
      refuse(`AK access failed to reach the limit,forbidden; the access key is locked until ${until}`);
    }
    this.#failures.delete(id);
  }
}

/** A missing security token is not a guess, so it does not count towards the lock. */
function assertSecurityToken({ headers }: SignedRequest, { securityTokenHash }: StoredAccessKey): void {
  if (securityTokenHash === undefined || headers['x-security-token'] !== undefined) return;
  signatureFails('the access key is temporary; the header X-Security-Token is missing');
}

/** A temporary key works only together with the token that it was handed out with. */
function checkSecurityToken({ headers }: SignedRequest, { securityTokenHash }: StoredAccessKey): void {
  if (securityTokenHash === undefined) return;
  const presented = headers['x-security-token'] ?? '';
  const hash = createHash('sha256').update(presented).digest();
  if (!timingSafeEqual(hash, Buffer.from(securityTokenHash, 'hex')))
    signatureFails('X-Security-Token does not belong to the access key');
}
