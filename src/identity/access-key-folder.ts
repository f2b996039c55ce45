// The embedded access keys: one file each under `access-keys/`. The secret is needed to verify a signature, so it is kept
// as it is, readable by its owner only: a key to encrypt it with would have to lie beside it and protect nothing.
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LRUCache } from 'lru-cache';
import { isMissing, listEntries, putFile, removeEntry, unreadableBecause } from '../data-folder.js';
import { ClusterCertError } from '../errors.js';
import { RememberedFiles } from '../remembered-files.js';
import { type Caller, type ProjectCaller, type SignatureIdentity, assertCaller } from './identity.js';
import {
  type SignedRequest,
  assertRecent,
  parseSignature,
  refuse,
  signatureFails,
  verifySignature,
} from './signature.js';

export interface AccessKeyRecord extends ProjectCaller {
  /** The access key (AK): 20 upper-case letters and digits; no secret. */
  readonly id: string;
  readonly createdAt: Date;
  /** Only temporary keys end by themselves. */
  readonly expiresAt: Date | undefined;
}

interface StoredAccessKey {
  userId: string;
  projectId: string;
  groups: string[];
  secret: string;
  securityTokenHash?: string;
  createdAt: string;
  expiresAt?: string;
}

const extension = '.json';
const idPattern = /^[A-Z0-9]{20}$/;
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const letters = 'abcdefghijklmnopqrstuvwxyz';

// As the clouds' gateways do it.
const failuresAllowed = 5;
const lockedMs = 5 * 60 * 1000;
const mostRemembered = 10_000;

export class AccessKeyFolder implements SignatureIdentity {
  readonly #folder: string;
  readonly #now: () => Date;
  /** Consecutive failures by access key; the lock ends with the entry. Each process counts its own. */
  readonly #failures = new LRUCache<string, { count: number; lastAt: number }>({ max: mostRemembered });
  readonly #remembered = new RememberedFiles<StoredAccessKey>({ most: mostRemembered });

  constructor(dataFolder: string, { now = () => new Date() }: { now?: () => Date } = {}) {
    this.#folder = path.join(dataFolder, 'access-keys');
    this.#now = now;
  }

  async findBySignature(request: SignedRequest): Promise<Caller> {
    const presented = parseSignature(request.headers['authorization'] ?? '');
    const id = presented.accessKeyId;
    const stored = await this.#read(id);
    const now = this.#now();
    if (!stored) refuse(`Get secretKey failed,ak:${id},err:ak not exist`);
    if (stored.expiresAt !== undefined && new Date(stored.expiresAt) <= now)
      refuse(`Get secretKey failed,ak:${id},err:ak has expired`);
    this.#assertUnlocked(id, now);
    assertRecent(request, now);
    try {
      checkSecurityToken(request, stored);
      verifySignature(request, presented, stored.secret);
    } catch (error) {
      this.#failures.set(id, { count: (this.#failures.get(id)?.count ?? 0) + 1, lastAt: now.getTime() });
      throw error;
    }
    this.#failures.delete(id);
    const { userId, projectId, groups } = stored;
    return { userId, projectId, groups };
  }

