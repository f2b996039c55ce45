// Tokens in a database, as SHA-256 hashes.
import { createHash } from 'node:crypto';
import { cacheBytesOf } from '../../cache/cache-shares.js';
import { readFailure } from '../../files/read-failure.js';
import { type Caller, assertCaller } from '../caller.js';
import { drawToken } from '../draw-token.js';
import type { StoreOptions } from '../data-store.js';
import { callerBytesOf } from '../entry-sizes.js';
import type { TokenAdministration, TokenRecord, Tokens } from '../tokens.js';
import type { Database, Row } from './database.js';
import { Leases } from './leases.js';
import type { Schema } from './schema.js';

const idLength = 12;

export class TokenTable implements Tokens, TokenAdministration {
  readonly #database: Database;
  readonly #schema: Schema;
  readonly #now: () => Date;
  readonly #leases: Leases<TokenRecord>;

  constructor(
    { database, schema }: { database: Database; schema: Schema },
    { now = () => new Date(), cacheBytes }: StoreOptions,
  ) {
    this.#database = database;
    this.#schema = schema;
    this.#now = now;
    this.#leases = new Leases({
      maximumBytes: cacheBytesOf('tokens', cacheBytes),
      sizeOf: (caller) => callerBytesOf(caller),
    });
  }

  async findByToken(token: string): Promise<Caller | undefined> {
    const hash = hashOf(token);
    const record = await this.#leases.get(hash, async () => {
      const [row] = await this.#schema.lookUp('select * from clustercert.tokens where hash = $1', [hash]);
      return row && { rows: row, make: () => readRecord(row) };
    });
    return record && record.expiresAt > this.#now() ? record : undefined;
  }

  async add(
    caller: Caller,
    { lifetimeSeconds }: { lifetimeSeconds: number },
  ): Promise<{ token: string; record: TokenRecord }> {
    assertCaller(caller);
    const token = drawToken(32);
    const hash = hashOf(token);
    const createdAt = this.#now();
    const expiresAt = new Date(createdAt.getTime() + lifetimeSeconds * 1000);
    const { userId, projectId, groups } = caller;
    await this.#schema.prepare();
    await this.#database.transaction(async (query) => {
      await query(`insert into clustercert.marks (name) values ('tokens') on conflict do nothing`);
      await query(
        'insert into clustercert.tokens (hash, user_id, project_id, groups, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)',
        [hash, userId, projectId, groups, createdAt, expiresAt],
      );
    });
    return { token, record: { id: hash.slice(0, idLength), userId, projectId, groups, createdAt, expiresAt } };
  }

  async list(onProblem: (problem: unknown) => void = () => undefined): Promise<TokenRecord[]> {
    if (!(await this.#schema.isThere())) return [];
    const { rows } = await this.#database.query('select * from clustercert.tokens order by created_at, hash');
    return rows.flatMap((row) => {
      try {
        return [readRecord(row)];
      } catch (problem) {
        onProblem(problem);
        return [];
      }
    });
  }

  async revoke(id: string): Promise<boolean> {
    if (!/^[0-9a-f]+$/.test(id) || id.length < idLength || !(await this.#schema.isThere())) return false;
    return this.#database.transaction(async (query) => {
      // No hexadecimal digit comes after g.
      const { rows } = await query(
        `delete from clustercert.tokens where hash =
           (select hash from clustercert.tokens where hash >= $1 and hash < $2 order by hash limit 1)
         returning hash`,
        [id, `${id}g`],
      );
      for (const { hash } of rows) this.#leases.expire(String(hash));
      return rows.length > 0;
    });
  }

  async isUnused(): Promise<boolean> {
    if (!(await this.#schema.isThere())) return true;
    const { rows } = await this.#database.query(`select 1 from clustercert.marks where name = 'tokens'`);
    return rows.length === 0;
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The record of a row. */
export function readRecord(row: Row): TokenRecord {
  const id = String(row.hash).slice(0, idLength);
  try {
    const [createdAt, expiresAt] = [row.created_at as Date, row.expires_at as Date];
    const groups = Object.freeze([...(row.groups as string[])]);
    const caller = { userId: String(row.user_id), projectId: String(row.project_id), groups };
    assertCaller(caller);
    return Object.freeze({ id, ...caller, createdAt, expiresAt });
  } catch (error) {
    throw readFailure(`token '${id}'`, error);
  }
}
