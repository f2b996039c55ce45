// Connections to a database that has several hosts, or may be reached with and without TLS: one after the other, as libpq
// does. Whichever worked last and is still connected comes first, so that a look-up does not wait for one that is away.
import pg from 'pg';
import { ClusterCertError, firstLine } from '../../errors.js';
import type { DatabaseLocation, SessionKind } from './location.js';

export class Attempts {
  /** By host; of each host, one for each way to reach it. */
  readonly #hosts: readonly (readonly pg.Pool[])[];
  readonly #kinds: readonly SessionKind[];
  readonly #fitting = new WeakSet<pg.PoolClient>();
  #last: { pool: pg.Pool; host: number } | undefined;

  /** `bounds` are options of each pool. */
  constructor({ config, hosts, kinds }: DatabaseLocation, bounds: pg.PoolConfig) {
    this.#hosts = hosts.map((attempts) => attempts.map((attempt) => poolOf({ ...config, ...attempt, ...bounds })));
    this.#kinds = kinds;
  }

  /** A connection, which belongs to its pool. Throws the error of the first attempt. */
  async connect(): Promise<pg.PoolClient> {
    const failures: unknown[] = [];
    const last = this.#last;
    for (const kind of this.#kinds) {
      if (last && last.pool.totalCount > 0) {
        const known = await this.#connectBy([last.pool], kind, last.host, failures);
        if (known) return known;
        if (endsAll(failures.at(-1))) break;
      }
      for (let index = 0; index < this.#hosts.length; index++) {
        const host = ((last?.host ?? 0) + index) % this.#hosts.length;
        const made = await this.#connectBy(this.#hosts[host] ?? [], kind, host, failures);
        if (made) return made;
        if (endsAll(failures.at(-1))) break;
      }
    }
    throw worst(failures);
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.flat().map(async (pool) => (pool.ending ? undefined : pool.end())));
  }

  async #connectBy(pools: readonly pg.Pool[], kind: SessionKind, host: number, failures: unknown[]) {
    for (const pool of pools)
      try {
        const client = await pool.connect();
        if (await this.#fits(client, kind)) {
          this.#last = { pool, host };
          return client;
        }
        client.release(true);
        failures.push(new Error(`no host offers a session that is ${kind}`));
        return undefined;
      } catch (error) {
        failures.push(error);
        if (isOfTime(error)) return undefined;
      }
    return undefined;
  }

  async #fits(client: pg.PoolClient, kind: SessionKind): Promise<boolean> {
    if (kind === 'any' || this.#fitting.has(client)) return true;
    try {
      const { rows } = await client.query<{ standby: boolean; readonly: boolean }>(
        `select pg_is_in_recovery() as standby, current_setting('transaction_read_only')::boolean as readonly`,
      );
      const { standby = false, readonly = false } = rows[0] ?? {};
      const fits = { 'read-only': readonly, 'read-write': !readonly, primary: !standby, standby };
      if (!fits[kind]) return false;
      this.#fitting.add(client);
      return true;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}

function poolOf(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  // A connection that ends while nobody uses it, or between two statements, is no error yet: the next query has one.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Another try of the same host would take as long. */
const isOfTime = (error: unknown) => /time/.test(firstLine(error)) || error instanceof ClusterCertError;

/** What another host would answer too: a user, a password or a database that is not there; and a pool that is in use. */
function endsAll(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  if (error instanceof ClusterCertError || firstLine(error) === 'timeout exceeded when trying to connect') return true;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && code !== '57P03' && !/^E[A-Z]{4}$/.test(code);
}

/** The first that says more than that a server has no TLS. */
function worst(failures: readonly unknown[]): unknown {
  return failures.find((each) => firstLine(each) !== 'The server does not support SSL connections') ?? failures[0];
}
