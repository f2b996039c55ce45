// Exports a whole database, and fills one from elsewhere.
import { openAuthority } from '../../certificate/authority.js';
import { readFailure } from '../../files/read-failure.js';
import {
  type DataTransfer,
  type StoredCluster,
  type StoredItem,
  type StoredKey,
  type StoredToken,
  type Written,
  isSameItem,
} from '../data-transfer.js';
import { tokenIdOf } from '../new-token.js';
import { placeOf, readAccessKey, timeOf } from './access-key-table.js';
import { authorityOf, insertCluster, recordOf } from './cluster-rows.js';
import type { Row } from './database.js';
import type { RevocationTable } from './revocation-table.js';
import { type DatabaseParts, Table } from './table.js';
import { readRecord } from './token-table.js';

const page = 500;

export class TableTransfer extends Table implements DataTransfer {
  readonly #revocations: RevocationTable;
  #prepared: Promise<void> | undefined;

  constructor(parts: DatabaseParts, revocations: RevocationTable) {
    super(parts, {});
    this.#revocations = revocations;
  }

  async *read(onProblem: (problem: unknown) => void): AsyncIterable<StoredItem> {
    if (!(await this.schema.isThere())) return;
    const each = (what: string, row: Row, read: (row: Row) => StoredItem): StoredItem[] => {
      try {
        return [read(row)];
      } catch (error) {
        onProblem(readFailure(what, error));
        return [];
      }
    };
    const revoked = `(select cluster_id as id from clustercert.revoked_users
                      union select cluster_id from clustercert.revoked_credentials) as revoked`;
    for await (const { id } of this.#rows(revoked, 'id')) {
      const revocations = await this.#revocations.listRevocations(String(id));
      yield { kind: 'revocations', clusterId: String(id), revocations };
    }
    for await (const row of this.#rows('clustercert.clusters', 'id'))
      yield* each(`cluster '${String(row.id)}'`, row, (one) => this.#clusterOf(one));
    for await (const row of this.#rows('clustercert.access_keys', 'id'))
      yield* each(`access key '${String(row.id)}'`, row, (one) => this.#keyOf(one));
    for await (const row of this.#rows('clustercert.tokens', 'hash'))
      yield* each(`token '${tokenIdOf(String(row.hash))}'`, row, tokenOf);
    const { count } = await this.database.query(`select 1 from clustercert.marks where name = 'tokens'`);
    if (count > 0) yield { kind: 'mark' };
  }

  async write(item: StoredItem): Promise<Written> {
    if (item.kind === 'revocations') {
      await this.#revocations.merge(item.clusterId, item.revocations);
      return 'copied';
    }
    if (item.kind === 'mark') {
      await this.database.query(`insert into clustercert.marks (name) values ('tokens') on conflict do nothing`);
      return 'copied';
    }
    if (await this.#insert(item)) return 'copied';
    const known = await this.#readSame(item);
    return known && isSameItem(known, item) ? 'present' : 'different';
  }

  async #insert(item: StoredCluster | StoredToken | StoredKey): Promise<boolean> {
    if (item.kind !== 'token') await (this.#prepared ??= this.schema.prepareToSeal());
    if (item.kind === 'cluster') return insertCluster(this.database.query, this.keys, item);
    if (item.kind === 'token') {
      const { userId, projectId, groups } = item.caller;
      const { count } = await this.database.query(
        `insert into clustercert.tokens (hash, user_id, project_id, groups, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
        [item.hash, userId, projectId, groups, item.createdAt, item.expiresAt],
      );
      return count > 0;
    }
    const { id, userId, projectId, groups, secret, securityTokenHash, expiresAt } = item.key;
    const { count } = await this.database.query(
      `insert into clustercert.access_keys
         (id, user_id, project_id, groups, key_id, secret, security_token_hash, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
      [
        ...[id, userId, projectId, groups, this.keys.currentId],
        ...[this.keys.seal(Buffer.from(secret), placeOf(id)), securityTokenHash, item.createdAt, expiresAt],
      ],
    );
    return count > 0;
  }

  async #readSame(item: StoredCluster | StoredToken | StoredKey): Promise<StoredItem | undefined> {
    const one = async (table: string, key: string, value: string) =>
      (await this.database.query(`select * from clustercert.${table} where ${key} = $1`, [value])).rows[0];
    if (item.kind === 'cluster') {
      const row = await one('clusters', 'id', item.record.id);
      return row && this.#clusterOf(row);
    }
    if (item.kind === 'token') {
      const row = await one('tokens', 'hash', item.hash);
      return row && tokenOf(row);
    }
    const row = await one('access_keys', 'id', item.key.id);
    return row && this.#keyOf(row);
  }

  /** All rows in the order of a key, a page at a time. */
  async *#rows(table: string, key: string): AsyncIterable<Row> {
    for (let last: string | undefined = ''; last !== undefined;) {
      const text = `select * from ${table} where ${key} > $1 order by ${key} limit ${page}`;
      const { rows } = await this.database.query(text, [last]);
      yield* rows;
      last = rows.length < page ? undefined : String(rows.at(-1)?.[key]);
    }
  }

  #clusterOf(row: Row): StoredCluster {
    const authority = authorityOf(row, this.keys);
    const seed = authority.seed ?? openAuthority(authority).seed;
    return { kind: 'cluster', record: recordOf(row), authority: { ...authority, seed } };
  }

  #keyOf(row: Row): StoredKey {
    return {
      kind: 'access key',
      key: readAccessKey(row, this.keys),
      createdAt: timeOf(row.created_at) ?? new Date(0),
    };
  }
}

function tokenOf(row: Row): StoredToken {
  const { createdAt, expiresAt, ...caller } = readRecord(row);
  return { kind: 'token', hash: String(row.hash), caller, createdAt, expiresAt };
}
