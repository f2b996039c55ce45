// The embedded access keys: one file each under `access-keys/`. Verifying a signature needs the secret, so it is kept
// in clear, readable by its owner only: an encryption key would lie beside it and protect nothing.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isMissing, listEntries, putFile, removeEntry } from '../../files/atomic-write.js';
import { readFailure } from '../../files/read-failure.js';
import { RememberedFiles } from '../../files/remembered-files.js';
import type {
  AccessKeyAdministration,
  AccessKeyRecord,
  AccessKeys,
  NewAccessKey,
  StoredAccessKey,
} from '../access-keys.js';
import { callerBounds } from '../cache-bounds.js';
import type { StoreOptions } from '../data-store.js';
import { type Caller, assertCaller } from '../caller.js';
import { isAccessKeyId, newAccessKey } from '../new-access-key.js';

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
    const { maximumBytes, sizeOf } = callerBounds('accessKeys', cacheBytes);
    this.#remembered = new RememberedFiles({ maximumBytes, sizeOf: ({ key }) => sizeOf(key) });
  }

  async findAccessKey(id: string): Promise<StoredAccessKey | undefined> {
    return (await this.#read(id))?.key;
  }

  async add(caller: Caller, { lifetimeSeconds }: { lifetimeSeconds?: number | undefined } = {}): Promise<NewAccessKey> {
    const { securityTokenHash, ...key } = newAccessKey(caller, { lifetimeSeconds, createdAt: this.#now() });
    const { id, ...record } = key.record;
    const stored = { ...record, secret: key.secret, securityTokenHash };
    await putFile(path.join(this.#folder, id + extension), `${JSON.stringify(stored, null, 2)}\n`);
    return key;
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
