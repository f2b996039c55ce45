// Tokens in a database, as SHA-256 hashes.
import { readFailure } from '../../files/read-failure.js';
import { type Caller, assertCaller } from '../caller.js';
import { callerBounds } from '../cache-bounds.js';
import type { StoreOptions } from '../data-store.js';
import { hashOfToken, isTokenId, newToken, tokenIdOf } from '../new-token.js';
import type { TokenAdministration, TokenRecord, Tokens } from '../tokens.js';
import type { Row } from './database.js';
import { Leases } from './leases.js';
import { type DatabaseParts, Table } from './table.js';

export class TokenTable extends Table implements Tokens, TokenAdministration {
  readonly #leases: Leases<TokenRecord>;

  constructor(parts: DatabaseParts, options: StoreOptions) {
    super(parts, options);
    this.#leases = new Leases<TokenRecord>(callerBounds('tokens', options.cacheBytes));
  }

  async findByToken(token: string): Promise<Caller | undefined> {
    const hash = hashOfToken(token);
    const record = await this.#leases.get(hash, async () => {
      const [row] = await this.schema.lookUp('select * from clustercert.tokens where hash = $1', [hash]);
      return row && { rows: row, make: () => readRecord(row) };
    });
    return record && record.expiresAt > this.now() ? record : undefined;
  }

  async add(
    caller: Caller,
    { lifetimeSeconds }: { lifetimeSeconds: number },
  ): Promise<{ token: string; record: TokenRecord }> {
    const { token, hash, record } = newToken(caller, { lifetimeSeconds, createdAt: this.now() });
    const { userId, projectId, groups, createdAt, expiresAt } = record;
    await this.schema.prepare();
    await this.database.transaction(async (query) => {
      await query(`insert into clustercert.marks (name) values ('tokens') on conflict do nothing`);
      await query(
        'insert into clustercert.tokens (hash, user_id, project_id, groups, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)',
        [hash, userId, projectId, groups, createdAt, expiresAt],
      );
    });
    return { token, record };
  }

  async list(onProblem: (problem: unknown) => void = () => undefined): Promise<TokenRecord[]> {
    if (!(await this.schema.isThere())) return [];
    const { rows } = await this.database.query('select * from clustercert.tokens order by created_at, hash');
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
    if (!isTokenId(id) || !(await this.schema.isThere())) return false;
    return this.database.transaction(async (query) => {
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
    if (!(await this.schema.isThere())) return true;
    const { rows } = await this.database.query(`select 1 from clustercert.marks where name = 'tokens'`);
    return rows.length === 0;
  }
}

/** The record of a row. */
export function readRecord(row: Row): TokenRecord {
  const id = tokenIdOf(String(row.hash));
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
