// Bounded pools of connections: each query ends in time, and a failing one throws `unavailable`. Statements have no
// names and LISTEN is not used, so that PgBouncer works in transaction mode.
import type pg from 'pg';
import { ClusterCertError, firstLine, systemErrorCode } from '../../errors.js';
import type { StoreOptions } from '../data-store.js';
import { Attempts } from './attempts.js';
import { readLocation } from './location.js';

export type Row = Record<string, unknown>;

export interface Result {
  readonly rows: Row[];
  /** Rows that were changed or found. */
  readonly count: number;
}

/** Runs one statement. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<Result>;

/** How long a look-up of a provider may take, waiting for a connection included, in ms. */
export const lookUpMs = 1_000;
/** How long one statement of a command may take, in ms. */
const statementMs = 10_000;
const connections = 10;
// The driver's own bounds end connections; ours come first, and take account of what has arrived.
const graceMs = 500;

// With these two settings, a server confirms changes that it may lose. Stricter settings stay as they are.
const durable = `select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') in ('off', 'local')`;

export class Database {
  /** For messages, without a password. */
  readonly location: string;
  /** Whether secrets may travel to another machine without TLS. */
  readonly isInClear: boolean;
  readonly #attempts: Attempts;
  readonly #lookUpMs: number;

  /** Connects with the first query. Throws `invalid_argument` for a URL that cannot be one. */
  constructor(
    location: string,
    { environment, lookUpMs: bound = lookUpMs }: Pick<StoreOptions, 'environment' | 'lookUpMs'> = {},
  ) {
    const place = readLocation(location, environment);
    this.location = place.shown;
    this.isInClear = place.isInClear;
    this.#lookUpMs = bound;
    this.#attempts = new Attempts(place, {
      max: connections,
      connectionTimeoutMillis: bound + graceMs,
      query_timeout: statementMs,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      allowExitOnIdle: true,
    });
  }

  /** Runs one statement within the bound of a look-up. Throws `unavailable`. */
  async lookUp(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const query = { text, values: [...values], query_timeout: this.#lookUpMs + graceMs };
    return (await this.#guard(within(this.#lookUpMs, this.#run(query)))).rows;
  }

  /** Runs one statement of a command, which may take longer. Throws `unavailable`. */
  readonly query: Query = async (text, values = []) => {
    const { rows, rowCount } = await this.#guard(this.#run({ text, values: [...values] }));
    return { rows, count: rowCount ?? 0 };
  };

  /** Runs statements that count together or not at all, and survive a crash of the database once they are done. */
  async transaction<Done>(work: (query: Query) => Promise<Done>): Promise<Done> {
    const client = await this.#guard(this.#attempts.connect());
    let isDone = false;
    const query: Query = async (text, values = []) => {
      const { rows, rowCount } = await client.query<Row>(text, [...values]);
      return { rows, count: rowCount ?? 0 };
    };
    try {
      await query('begin');
      await query(durable);
      const done = await work(query);
      await query('commit');
      isDone = true;
      return done;
    } catch (error) {
      throw this.#explain(error);
    } finally {
      // What failed is not used again, which rolls back too.
      client.release(!isDone);
    }
  }

  async close(): Promise<void> {
    await this.#attempts.close();
  }

  async #run(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    const client = await this.#attempts.connect();
    let isDone = false;
    try {
      const result = await client.query<Row>(query);
      isDone = true;
      return result;
    } finally {
      client.release(!isDone);
    }
  }

  async #guard<Value>(work: Promise<Value>): Promise<Value> {
    try {
      return await work;
    } catch (error) {
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): Error {
    if (error instanceof ClusterCertError) return error;
    // Of several addresses of one host, each has its own error.
    const [cause = error] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
    const message = `the database ${this.location} fails: ${firstLine(cause)}${remedyFor(cause)}`;
    return new ClusterCertError('unavailable', message, { cause: error });
  }
}

// How OpenSSL calls a certificate whose CA it does not have.
const unknownCa = /^(UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED)/;

/** What to do about it, where the message does not say. */
function remedyFor(cause: unknown): string {
  if (unknownCa.test(systemErrorCode(cause))) return '; sslrootcert names the CA that is trusted';
  return firstLine(cause).endsWith(', no encryption') ? '; sslmode=verify-full or sslmode=require encrypts' : '';
}

/** Waiting for a connection and the query together take no longer. */
async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    // What arrived while this process was busy is read first.
    timer = setTimeout(() => setImmediate(() => reject(new Error('it does not answer in time'))), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // It fails by its own bound later.
    work.catch(() => undefined);
  }
}
