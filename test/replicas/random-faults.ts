// Faults of chance, by a seed: of replicas, of the lines between them and the database, and of the database itself. Each ends
// by itself after a time.
import { setTimeout } from 'node:timers/promises';
import type { PostgresServer } from '../support/postgres.js';
import type { Direction, TcpProxy } from '../support/tcp-proxy.js';
import type { Load } from './load.js';
import type { Replica } from './replica.js';

export interface World {
  readonly engine: PostgresServer;
  /** URL for a superuser, straight to the database. */
  readonly location: string;
  readonly replicas: readonly Replica[];
  /** The line of each replica, then that of the writers. */
  readonly lines: readonly TcpProxy[];
  readonly load: Load;
  /** Changes the password that the database wants, and the one that is given to it. */
  readonly password: { change(): void; tell(): void };
}

/** Numbers from 0 to 1 that a seed fixes (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Fault = (world: World, random: () => number) => Promise<void>;

const pick = <Value>(values: readonly Value[], random: () => number): Value => {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new TypeError('there is nothing to pick');
  return value;
};

const tables = ['tokens', 'clusters', 'revoked_users', 'keys', 'migrations'];

/** Of a few ms, or of seconds. */
const last = (random: () => number) => setTimeout(random() < 0.3 ? 30 + random() * 300 : 500 + random() * 3_000);

const endSessions = `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'fleet'`;

/** A fault of one line, or of all. */
const ofLines =
  (begin: (line: TcpProxy, random: () => number) => () => void): Fault =>
  async ({ lines }, random) => {
    const some = random() < 0.4 ? lines : [pick(lines, random)];
    const ends = some.map((line) => begin(line, random));
    await last(random);
    for (const end of ends) end();
  };

/** A statement at the database that is undone later. */
const ofDatabase =
  (begin: (random: () => number) => { does: string; undoes: string; in?: 'postgres' }): Fault =>
  async ({ engine, location }, random) => {
    const { does, undoes, in: database } = begin(random);
    const at = database === undefined ? location : undefined;
    engine.sql(does, at);
    await last(random);
    engine.sql(undoes, at);
  };

/** A server that was killed comes back, and replicas do not wait for it. */
const crash: Fault = async ({ engine }, random) => {
  engine.crash();
  await last(random);
  engine.start();
};

/** Of a process. */
const ofReplicas: Readonly<Record<string, Fault>> = {
  'a replica is killed and started again': async ({ replicas }, random) => {
    const replica = pick(replicas, random);
    await replica.kill();
    await last(random);
    await replica.startAnyhow();
  },
  'a replica is stopped': async ({ replicas, load }, random) => {
    const replica = pick(replicas, random);
    load.stopped.add(replica);
    replica.send('SIGSTOP');
    await last(random);
    replica.send('SIGCONT');
    await setTimeout(1_000);
    load.stopped.delete(replica);
  },
};

/** Of lines. */
const onLines: Readonly<Record<string, Fault>> = {
  'lines are cut': ofLines((line) => line.cut()),
  'lines are silent': ofLines((line, random) => {
    const directions: Direction[] = ['requests', 'answers', 'both'];
    return line.silence(pick(directions, random));
  }),
  'lines are slow': ofLines((line, random) => line.slow(20 + random() * 900)),
  'lines carry garbage': ofLines((line) => line.garble()),
};

/** Of the database; one at a time, because each needs it to end. */
const atDatabase: Readonly<Record<string, Fault>> = {
  'the database is stopped': async ({ engine }, random) => {
    const wake = engine.freeze();
    await last(random);
    wake();
  },
  'the database crashes': crash,
  'the database crashes while a replica starts': async (world, random) => {
    const replica = pick(world.replicas, random);
    await replica.kill();
    const crashed = crash(world, random);
    await replica.startAnyhow();
    await crashed;
  },
  'every connection is ended by an administrator': ({ engine }) => {
    engine.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname <> 'postgres'`,
    );
    return Promise.resolve();
  },
  'a table is locked': async ({ engine, location }, random) => {
    const table = pick(tables, random);
    await engine.sqlLater(
      `begin; lock table clustercert.${table} in access exclusive mode; select pg_sleep(${0.2 + random() * 3}); commit`,
      location,
    );
  },
  'a table is gone for a while': ofDatabase((random) => {
    const table = pick(tables, random);
    const rename = (from: string, to: string) => `alter table clustercert.${from} rename to ${to}`;
    return { does: rename(table, `${table}_gone`), undoes: rename(`${table}_gone`, table) };
  }),
  'nothing can be written, as on a full disk': ofDatabase(() => ({
    does: `alter role fleet set default_transaction_read_only = on; ${endSessions}`,
    undoes: `alter role fleet reset default_transaction_read_only; ${endSessions}`,
    in: 'postgres',
  })),
  'no more connections are allowed': ofDatabase((random) => ({
    does: `alter role fleet connection limit ${Math.floor(random() * 4)};
           ${endSessions}`,
    undoes: 'alter role fleet connection limit -1',
    in: 'postgres',
  })),
  'the password is changed': async ({ engine, password }, random) => {
    password.change();
    engine.sql(endSessions);
    await last(random);
    password.tell();
  },
};

/** One fault, or two of different kinds at once; gives what happened. */
export async function letHappen(world: World, random: () => number): Promise<string> {
  const kinds = [ofReplicas, onLines, atDatabase].map((kind) => Object.entries(kind));
  const first = pick(kinds.flat(), random);
  const others = kinds.filter((kind) => !kind.some(([name]) => name === first[0])).flat();
  const chosen = random() < 0.35 && !first[0].endsWith('starts') ? [first, pick(others, random)] : [first];
  const some = chosen.filter(([name], index) => index === 0 || !name.endsWith('starts'));
  await Promise.all(some.map(([, fault]) => fault(world, random)));
  return some.map(([name]) => name).join(' + ');
}
