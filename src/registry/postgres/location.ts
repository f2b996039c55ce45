// The location of a database and how to connect to it: the URL, a service, libpq's variables and its defaults, in this
// order. The password is never shown.
import { userInfo } from 'node:os';
import type { PoolConfig } from 'pg';
import { ClusterCertError, quoted } from '../../errors.js';
import { readConnectionUrl } from './connection-url.js';
import { findPassword, passwordFileOf } from './password-file.js';
import { readService } from './service-file.js';
import { readTls } from './tls.js';

export interface DatabaseLocation {
  /** For messages. */
  readonly shown: string;
  /** Whether the database is on another machine, and the connection has no TLS. */
  readonly isInClear: boolean;
  readonly config: PoolConfig;
}

interface Parameter {
  /** The variable that gives its value by default. */
  readonly variable?: string;
  /** The accepted values of parameters that offer only some. */
  readonly values?: readonly string[];
}

// Those without a reader are accepted and have no effect: our own bounds on connections already provide what they ask
// for.
const parameters: Readonly<Record<string, Parameter>> = {
  host: { variable: 'PGHOST' },
  hostaddr: { variable: 'PGHOSTADDR' },
  port: { variable: 'PGPORT' },
  user: { variable: 'PGUSER' },
  password: { variable: 'PGPASSWORD' },
  passfile: { variable: 'PGPASSFILE' },
  dbname: { variable: 'PGDATABASE' },
  service: { variable: 'PGSERVICE' },
  application_name: { variable: 'PGAPPNAME' },
  options: { variable: 'PGOPTIONS' },
  sslmode: { variable: 'PGSSLMODE' },
  sslrootcert: { variable: 'PGSSLROOTCERT' },
  sslcert: { variable: 'PGSSLCERT' },
  sslkey: { variable: 'PGSSLKEY' },
  channel_binding: { variable: 'PGCHANNELBINDING', values: ['disable', 'prefer'] },
  gssencmode: { variable: 'PGGSSENCMODE', values: ['disable', 'prefer'] },
  target_session_attrs: { variable: 'PGTARGETSESSIONATTRS', values: ['any'] },
  client_encoding: { values: ['auto', 'utf8', 'UTF8', 'UTF-8'] },
  connect_timeout: {},
  fallback_application_name: {},
  keepalives: {},
  keepalives_idle: {},
  keepalives_interval: {},
  keepalives_count: {},
};

/** Reads a location as libpq does. Throws `invalid_argument`, without repeating a possible password. */
export function readLocation(location: string, environment: NodeJS.ProcessEnv = process.env): DatabaseLocation {
  const find = finder(location, environment);
  const host = find('host') ?? find('hostaddr') ?? 'localhost';
  if (host.includes(',')) refuse('the database has several hosts, by PGHOST or a service; give one');
  const port = portOf(find('port'));
  const user = find('user') ?? userOfSystem();
  const database = find('dbname') ?? user;
  const tls = readTls(find, environment, host);
  const config: PoolConfig = {
    ...{ host: find('hostaddr') ?? host, port, user, database },
    // The certificate must have the host's name, whatever IP address is used.
    ssl: tls && find('hostaddr') !== undefined ? { ...tls, host, servername: host } : tls,
    password: () => passwordFor({ host, port, database, user }, find, environment),
    application_name: find('application_name') ?? 'clustercert',
    options: find('options') ?? '',
  };
  const hostShown = host.includes(':') ? `[${host}]` : host.startsWith('/') ? encodeURIComponent(host) : host;
  const shown = `postgres://${encodeURIComponent(user)}@${hostShown}:${port}/${encodeURIComponent(database)}`;
  const isHere = /^(\/|localhost$|127\.|::1$)/.test(find('hostaddr') ?? host);
  return { shown, isInClear: tls === false && !isHere, config };
}

/** Gives the value of a parameter, from the first source that has it. */
function finder(location: string, environment: NodeJS.ProcessEnv): (name: string) => string | undefined {
  const given = readConnectionUrl(location);
  assertKnown(given, 'the URL of the database');
  const named = given.get('service') || environment['PGSERVICE'];
  const service = named ? readService(named, environment) : new Map<string, string>();
  assertKnown(service, `the service ${quoted(named ?? '')}`);
  const find = (name: string) =>
    given.get(name) || service.get(name) || environment[parameters[name]?.variable ?? ''] || undefined;
  for (const [name, { values }] of Object.entries(parameters)) {
    const value = find(name);
    if (values && value !== undefined && !values.includes(value))
      refuse(`${name} ${quoted(value)} is not offered; accepted: ${values.join(', ')}`);
  }
  return find;
}

function assertKnown(given: Map<string, string>, what: string): void {
  const unknown = [...given.keys()].find((name) => !Object.hasOwn(parameters, name));
  if (unknown === undefined) return;
  refuse(`${what} has the parameter ${quoted(unknown)}; accepted: ${Object.keys(parameters).join(', ')}`);
}

function portOf(text = '5432'): number {
  const port = /^\s*\d+\s*$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) refuse('the port of the database is not valid; it must be 1 to 65535');
  return port;
}

/** Called when the server wants a password. */
function passwordFor(
  place: Parameters<typeof findPassword>[1],
  find: (name: string) => string | undefined,
  environment: NodeJS.ProcessEnv,
): string {
  const file = passwordFileOf(find('passfile'), environment);
  const password = find('password') ?? findPassword(file, place);
  if (password !== undefined) return password;
  const message = `the database wants a password of user ${quoted(place.user)}; give it in ${quoted(file)} or PGPASSWORD`;
  throw new ClusterCertError('unavailable', message);
}

function userOfSystem(): string {
  try {
    return userInfo().username;
  } catch {
    return refuse(
      'the URL of the database names no user, and neither does the system; write postgres://USER@HOST/DATABASE',
    );
  }
}

function refuse(message: string): never {
  throw new ClusterCertError('invalid_argument', message);
}
