// Checks that the tables exist, fit this program and belong to its key file; creates and migrates them.
import { ClusterCertError } from '../../errors.js';
import { type Database, type Query, type Row, lookUpMs } from './database.js';
import type { KeyRing } from './key-ring.js';
import { migrations } from './migrations.js';

// A number that nothing else in the database uses.
const lock = 3_174_582_209;

/** How long the result of the check on the tables is cached, in ms. */
const believedMs = lookUpMs;

export class Schema {
  readonly #database: Database;
  readonly #keys: KeyRing;
  #isThere = false;
  #checkedAt = -Infinity;
  #checking: Promise<void> | undefined;

  constructor(database: Database, keys: KeyRing) {
    this.#database = database;
    this.#keys = keys;
  }

  /** Whether the tables exist. Throws `data_unreadable` for those of a newer program or of another key file. */
  async isThere(): Promise<boolean> {
    return (
      this.#isThere ||
      this.#look(async (text) => {
        const rows = await this.#database.lookUp(text);
        return { rows, count: rows.length };
      })
    );
  }

  async #look(query: Query): Promise<boolean> {
    if ((await readVersion(query)) === 0) return false;
    await this.assertFits(query);
    return (this.#isThere = true);
  }

  /**
   * The rows of a look-up; none where there are no tables yet. Tables may change while this program runs: those that it
   * can no longer read are `unavailable`. The check runs beside the look-up, so it takes no extra time.
   */
  async lookUp(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (!this.#isThere && !(await this.isThere())) return [];
    const fits = this.#assertStillFits();
    const looked = this.#database.lookUp(text, values).catch(async (error: unknown) => {
      // The reason says more than a missing column.
      await fits;
      throw error;
    });
    const [rows] = await Promise.all([looked, fits]);
    return rows;
  }

  /** Throws `data_unreadable` for tables that this program, or its key file, does not fit. */
  async assertFits(query?: Query): Promise<void> {
    const checkedAt = performance.now();
    const [row] = await this.#rowsOf(
      query,
      `select (select max(needs) from clustercert.migrations) as needs, array(select id from clustercert.keys) as known`,
    );
    if (Number(row?.needs) > migrations.length) {
      const message = `the tables in ${this.#database.location} were made by a newer clustercert; use that or a newer one`;
      throw new ClusterCertError('data_unreadable', message);
    }
    const known = (row?.known ?? []) as string[];
    if (known.length > 0 && !this.#keys.hasOneOf(known)) {
      const message = `the key file does not belong to ${this.#database.location}; give the one with the key ${known.join(' or ')}`;
      throw new ClusterCertError('data_unreadable', message);
    }
    this.#checkedAt = checkedAt;
  }

  async #rowsOf(query: Query | undefined, text: string): Promise<Row[]> {
    return query ? (await query(text)).rows : this.#database.lookUp(text);
  }

  async #assertStillFits(): Promise<void> {
    if (performance.now() - this.#checkedAt < believedMs) return;
    this.#checking ??= this.assertFits().finally(() => (this.#checking = undefined));
    await this.#checking.catch((error: unknown) => {
      throw new ClusterCertError('unavailable', (error as Error).message, { cause: error });
    });
  }

  /** Creates or extends the tables; one process does it, others wait. Existing data stays. */
  async prepare(): Promise<void> {
    // Nobody's request waits for a program that starts.
    if (this.#isThere || (await this.#look(this.#database.query))) {
      await this.#assertStillFits();
      if ((await readVersion(this.#database.query)) >= migrations.length) return;
    }
    await this.#database.transaction(async (query) => {
      await query(`select pg_advisory_xact_lock(${lock})`);
      const version = await readVersion(query);
      if (version === 0) {
        // `if not exists` would need the right to create a schema even where it exists.
        const { rows } = await query(`select to_regnamespace('clustercert') is null as missing`);
        if (rows[0]?.missing === true) await query('create schema clustercert');
        await query('create table clustercert.migrations (version integer primary key, needs integer not null)');
      }
      for (const [index, { sql, needs }] of migrations.entries()) {
        if (index < version) continue;
        await query(sql);
        await query('insert into clustercert.migrations (version, needs) values ($1, $2)', [index + 1, needs]);
      }
    });
    await this.isThere();
  }

  /** Called before encrypting: creates the tables and registers the key. */
  async prepareToSeal(): Promise<void> {
    await this.prepare();
    await this.#database.query('insert into clustercert.keys (id) values ($1) on conflict do nothing', [
      this.#keys.currentId,
    ]);
  }
}

/** Number of the last completed step; 0 without tables. */
async function readVersion(query: Query): Promise<number> {
  const there = await query(`select to_regclass('clustercert.migrations') is not null as there`);
  if (there.rows[0]?.there !== true) return 0;
  const { rows } = await query('select coalesce(max(version), 0) as version from clustercert.migrations');
  return Number(rows[0]?.version);
}
