// A real PostgreSQL for the tests of one file, on a free port of 127.0.0.1, run by an ordinary user.
import { afterAll } from '@jest/globals';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.js';

export interface PostgresServer {
  readonly port: number;
  /** The folder of its user, for files that it reads. */
  readonly folder: string;
  /** Ends it at once, as a crash does. */
  crash(): void;
  start(): void;
  /** Stops all its processes, as a machine that hangs does, until the function is called that it gives. */
  freeze(): () => void;
  /** A new empty database; gives its URL. `options` are those of `create database`. */
  createDatabase(options?: string): string;
  /** Runs a program of PostgreSQL, such as `psql`; gives its output. */
  run(program: string, ...args: string[]): string;
  /** Runs SQL as the superuser, in a database named by its URL (default: `postgres`). */
  sql(text: string, location?: string): string;
  /** The same, and waits without stopping this process; failures do not count. */
  sqlLater(text: string, location: string): Promise<void>;
  /** Writes a file that only the server's user can read; gives its path. */
  write(name: string, text: string): string;
  /** A second server that follows this one; `promote` makes it one of its own. */
  startStandby(): Promise<PostgresServer & { promote(): void }>;
}

interface Place {
  folder: string;
  port: number;
  settings: readonly string[];
}

const debian = '/usr/lib/postgresql';

/** Where `initdb` lies; undefined where PostgreSQL is not installed. */
export const postgresPrograms: string | undefined = [
  ...(existsSync(debian) ? readdirSync(debian).map((version) => path.join(debian, version, 'bin')) : []),
  ...(process.env.PATH ?? '').split(path.delimiter),
].find((folder) => existsSync(path.join(folder, 'initdb')));

const stops: (() => void)[] = [];

afterAll(() => {
  for (const stop of stops) stop();
});

/** Starts a server, which ends with the tests of the file. `settings` are those of postgresql.conf, such as `ssl=on`. */
export async function startPostgres({ settings = [] }: { settings?: string[] } = {}): Promise<PostgresServer> {
  const place = await newPlace(settings);
  const data = path.join(place.folder, 'data');
  runIn(place, 'initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C');
  return startAt(place);
}

async function newPlace(settings: readonly string[]): Promise<Place> {
  const folder = mkdtempSync(path.join(tmpdir(), 'clustercert-pg-'));
  const data = path.join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  for (const entry of [folder, data]) give(entry);
  return { folder, port: await freePort(), settings };
}

function startAt(place: Place): PostgresServer {
  const { folder, port } = place;
  const data = path.join(folder, 'data');
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', ...place.settings];
  const options = [`-p ${port}`, ...settings.map((setting) => `-c ${setting}`)].join(' ');
  const control = (...args: string[]) => void runIn(place, 'pg_ctl', '-D', data, '-w', ...args);
  const start = () => control('-l', path.join(folder, 'log'), '-o', options, 'start');
  start();
  stops.push(() => {
    spawnSync(programOf('pg_ctl'), ['-D', data, '-m', 'immediate', '-w', 'stop'], {
      ...ordinaryUser,
      cwd: folder,
      stdio: 'ignore',
    });
    rmSync(folder, { recursive: true, force: true });
  });
  const server = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
  const sql = (text: string, location?: string) =>
    runIn(place, 'psql', ...(location === undefined ? [...server, '-d', 'postgres'] : ['-d', location]), '-qAtc', text);
  let databases = 0;
  return {
    port,
    folder,
    crash: () => control('-m', 'immediate', 'stop'),
    start,
    freeze: () => {
      const all = processesOf(Number(readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[0]));
      for (const pid of all) send(pid, 'SIGSTOP');
      return () => {
        for (const pid of all) send(pid, 'SIGCONT');
      };
    },
    run: (program, ...args) => runIn(place, program, ...args),
    sql,
    sqlLater: (text, location) =>
      new Promise((resolve) => {
        const args = ['-d', location, '-qAtc', text];
        spawn(programOf('psql'), args, { ...ordinaryUser, cwd: folder, stdio: 'ignore' }).on('close', () => resolve());
      }),
    createDatabase: (options = '') => {
      const name = `test${++databases}`;
      sql(`create database ${name} ${options}`);
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    write: (name, text) => {
      const file = path.join(folder, name);
      writeFileSync(file, text, { mode: 0o600 });
      give(file);
      return file;
    },
    startStandby: async () => {
      const standby = await newPlace([]);
      const copy = path.join(standby.folder, 'data');
      runIn(standby, 'pg_basebackup', ...server, '-D', copy, '-R', '--no-sync', '-c', 'fast');
      return { ...startAt(standby), promote: () => void runIn(standby, 'pg_ctl', '-D', copy, '-w', 'promote') };
    },
  };
}

const programOf = (name: string) => path.join(postgresPrograms ?? '', name);

function runIn({ folder }: Place, program: string, ...args: string[]): string {
  const done = spawnSync(programOf(program), args, {
    ...ordinaryUser,
    cwd: folder,
    encoding: 'utf8',
    // What pg_ctl starts must not keep our pipes open.
    stdio: program === 'pg_ctl' ? 'ignore' : 'pipe',
    maxBuffer: 2 ** 28,
    env: { ...process.env, HOME: folder },
  });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

/** PostgreSQL refuses to run as root; undefined where we are somebody else already. */
export const ordinaryUser = process.getuid?.() === 0 ? { uid: idOfNobody('-u'), gid: idOfNobody('-g') } : undefined;

function idOfNobody(flag: string): number {
  return Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
}

function give(entry: string): void {
  if (ordinaryUser) chownSync(entry, ordinaryUser.uid, ordinaryUser.gid);
}

/** A server's process and those that it started. */
function processesOf(pid: number): number[] {
  const listed = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return [pid, ...listed.trim().split(/\s+/).map(Number)];
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
