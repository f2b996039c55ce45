// A real PostgreSQL for the tests of one file, on a free port of 127.0.0.1, run by an ordinary user.
import { afterAll } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface PostgresServer {
  readonly port: number;
  /** Process ID of the postmaster. */
  pid(): number;
  /** Ends it at once, as a crash does. */
  crash(): void;
  start(): void;
  /** A new empty database; gives its URL. */
  createDatabase(): string;
  /** Runs a program of PostgreSQL, such as `psql`; gives its output. */
  run(program: string, ...args: string[]): string;
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

/** Starts a server, which ends with the tests of the file. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'clustercert-pg-'));
  const user = ordinaryUser();
  const data = path.join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (user) for (const place of [folder, data]) chownSync(place, user.uid, user.gid);
  const port = await freePort();
  const run = (program: string, ...args: string[]) => {
    // What it starts must not keep our pipes open.
    const isControl = program === 'pg_ctl';
    const done = spawnSync(path.join(postgresPrograms ?? '', program), args, {
      ...user,
      cwd: folder,
      encoding: 'utf8',
      stdio: isControl ? 'ignore' : 'pipe',
      maxBuffer: 2 ** 28,
      env: { ...process.env, HOME: folder },
    });
    if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr}`);
    return done.stdout;
  };
  run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C');
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`;
  const control = (...args: string[]) => run('pg_ctl', '-D', data, '-w', ...args);
  const start = () => void control('-l', path.join(folder, 'log'), '-o', options, 'start');
  start();
  stops.push(() => {
    spawnSync(path.join(postgresPrograms ?? '', 'pg_ctl'), ['-D', data, '-m', 'immediate', '-w', 'stop'], {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    });
    rmSync(folder, { recursive: true, force: true });
  });
  let databases = 0;
  return {
    port,
    pid: () => Number(execFileSync('head', ['-n', '1', path.join(data, 'postmaster.pid')], { encoding: 'utf8' })),
    crash: () => void control('-m', 'immediate', 'stop'),
    start,
    run,
    createDatabase: () => {
      const name = `test${++databases}`;
      const server = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
      run('psql', ...server, '-q', '-d', 'postgres', '-c', `create database ${name}`);
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
  };
}

/** PostgreSQL refuses to run as root; undefined where we are somebody else already. */
function ordinaryUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
