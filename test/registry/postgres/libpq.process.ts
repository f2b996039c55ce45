// URLs, variables and files that say how a database is reached: psql (libpq) and we connect to the same server, by the same
// user, with or without TLS, or both do not.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Database } from '../../../src/registry/postgres/database.js';
import { servingCertificate } from '../../support/api-server.js';
import { opensslAuthority } from '../../support/authorities.js';
import { type PostgresServer, ordinaryUser, postgresPrograms, startPostgres } from '../../support/postgres.js';
import { freePort } from '../../support/free-port.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const psql = path.join(postgresPrograms ?? '', 'psql');
const psqlVersion =
  postgresPrograms === undefined
    ? 0
    : Number(/(\d+)\./.exec(execFileSync(psql, ['--version'], { encoding: 'utf8' }))?.[1] ?? 0);

const session = `select current_user::text as role, current_database()::text as database, inet_server_port() as port,
  (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as ssl, pg_is_in_recovery() as standby,
  current_setting('search_path') as path`;

(postgresPrograms === undefined ? describe.skip : describe)('libpq and we (not run without PostgreSQL)', () => {
  let server: PostgresServer;
  const places: Record<string, string> = {};
  const home = temporaryFolder();
  const empty = temporaryFolder();
  const file = (name: string, text: string, mode = 0o600) => {
    const place = path.join(home, name);
    writeFileSync(place, text);
    chmodSync(place, mode);
  };

  beforeAll(async () => {
    const sockets = temporaryFolder();
    chmodSync(sockets, 0o777);
    if (ordinaryUser) chownSync(sockets, ordinaryUser.uid, ordinaryUser.gid);
    server = await startPostgres({ settings: [`unix_socket_directories=${sockets}`] });
    const plain = await startPostgres();
    const ca = opensslAuthority();
    const { cert, key } = servingCertificate(ca, 'localhost');
    const settings = { ssl_cert_file: server.write('server.crt', cert), ssl_key_file: server.write('server.key', key) };
    for (const [name, value] of Object.entries({
      ...settings,
      ssl_ca_file: server.write('ca.crt', ca.certificatePem),
      ssl: 'on',
    }))
      server.sql(`alter system set ${name} = '${value}'`);
    for (const one of [server, plain]) {
      one.sql('create role tls login; create role clear login; create role certified login');
      one.sql(`create role secretive login password 'first'`);
      one.createDatabase();
    }
    plain.sql(`alter role secretive password 'second'`);
    const rules = `local all all trust
hostssl all tls 127.0.0.1/32 trust
hostnossl all clear 127.0.0.1/32 trust
hostssl all certified 127.0.0.1/32 cert
host all secretive 127.0.0.1/32 scram-sha-256
host all postgres 127.0.0.1/32 trust
host replication postgres 127.0.0.1/32 trust
`;
    for (const one of [server, plain]) {
      one.write(path.join('data', 'pg_hba.conf'), rules);
      one.sql('select pg_reload_conf()');
    }
    const standby = await server.startStandby();
    const client = clientCertificate(ca, 'certified');
    file('ca.crt', ca.certificatePem);
    file('other.crt', opensslAuthority().certificatePem);
    for (const [name, mode] of Object.entries({ 'own.key': 0o600, 'group.key': 0o640, 'open.key': 0o644 }))
      file(name, client.key, mode);
    file('own.crt', client.cert);
    file('passwords', `127.0.0.1:${server.port}:*:secretive:first\n127.0.0.1:${plain.port}:*:secretive:second\n`);
    file('open-passwords', `*:*:*:*:first\n`, 0o644);
    file(
      'services',
      `[main]\nhost=127.0.0.1\nport=${server.port}\nuser=tls\ndbname=test1\nsslmode=require\n[two]\nhost=127.0.0.1,127.0.0.1\nport=1,${plain.port}\nuser=postgres\n`,
    );
    mkdirSync(path.join(home, 'with-root', '.postgresql'), { recursive: true });
    file('with-root/.postgresql/root.crt', ca.certificatePem);
    mkdirSync(path.join(home, 'with-other', '.postgresql'), { recursive: true });
    file('with-other/.postgresql/root.crt', opensslAuthority().certificatePem);
    mkdirSync(path.join(home, 'with-own', '.postgresql'), { recursive: true });
    file('with-own/.postgresql/postgresql.crt', client.cert);
    file('with-own/.postgresql/postgresql.key', client.key);
    const ports = { TLS: server.port, PLAIN: plain.port, STANDBY: standby.port, DEAD: await freePort() };
    for (const [name, port] of Object.entries(ports)) places[name] = String(port);
    Object.assign(places, { HOME: home, EMPTY: empty, SOCKETS: encodeURIComponent(sockets), FOLDER: sockets });
  }, 240_000);

  const fill = (text: string) =>
    text.replace(/\b(TLS|PLAIN|STANDBY|DEAD|HOME|EMPTY|SOCKETS|FOLDER)\b/g, (name) => places[name] ?? name);

  const ours = async (location: string, environment: NodeJS.ProcessEnv) => {
    let database: Database | undefined;
    try {
      database = new Database(location, { environment, lookUpMs: 20_000 });
      return { row: JSON.stringify((await database.lookUp(session))[0]), said: '' };
    } catch (error) {
      return { row: '', said: (error as Error).message };
    } finally {
      await database?.close();
    }
  };

  const theirs = (location: string, environment: NodeJS.ProcessEnv) => {
    const query = `select row_to_json(one) from (${session}) as one`;
    const done = spawnSync(psql, ['-XAtqw', '-d', location, '-c', query], { env: environment, encoding: 'utf8' });
    const row = done.status === 0 ? JSON.stringify(JSON.parse(done.stdout)) : '';
    return { row, said: done.stderr };
  };

  const at = (user: string, port: string, more = '') => `postgres://${user}@127.0.0.1:${port}/test1${more}`;
  const lines: [string, Record<string, string>?][] = [
    // sslmode, against a server with TLS and one without.
    ...['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'].flatMap((mode): [string][] =>
      [
        at('tls', 'TLS', `?sslmode=${mode}&sslrootcert=HOME/ca.crt`),
        at('clear', 'TLS', `?sslmode=${mode}&sslrootcert=HOME/ca.crt`),
        at('postgres', 'TLS', `?sslmode=${mode}&sslrootcert=HOME/ca.crt`),
        at('postgres', 'PLAIN', `?sslmode=${mode}&sslrootcert=HOME/ca.crt`),
        at('postgres', 'TLS', `?sslmode=${mode}&sslrootcert=HOME/other.crt`),
      ].map((location): [string] => [location]),
    ),
    [at('tls', 'TLS')],
    [at('clear', 'TLS')],
    [at('postgres', 'PLAIN')],
    [at('postgres', 'TLS'), { PGSSLMODE: 'allow' }],
    [at('postgres', 'TLS', '?sslmode=require'), { PGSSLMODE: 'disable' }],
    [at('postgres', 'TLS', '?sslmode=on')],
    // The CA of the home folder counts in weaker modes too.
    [at('postgres', 'TLS', '?sslmode=require'), { HOME: 'HOME/with-root' }],
    [at('postgres', 'TLS', '?sslmode=require'), { HOME: 'HOME/with-other' }],
    [at('postgres', 'TLS', '?sslmode=verify-full'), { HOME: 'HOME/with-root' }],
    [at('postgres', 'TLS', '?sslmode=prefer'), { HOME: 'HOME/with-other' }],
    [at('postgres', 'TLS', '?ssl_min_protocol_version=TLSv1.3&sslmode=require')],
    [at('postgres', 'TLS', '?ssl_max_protocol_version=TLSv1.2&sslmode=require')],
    [at('postgres', 'TLS', '?ssl_min_protocol_version=SSLv3&sslmode=require')],
    [at('postgres', 'TLS', '?sslsni=0&sslcompression=0&sslmode=require')],
    // Client certificates.
    [at('certified', 'TLS', '?sslcert=HOME/own.crt&sslkey=HOME/own.key')],
    [at('certified', 'TLS', '?sslcert=HOME/own.crt&sslkey=HOME/group.key')],
    [at('certified', 'TLS', '?sslcert=HOME/own.crt&sslkey=HOME/open.key')],
    [at('certified', 'TLS', '?sslcert=HOME/own.crt&sslkey=HOME/none')],
    [at('certified', 'TLS', '?sslcert=HOME/own.crt')],
    [at('certified', 'TLS', '?sslkey=HOME/own.key')],
    [at('postgres', 'TLS', '?sslcert=HOME/none')],
    [at('certified', 'TLS'), { PGSSLCERT: 'HOME/own.crt', PGSSLKEY: 'HOME/own.key' }],
    [at('certified', 'TLS'), { HOME: 'HOME/with-own' }],
    // Passwords.
    [at('secretive', 'TLS'), { PGPASSFILE: 'HOME/passwords' }],
    [at('secretive', 'PLAIN'), { PGPASSFILE: 'HOME/passwords' }],
    [at('secretive', 'TLS'), { PGPASSFILE: 'HOME/open-passwords' }],
    [at('secretive', 'TLS'), { PGPASSWORD: 'first', PGPASSFILE: 'HOME/passwords' }],
    [at('secretive', 'TLS'), { PGPASSWORD: 'wrong', PGPASSFILE: 'HOME/passwords' }],
    [at('secretive', 'TLS', '?passfile=HOME/passwords'), { PGPASSFILE: 'HOME/none' }],
    [at('secretive', 'TLS', '?password=first&channel_binding=prefer')],
    [at('secretive', 'TLS', '?password=first&channel_binding=disable')],
    // Several hosts.
    ['postgres://postgres@127.0.0.1:DEAD,127.0.0.1:TLS/test1'],
    ['postgres://postgres@127.0.0.1:TLS,127.0.0.1:DEAD/test1'],
    ['postgres://postgres@127.0.0.1:DEAD,127.0.0.1:DEAD/test1'],
    ['postgres://postgres@nowhere.invalid:5432,127.0.0.1:PLAIN/test1'],
    ['postgres://postgres@127.0.0.1,127.0.0.1/test1?port=DEAD,PLAIN'],
    ['postgres://postgres@127.0.0.1,127.0.0.1/test1?port=PLAIN'],
    ['postgres://postgres@127.0.0.1,127.0.0.1,127.0.0.1/test1?port=DEAD,PLAIN'],
    ['postgres://postgres@/test1?host=127.0.0.1,127.0.0.1&port=DEAD,TLS'],
    ['postgres://postgres@a.example,b.example:TLS/test1?hostaddr=127.0.0.1,127.0.0.1&port=TLS'],
    ['postgres://postgres@a.example/test1?hostaddr=127.0.0.1,127.0.0.1&port=TLS'],
    ['postgres://secretive:first@127.0.0.1:PLAIN,127.0.0.1:TLS/test1'],
    ['postgres://lost@127.0.0.1:PLAIN,127.0.0.1:TLS/test1'],
    ['postgres://secretive@127.0.0.1:DEAD,127.0.0.1:PLAIN/test1', { PGPASSFILE: 'HOME/passwords' }],
    ['postgres://', { PGHOST: '127.0.0.1,127.0.0.1', PGPORT: 'DEAD,PLAIN', PGUSER: 'postgres', PGDATABASE: 'test1' }],
    // Kinds of sessions.
    ...['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby', 'master'].flatMap(
      (kind): [string][] => [
        [`postgres://postgres@127.0.0.1:STANDBY,127.0.0.1:TLS/test1?target_session_attrs=${kind}`],
        [`postgres://postgres@127.0.0.1:TLS,127.0.0.1:STANDBY/test1?target_session_attrs=${kind}`],
        [`postgres://postgres@127.0.0.1:TLS/test1?target_session_attrs=${kind}`],
      ],
    ),
    ['postgres://postgres@127.0.0.1:STANDBY,127.0.0.1:TLS/test1', { PGTARGETSESSIONATTRS: 'read-write' }],
    // Sockets of this machine.
    ['postgres://postgres@SOCKETS:TLS/test1'],
    ['postgres://tls@SOCKETS:TLS/test1?sslmode=require'],
    ['postgres:///test1?host=SOCKETS&port=TLS&user=clear'],
    ['postgres://postgres@/test1', { PGHOST: 'FOLDER', PGPORT: 'TLS' }],
    ['postgres://postgres@SOCKETS:TLS/test1?sslmode=verify-full'],
    // Services and options.
    ['postgres://?service=main', { PGSERVICEFILE: 'HOME/services' }],
    ['postgres://?service=two', { PGSERVICEFILE: 'HOME/services' }],
    ['postgres:///test1?service=two&port=PLAIN', { PGSERVICEFILE: 'HOME/services' }],
    ['postgres://', { PGSERVICEFILE: 'HOME/services', PGSERVICE: 'main', PGSSLMODE: 'disable' }],
    ['postgres://?service=lost', { PGSERVICEFILE: 'HOME/services' }],
    [at('postgres', 'TLS', '?options=-c%20search_path%3Done,two')],
    [at('postgres', 'TLS'), { PGOPTIONS: '-csearch_path=three' }],
    [at('postgres', 'TLS', '?options=--search_path%3Dfour'), { PGOPTIONS: '-csearch_path=three' }],
    [at('postgres', 'TLS', '?options=-c%20nothing.like'), {}],
    [at('postgres', 'TLS', '?tcp_user_timeout=1000&keepalives_idle=5&gssencmode=disable')],
    [at('postgres', 'TLS', '?gssencmode=sometimes')],
    [at('postgres', 'TLS', '?channel_binding=never')],
  ];
  // A CA file by that name before version 16.
  if (psqlVersion >= 16)
    lines.push(
      [at('postgres', 'TLS', '?sslrootcert=system')],
      [at('postgres', 'TLS', '?sslrootcert=system&sslmode=require')],
    );

  test.each(lines)('%s %j', async (location, variables = {}) => {
    const given = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, fill(value)]));
    const environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: empty,
      LC_ALL: 'C.UTF-8',
      PGCONNECT_TIMEOUT: '20',
      ...given,
    };
    const [one, other] = [theirs(fill(location), environment), await ours(fill(location), environment)];
    expect({ row: other.row, said: [one.said, other.said] }).toMatchObject({ row: one.row });
    expect(other.said).not.toContain('\n');
  });

  /** Issued by OpenSSL's command line for the user of that name. */
  function clientCertificate({ folder }: { folder: string }, name: string): { cert: string; key: string } {
    const run = (...args: string[]) =>
      execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [key, request] = [path.join(folder, 'client.key'), path.join(folder, 'client.csr')];
    run('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
    const by = ['-CA', path.join(folder, 'ca.crt'), '-CAkey', path.join(folder, 'ca.key'), '-CAcreateserial'];
    const cert = run('x509', '-req', '-in', request, ...by, '-days', '30');
    return { cert, key: execFileSync('cat', [key], { encoding: 'utf8' }) };
  }
});
