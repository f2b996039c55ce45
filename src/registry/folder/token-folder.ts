// The embedded identity: tokens belong to a user and a project, expire, and are kept as SHA-256 hashes, one file each,
// under `tokens/`. The token itself is shown once, when it is made.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isMissing, isUnusedFolder, listEntries, putFile, removeEntry } from '../../files/atomic-write.js';
import { readFailure } from '../../files/read-failure.js';
import { RememberedFiles } from '../../files/remembered-files.js';
import { callerBounds } from '../cache-bounds.js';
import type { StoreOptions } from '../data-store.js';
import { type Caller, assertCaller } from '../caller.js';
import { hashOfToken, isTokenId, newToken, tokenIdOf } from '../new-token.js';
import type { TokenAdministration, TokenRecord, Tokens } from '../tokens.js';

interface StoredToken {
  userId: string;
  projectId: string;
  groups: string[];
  createdAt: string;
  expiresAt: string;
}

const extension = '.json';
const fileName = /^[0-9a-f]{64}\.json$/;

/** Tokens in a data folder. */
export class TokenFolder implements Tokens, TokenAdministration {
  readonly isLocal = true;
  readonly #folder: string;
  readonly #now: () => Date;
  readonly #remembered: RememberedFiles<TokenRecord>;

  constructor(dataFolder: string, { now = () => new Date(), cacheBytes }: StoreOptions = {}) {
    this.#folder = path.join(dataFolder, 'tokens');
    this.#now = now;
    this.#remembered = new RememberedFiles<TokenRecord>(callerBounds('tokens', cacheBytes));
  }

  async findByToken(token: string): Promise<Caller | undefined> {
    const hash = hashOfToken(token);
    const record = await this.#read(hash);
    return record && record.expiresAt > this.#now() ? record : undefined;
  }

  async add(
    caller: Caller,
    { lifetimeSeconds }: { lifetimeSeconds: number },
  ): Promise<{ token: string; record: TokenRecord }> {
    const { token, hash, record } = newToken(caller, { lifetimeSeconds, createdAt: this.#now() });
    await putFile(this.#fileOf(hash), `${JSON.stringify({ ...record, id: undefined }, null, 2)}\n`);
    return { token, record };
  }

  async isUnused(): Promise<boolean> {
    // The folder comes with the first token and stays when that is revoked.
    return isUnusedFolder(this.#folder);
  }

  async list(onProblem: (problem: unknown) => void = () => undefined): Promise<TokenRecord[]> {
    const read = (hash: string) =>
      this.#read(hash).catch((problem: unknown) => {
        onProblem(problem);
        return undefined;
      });
    const records: (TokenRecord | undefined)[] = [];
    // One after the other: the number of open files is limited.
    for (const hash of await this.#hashes()) records.push(await read(hash));
    return records
      .filter((record) => record !== undefined)
      .sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  }

  async revoke(id: string): Promise<boolean> {
    if (!isTokenId(id)) return false;
    const hash = (await this.#hashes()).find((candidate) => candidate.startsWith(id));
    return hash !== undefined && removeEntry(this.#fileOf(hash));
  }

  #fileOf(hash: string): string {
    return path.join(this.#folder, hash + extension);
  }

  async #hashes(): Promise<string[]> {
    const names = await listEntries(this.#folder);
    return names.filter((name) => fileName.test(name)).map((name) => name.slice(0, -extension.length));
  }

  async #read(hash: string): Promise<TokenRecord | undefined> {
    const id = tokenIdOf(hash);
    try {
      return await this.#remembered.get(
        hash,
        () => [this.#fileOf(hash)],
        async () => readRecord(id, await readFile(this.#fileOf(hash), 'utf8')),
      );
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw readFailure(`token '${id}'`, error);
    }
  }
}

/** The record in the text of a token's file. */
export function readRecord(id: string, text: string): TokenRecord {
  const stored = JSON.parse(text) as StoredToken;
  const [createdAt, expiresAt] = [new Date(stored.createdAt), new Date(stored.expiresAt)];
  assertCaller(stored);
  if (Number.isNaN(expiresAt.getTime())) throw new Error('expiresAt is not a time');
  const { userId, projectId, groups } = stored;
  // Frozen, because it is cached and passed to any embedder's handlers.
  return Object.freeze({ id, userId, projectId, groups: Object.freeze(groups), createdAt, expiresAt });
}
