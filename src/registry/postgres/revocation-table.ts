// Revocations in a database. They stay when their cluster is removed, so that adding a cluster again under its ID does
// not let revoked users back in.
import { cacheBytesOf } from '../../cache/cache-shares.js';
import type { StoreOptions } from '../data-store.js';
import {
  type ClusterRevocations,
  type OpenRevocations,
  type RevocationAdministration,
  assertCredentialId,
  assertUserId,
  nextGeneration,
  normalClusterId,
  openRevocations,
} from '../revocations.js';
import type { Query, Row } from './database.js';
import { Leases } from './leases.js';
import { type DatabaseParts, Table } from './table.js';

const entryBytes = 200;

const putCredential = `
insert into clustercert.revoked_credentials (cluster_id, credential_id, revoked_at, until) values ($1, $2, $3, $4)
on conflict (cluster_id, credential_id) do update set revoked_at = excluded.revoked_at, until = excluded.until`;

export class RevocationTable extends Table implements RevocationAdministration {
  readonly #leases: Leases<{ rows: Row[]; current: OpenRevocations | undefined }>;

  constructor(parts: DatabaseParts, options: StoreOptions) {
    super(parts, options);
    this.#leases = new Leases({
      maximumBytes: cacheBytesOf('revocations', options.cacheBytes),
      sizeOf: ({ rows }) => entryBytes * (1 + rows.length),
    });
  }

  async listRevocations(clusterId: string): Promise<ClusterRevocations> {
    const id = normalClusterId(clusterId);
    const known = await this.#leases.get(id, async () => {
      const rows = await this.#read(id);
      return { rows, make: () => ({ rows, current: undefined }) };
    });
    const now = this.now().getTime();
    if (!known) throw new TypeError('a look-up of revocations always finds something');
    if (!known.current || known.current.staleAt <= now) known.current = openRevocations(entriesOf(known.rows), now);
    return known.current.revocations;
  }

  async revokeUser(clusterId: string, userId: string): Promise<number> {
    assertUserId(userId);
    const now = this.now();
    return this.#change(clusterId, async (id, query) => {
      const { rows } = await query(
        `insert into clustercert.revoked_users as known (cluster_id, user_id, generation, revoked_at)
         values ($1, $2, $3, $4)
         on conflict (cluster_id, user_id) do update
           set generation = greatest(known.generation + 1, excluded.generation), revoked_at = excluded.revoked_at
         returning generation`,
        [id, userId, nextGeneration(0, now), now],
      );
      return Number(rows[0]?.generation);
    });
  }

  async revokeCredential(clusterId: string, credential: { credentialId: string; until: Date }): Promise<void> {
    const { credentialId, until } = credential;
    assertCredentialId(credentialId);
    const now = this.now();
    await this.#change(clusterId, async (id, query) => {
      await query('delete from clustercert.revoked_credentials where cluster_id = $1 and until <= $2', [id, now]);
      await query(putCredential, [id, credentialId, now, until]);
    });
  }

  /** Adds revocations from elsewhere; of two entries of a user, the larger generation counts. */
  async merge(clusterId: string, { users, credentials }: ClusterRevocations): Promise<void> {
    await this.#change(clusterId, async (id, query) => {
      for (const { userId, generation, revokedAt } of users)
        await query(
          `insert into clustercert.revoked_users as known (cluster_id, user_id, generation, revoked_at)
           values ($1, $2, $3, $4)
           on conflict (cluster_id, user_id) do update
             set generation = excluded.generation, revoked_at = excluded.revoked_at
             where known.generation < excluded.generation`,
          [id, userId, generation, revokedAt],
        );
      for (const { credentialId, revokedAt, until } of credentials)
        await query(putCredential, [id, credentialId, revokedAt, until]);
    });
  }

  async #change<Done>(clusterId: string, change: (id: string, query: Query) => Promise<Done>): Promise<Done> {
    const id = normalClusterId(clusterId);
    await this.schema.prepare();
    try {
      return await this.database.transaction((query) => change(id, query));
    } finally {
      // Also after a failure, which may have come after the commit.
      this.#leases.expire(id);
    }
  }

  async #read(id: string): Promise<Row[]> {
    return this.schema.lookUp(
      `select user_id, generation, null as credential_id, revoked_at, null::timestamptz as until
         from clustercert.revoked_users where cluster_id = $1
       union all
       select null, null, credential_id, revoked_at, until
         from clustercert.revoked_credentials where cluster_id = $1
       order by user_id, credential_id`,
      [id],
    );
  }
}

/** Of a user's row, `user_id` is not null; of a certificate's, `until` is not. */
function entriesOf(rows: readonly Row[]): ClusterRevocations {
  return {
    users: rows
      .filter(({ user_id }) => user_id !== null)
      .map((row) => ({
        userId: String(row.user_id),
        generation: Number(row.generation),
        revokedAt: row.revoked_at as Date,
      })),
    credentials: rows
      .filter(({ until }) => until instanceof Date)
      .map((row) => ({
        credentialId: String(row.credential_id),
        revokedAt: row.revoked_at as Date,
        until: row.until as Date,
      })),
  };
}
