// Where a database is and how to connect to it: the URL, a service, libpq's variables and its defaults, in this order. What
// is shown of it never has the password.
import { userInfo } from 'node:os';
import type { PoolConfig } from 'pg';
import { ClusterCertError, quoted } from '../../errors.js';
import { readConnectionUrl } from './connection-url.js';
import { isHere, readHosts, shownHost } from './hosts.js';
import { findPassword, passwordFileOf } from './password-file.js';
import { readService } from './service-file.js';
import { type Tls, readTls } from './tls.js';

/** One way to connect: options of the driver. */
export interface Attempt {
  readonly host: string;
  readonly port: number;
  readonly ssl: Tls;
  readonly password: () => string;
}

/** The kinds of sessions that `target_session_attrs` may demand. */
export type SessionKind = 'any' | 'read-write' | 'read-only' | 'primary' | 'standby';

export interface DatabaseLocation {
  /** For messages. */
  readonly shown: string;
  /** Whether it is another machine's, and the connection may be without TLS. */
  readonly isInClear: boolean;
  /** What all connections have. */
  readonly config: PoolConfig;
  /** The attempts for each host, best first. */
  readonly hosts: readonly (readonly Attempt[])[];
  /** Kinds of sessions, those that are wanted first. */
  readonly kinds: readonly SessionKind[];
}

interface Parameter {
  /** The variable that it comes from where nothing else says it. */
  readonly variable?: string;
  /** The values that are taken, of parameters for which only some are offered. */
  readonly values?: readonly string[];
}

const sessionKinds: Readonly<Record<string, readonly SessionKind[]>> = {
  any: ['any'],
  'read-write': ['read-write'],
  'read-only': ['read-only'],
  primary: ['primary'],
  standby: ['standby'],
  'prefer-standby': ['standby', 'any'],
};

// Settings without a reader are accepted and change nothing: connections are made and kept within our own bounds.
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
  sslpassword: {},
  sslcrl: { variable: 'PGSSLCRL' },
  ssl_min_protocol_version: { variable: 'PGSSLMINPROTOCOLVERSION' },
  ssl_max_protocol_version: { variable: 'PGSSLMAXPROTOCOLVERSION' },
  sslsni: { variable: 'PGSSLSNI' },
  sslcompression: { variable: 'PGSSLCOMPRESSION' },
  channel_binding: { variable: 'PGCHANNELBINDING', values: ['disable', 'prefer'] },
  gssencmode: { variable: 'PGGSSENCMODE', values: ['disable', 'prefer'] },
  target_session_attrs: { variable: 'PGTARGETSESSIONATTRS', values: Object.keys(sessionKinds) },
  client_encoding: { values: ['auto', 'utf8', 'UTF8', 'UTF-8'] },
  connect_timeout: {},
  tcp_user_timeout: {},
  fallback_application_name: {},
  keepalives: {},
  keepalives_idle: {},
  keepalives_interval: {},
  keepalives_count: {},
};

/** Reads a location as libpq does. Throws `invalid_argument`, and repeats nothing that may be a password. */
export function readLocation(location: string, environment: NodeJS.ProcessEnv = process.env): DatabaseLocation {
  const find = finder(location, environment);
  const user = find('user') ?? userOfSystem();
  const database = find('dbname') ?? user;
  const hosts = readHosts(find);
  const attempts = hosts.map((host) => {
    const { name, address, port } = host;
    const password = () => passwordFor({ host: name, port, database, user }, find, environment);
    // A certificate is one of the name, whatever address it is reached by.
    const named = address !== undefined && address !== name && { host: name, servername: name };
    const ways = readTls(find, environment, address ?? name);
    return ways.map((tls) => ({ host: address ?? name, port, ssl: tls && { ...tls, ...named }, password }));
  });
  const shown = `postgres://${encodeURIComponent(user)}@${hosts.map(shownHost).join(',')}/${encodeURIComponent(database)}`;
  return {
    shown,
    isInClear: hosts.some((host, index) => !isHere(host) && attempts[index]?.some(({ ssl }) => ssl === false)),
    config: {
      ...{ user, database },
      application_name: find('application_name') ?? 'clustercert',
      options: find('options') ?? '',
    },
    hosts: attempts,
    kinds: sessionKinds[find('target_session_attrs') ?? 'any'] ?? ['any'],
  };
}

/** Gives the value of a parameter, from wherever it is said first. */
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

/** Asked for once the server wants one. */
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
