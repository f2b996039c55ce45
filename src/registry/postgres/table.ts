// What the tables of one database share: the connections, the schema, the keys for secrets, and the clock.
import type { StoreOptions } from '../data-store.js';
import type { Database } from './database.js';
import type { KeyRing } from './key-ring.js';
import type { Schema } from './schema.js';

/** The parts of an opened database. */
export interface DatabaseParts {
  readonly database: Database;
  readonly schema: Schema;
  readonly keys: KeyRing;
}

export abstract class Table {
  protected readonly database: Database;
  protected readonly schema: Schema;
  protected readonly keys: KeyRing;
  protected readonly now: () => Date;

  constructor({ database, schema, keys }: DatabaseParts, { now = () => new Date() }: StoreOptions) {
    this.database = database;
    this.schema = schema;
    this.keys = keys;
    this.now = now;
  }
}
