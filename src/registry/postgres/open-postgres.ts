// The engine for replicas: keeps everything in one PostgreSQL database, which every replica and every command shares.
import { ClusterCertError } from '../../errors.js';
import type { DataStore, StoreOptions } from '../data-store.js';
import { AccessKeyTable } from './access-key-table.js';
import { ClusterTable } from './cluster-table.js';
import { Database } from './database.js';
import { databaseProblems } from './database-problems.js';
import { KeyRing } from './key-ring.js';
import { RevocationTable } from './revocation-table.js';
import { rekey } from './rekey.js';
import { Schema } from './schema.js';
import { TableTransfer } from './table-transfer.js';
import { TokenTable } from './token-table.js';

/** The store in a database, named as `postgres://USER@HOST:PORT/DATABASE`. Throws `invalid_argument`; connects later. */
export async function openPostgres(location: string, options: StoreOptions = {}): Promise<DataStore> {
  if (options.keyFile === undefined) {
    const remedy = "give --key-file FILE or set CLUSTERCERT_KEY_FILE; 'clustercert data key FILE' makes one";
    throw new ClusterCertError('invalid_argument', `a database needs a key file to encrypt its secrets; ${remedy}`);
  }
  const keys = new KeyRing(options.keyFile);
  const database = new Database(location, options);
  const schema = new Schema(database, keys);
  const parts = { database, schema, keys };
  const revocations = new RevocationTable(parts, options);
  return Promise.resolve({
    location: database.location,
    clusters: new ClusterTable(parts, options),
    tokens: new TokenTable(parts, options),
    accessKeys: new AccessKeyTable(parts, options),
    revocations,
    exists: () => schema.isThere(),
    problems: () => databaseProblems(parts),
    prepare: () => schema.prepare(),
    transfer: new TableTransfer(parts, revocations),
    rekey: () => rekey(parts),
    close: () => database.close(),
  });
}
