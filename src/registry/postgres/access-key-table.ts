// Access keys in a database. Their secrets are encrypted, not hashed, because verifying a signature needs them.
import { readFailure } from '../../files/read-failure.js';
import type {
  AccessKeyAdministration,
  AccessKeyRecord,
  AccessKeys,
  NewAccessKey,
  StoredAccessKey,
} from '../access-keys.js';
import { type Caller, assertCaller } from '../caller.js';
import { callerBounds } from '../cache-bounds.js';
import type { StoreOptions } from '../data-store.js';
import { isAccessKeyId, newAccessKey } from '../new-access-key.js';
import type { Row } from './database.js';
import type { KeyRing } from './key-ring.js';
import { Leases } from './leases.js';
import { type DatabaseParts, Table } from './table.js';

const listed = 'id, user_id, project_id, groups, created_at, expires_at';

export class AccessKeyTable extends Table implements AccessKeys, AccessKeyAdministration {
  readonly #leases: Leases<StoredAccessKey>;

  constructor(parts: DatabaseParts, options: StoreOptions) {
    super(parts, options);
    this.#leases = new Leases<StoredAccessKey>(callerBounds('accessKeys', options.cacheBytes));
  }

  async findAccessKey(id: string): Promise<StoredAccessKey | undefined> {
    if (!isAccessKeyId(id)) return undefined;
    return this.#leases.get(id, async () => {
      const [row] = await this.schema.lookUp('select * from clustercert.access_keys where id = $1', [id]);
      return row && { rows: row, make: () => readAccessKey(row, this.keys) };
    });
  }

  async add(caller: Caller, { lifetimeSeconds }: { lifetimeSeconds?: number | undefined } = {}): Promise<NewAccessKey> {
    const { securityTokenHash, ...key } = newAccessKey(caller, { lifetimeSeconds, createdAt: this.now() });
    const { id, userId, projectId, groups, createdAt, expiresAt } = key.record;
    await this.schema.prepareToSeal();
    await this.database.query(
      `insert into clustercert.access_keys
         (id, user_id, project_id, groups, key_id, secret, security_token_hash, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[id, userId, projectId, groups, this.keys.currentId],
        ...[this.keys.seal(Buffer.from(key.secret), placeOf(id)), securityTokenHash, createdAt, expiresAt],
      ],
    );
    return key;
  }

  async list(onProblem: (problem: unknown) => void = () => undefined): Promise<AccessKeyRecord[]> {
    if (!(await this.schema.isThere())) return [];
    const { rows } = await this.database.query(`select ${listed} from clustercert.access_keys order by created_at, id`);
    return rows.flatMap((row) => {
      try {
        return [{ ...readCaller(row), createdAt: row.created_at as Date, expiresAt: timeOf(row.expires_at) }];
      } catch (problem) {
        onProblem(problem);
        return [];
      }
    });
  }

  async revoke(id: string): Promise<boolean> {
    if (!isAccessKeyId(id) || !(await this.schema.isThere())) return false;
    return this.database.transaction(async (query) => {
      const { count } = await query('delete from clustercert.access_keys where id = $1', [id]);
      this.#leases.expire(id);
      return count > 0;
    });
  }
}

/** The access key of a row, its secret decrypted. */
export function readAccessKey(row: Row, keys: KeyRing): StoredAccessKey {
  const caller = readCaller(row);
  const { id } = caller;
  try {
    const secret = keys.open(row.secret as Buffer, String(row.key_id), placeOf(id)).toString();
    const securityTokenHash = (row.security_token_hash ?? undefined) as string | undefined;
    return Object.freeze({ ...caller, secret, securityTokenHash, expiresAt: timeOf(row.expires_at) });
  } catch (error) {
    throw readFailure(`access key '${id}'`, error);
  }
}

/** The place that the secret of an access key is bound to. */
export const placeOf = (id: string) => ({ table: 'access_keys', column: 'secret', row: id });

/** A column that may be empty. */
export const timeOf = (value: unknown) => (value instanceof Date ? value : undefined);

function readCaller(row: Row) {
  const id = String(row.id);
  try {
    const groups = Object.freeze([...(row.groups as string[])]);
    const caller = { id, userId: String(row.user_id), projectId: String(row.project_id), groups };
    assertCaller(caller);
    return caller;
  } catch (error) {
    throw readFailure(`access key '${id}'`, error);
  }
}