  /** Makes an access key for the caller; with a lifetime a temporary one, which has a security token too. */
  async add(caller: Caller, { lifetimeSeconds }: { lifetimeSeconds?: number | undefined } = {}) {
    assertCaller(caller);
    const { userId, projectId, groups } = caller;
    const [id, secret] = [draw(digits, 20), draw(digits + letters, 40)];
    const securityToken = lifetimeSeconds === undefined ? undefined : randomBytes(64).toString('base64url');
    const createdAt = this.#now();
    const expiresAt =
      lifetimeSeconds === undefined ? undefined : new Date(createdAt.getTime() + lifetimeSeconds * 1000);
    const securityTokenHash = securityToken === undefined ? undefined : sha256(securityToken).toString('hex');
    const stored = { userId, projectId, groups, createdAt, expiresAt, secret, securityTokenHash };
    await putFile(path.join(this.#folder, id + extension), `${JSON.stringify(stored, null, 2)}\n`);
    return { secret, securityToken, record: { id, userId, projectId, groups, createdAt, expiresAt } };
  }

  /** Every access key, without its secret, the oldest first. Those that cannot be read are left out, and reported. */
  async list(onProblem: (problem: unknown) => void = () => undefined): Promise<AccessKeyRecord[]> {
    const names = (await listEntries(this.#folder)).filter((name) => name.endsWith(extension));
    const ids = names.map((name) => name.slice(0, -extension.length));
    const records: AccessKeyRecord[] = [];
    // One after the other: a process may open so many files only.
    for (const id of ids) {
      const stored = await this.#read(id).catch((problem: unknown) => {
        onProblem(problem);
        return undefined;
      });
      if (!stored) continue;
      const { userId, projectId, groups, createdAt, expiresAt } = stored;
      const end = expiresAt === undefined ? undefined : new Date(expiresAt);
      records.push({ id, userId, projectId, groups, createdAt: new Date(createdAt), expiresAt: end });
    }
    return records.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  }

  /** Makes an access key invalid at once; false when there is none of that ID. */
  async revoke(id: string): Promise<boolean> {
    return idPattern.test(id) && removeEntry(path.join(this.#folder, id + extension));
  }

  #assertUnlocked(id: string, now: Date): void {
    const { count = 0, lastAt = 0 } = this.#failures.get(id) ?? {};
    if (count <= failuresAllowed) return;
    // A clock that was set back must not lock for longer.
    if (Math.abs(now.getTime() - lastAt) < lockedMs) refuse('AK access failed to reach the limit,forbidden');
    this.#failures.delete(id);
  }

  async #read(id: string): Promise<StoredAccessKey | undefined> {
    // The pattern keeps every path inside the folder.
    if (!idPattern.test(id)) return undefined;
    const file = path.join(this.#folder, id + extension);
    try {
      return await this.#remembered.get(id, [file], async () => readStored(await readFile(file, 'utf8')));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw new ClusterCertError('data_unreadable', `access key '${id}' cannot be read: ${unreadableBecause(error)}`);
    }
  }
}

/** What is damaged must not turn into a key that never ends or needs no token. */
function assertWhole({ secret, expiresAt, securityTokenHash }: { [Field in keyof StoredAccessKey]?: unknown }): void {
  if (typeof secret !== 'string' || secret === '') throw new Error('it has no secret');
  if ((expiresAt === undefined) !== (securityTokenHash === undefined))
    throw new Error('expiresAt and securityTokenHash go together');
  // A key that does not end by itself has neither.
  if (expiresAt === undefined) return;
  if (typeof expiresAt !== 'string' || Number.isNaN(Date.parse(expiresAt))) throw new Error('expiresAt is not a time');
  if (typeof securityTokenHash !== 'string' || !/^[0-9a-f]{64}$/.test(securityTokenHash))
    throw new Error('securityTokenHash is not a hash');
}

function readStored(text: string): StoredAccessKey {
  const stored = JSON.parse(text) as StoredAccessKey;
  assertCaller(stored);
  assertWhole(stored);
  // Remembered, and given to handlers that may be anyone's.
  Object.freeze(stored.groups);
  return stored;
}

/** A temporary key works only together with the token that it was handed out with. */
function checkSecurityToken({ headers }: SignedRequest, { securityTokenHash }: StoredAccessKey): void {
  if (securityTokenHash === undefined) return;
  const presented = headers['x-security-token'];
  if (presented === undefined) signatureFails('the access key is temporary; the header X-Security-Token is missing');
  if (!timingSafeEqual(sha256(presented), Buffer.from(securityTokenHash, 'hex'))) {
    signatureFails('X-Security-Token does not belong to the access key');
  }
}

function draw(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
