// What a URL postgres://… says of a connection, as libpq reads it, and how the place is shown: without its password.
import { userInfo } from 'node:os';
import type { PoolConfig } from 'pg';
import { ClusterCertError, quoted } from '../../errors.js';
import { readTls } from './tls.js';

export interface DatabaseLocation {
  /** For messages. */
  readonly shown: string;
  readonly config: PoolConfig;
}

const shape = 'it must look like postgres://USER@HOST:PORT/DATABASE';
const parameters = [
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'application_name',
  'options',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
];

/**
 * Reads a location. What it leaves out comes from libpq's variables (PGHOST, PGPASSFILE, PGSSLMODE and so on). Throws
 * `invalid_argument`, and repeats nothing that may be a password.
 */
export function readLocation(location: string, environment: NodeJS.ProcessEnv = process.env): DatabaseLocation {
  const url = URL.canParse(location) ? new URL(location) : undefined;
  if (!url) refuse(`the URL of the database cannot be read; ${shape}, for one host`);
  const unknown = [...url.searchParams.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined)
    refuse(`the URL of the database has the parameter ${quoted(unknown)}; accepted: ${parameters.join(', ')}`);
  const given = (name: string, part = '') => url.searchParams.get(name) ?? decode(part);
  const or = (value: string, variable: string) => value || environment[variable] || undefined;
  const host = or(given('host', url.hostname.replace(/^\[(.*)\]$/, '$1')), 'PGHOST') ?? 'localhost';
  if (host.includes(',')) refuse(`the URL of the database names several hosts; ${shape}, for one host`);
  const port = Number(or(given('port', url.port), 'PGPORT') ?? 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    refuse('the port of the database is not valid; it must be 1 to 65535');
  const user = or(given('user', url.username), 'PGUSER') ?? userInfo().username;
  const database = or(given('dbname', url.pathname.slice(1)), 'PGDATABASE') ?? user;
  const password = or(given('password', url.password), 'PGPASSWORD');
  const [name, options] = [given('application_name'), given('options')];
  const config: PoolConfig = { host, port, user, database, ssl: readTls(url.searchParams, environment, host) };
  // Without a password, pg looks into the password file.
  if (password !== undefined) config.password = password;
  config.application_name = or(name, 'PGAPPNAME') ?? 'clustercert';
  if (options !== '') config.options = options;
  const hostShown = host.includes(':') ? `[${host}]` : host.startsWith('/') ? encodeURIComponent(host) : host;
  const shown = `postgres://${encodeURIComponent(user)}@${hostShown}:${port}/${encodeURIComponent(database)}`;
  return { shown, config };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return refuse(`the URL of the database has a % that escapes nothing; write %25 for a percent sign`);
  }
}

function refuse(message: string): never {
  throw new ClusterCertError('invalid_argument', message);
}
