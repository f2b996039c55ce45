// The embedded access keys: one file each under `access-keys/`. Verifying a signature needs the secret, so it is kept
// in clear, readable by its owner only: an encryption key would lie beside it and protect nothing.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isMissing, listEntries, putFile, removeEntry } from '../../files/atomic-write.js';
import { readFailure } from '../../files/read-failure.js';
import { cacheBytesOf } from '../../cache/cache-shares.js';
import { RememberedFiles } from '../../files/remembered-files.js';
import type {
  AccessKeyAdministration,
  AccessKeyRecord,
  AccessKeys,
  NewAccessKey,
  StoredAccessKey,
} from '../access-keys.js';
import type { StoreOptions } from '../data-store.js';
import { callerBytesOf } from '../entry-sizes.js';
import { type Caller, assertCaller } from '../caller.js';
import { drawAccessKey, isAccessKeyId } from '../new-access-key.js';

interface AccessKeyFile {
  userId: string;
  projectId: string;
  groups: string[];
  secret: string;
  securityTokenHash?: string;
  createdAt: string;
  expiresAt?: string;
}

export interface RememberedKey {
  readonly key: StoredAccessKey;
  readonly createdAt: Date;
}

const extension = '.json';

/** Access keys in a data folder. */
export class AccessKeyFolder implements AccessKeys, AccessKeyAdministration {
  readonly isLocal = true;
  readonly #folder: string;
  readonly #now: () => Date;
  readonly #remembered: RememberedFiles<RememberedKey>;

  constructor(dataFolder: string, { now = () => new Date(), cacheBytes }: StoreOptions = {}) {
    this.#folder = path.join(dataFolder, 'access-keys');
    this.#now = now;
    this.#remembered = new RememberedFiles({
      maximumBytes: cacheBytesOf('accessKeys', cacheBytes),
      sizeOf: ({ key }) => callerBytesOf(key),
    });
  }

  async findAccessKey(id: string): Promise<StoredAccessKey | undefined> {
    return (await this.#read(id))?.key;
  }

  async add(caller: Caller, { lifetimeSeconds }: { lifetimeSeconds?: number | undefined } = {}): Promise<NewAccessKey> {
    assertCaller(caller);
    const { userId, projectId, groups } = caller;
    const { id, secret, securityToken, securityTokenHash } = drawAccessKey({
      isTemporary: lifetimeSeconds !== undefined,
    });
    const createdAt = this.#now();
    const expiresAt =
      lifetimeSeconds === undefined ? undefined : new Date(createdAt.getTime() + lifetimeSeconds * 1000);
    const stored = { userId, projectId, groups, createdAt, expiresAt, secret, securityTokenHash };
    await putFile(path.join(this.#folder, id + extension), `${JSON.stringify(stored, null, 2)}\n`);
    return { secret, securityToken, record: { id, userId, projectId, groups, createdAt, expiresAt } };
  }

  async list(onProblem: (problem: unknown) => void = () => undefined): Promise<AccessKeyRecord[]> {
    const names = (await listEntries(this.#folder)).filter((name) => name.endsWith(extension));
    const ids = names.map((name) => name.slice(0, -extension.length));
    const records: AccessKeyRecord[] = [];
    // One after the other: the number of open files is limited.
    for (const id of ids) {
      const stored = await this.#read(id).catch((problem: unknown) => {
        onProblem(problem);
        return undefined;
      });
      if (!stored) continue;
      const { userId, projectId, groups, expiresAt } = stored.key;
      records.push({ id, userId, projectId, groups, createdAt: stored.createdAt, expiresAt });
    }
    return records.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  }

  async revoke(id: string): Promise<boolean> {
    return isAccessKeyId(id) && removeEntry(path.join(this.#folder, id + extension));
  }

  async #read(id: string): Promise<RememberedKey | undefined> {
    // The pattern keeps every path inside the folder.
    if (!isAccessKeyId(id)) return undefined;
    const file = path.join(this.#folder, id + extension);
    try {
      return await this.#remembered.get(
        id,
        () => [file],
        async () => readStored(id, await readFile(file, 'utf8')),
      );
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw readFailure(`access key '${id}'`, error);
    }
  }
}

/** A damaged file must not become a key that never ends or needs no token. */
function assertWhole({ secret, expiresAt, securityTokenHash }: { [Field in keyof AccessKeyFile]?: unknown }): void {
  if (typeof secret !== 'string' || secret === '') throw new Error('it has no secret');
  if ((expiresAt === undefined) !== (securityTokenHash === undefined))
    throw new Error('expiresAt and securityTokenHash go together');
  // A permanent key has neither.
  if (expiresAt === undefined) return;
  if (typeof expiresAt !== 'string' || Number.isNaN(Date.parse(expiresAt))) throw new Error('expiresAt is not a time');
  if (typeof securityTokenHash !== 'string' || !/^[0-9a-f]{64}$/.test(securityTokenHash))
    throw new Error('securityTokenHash is not a hash');
}

/** The access key in the text of its file. */
export function readStored(id: string, text: string): RememberedKey {
  const stored = JSON.parse(text) as AccessKeyFile;
  assertCaller(stored);
  assertWhole(stored);
  const { userId, projectId, groups, secret, securityTokenHash, createdAt } = stored;
  const expiresAt = stored.expiresAt === undefined ? undefined : new Date(stored.expiresAt);
  // Frozen, because it is cached and passed to any embedder's handlers.
  const key = { id, userId, projectId, groups: Object.freeze([...groups]), secret, securityTokenHash, expiresAt };
  return { key: Object.freeze(key), createdAt: new Date(createdAt) };
}
