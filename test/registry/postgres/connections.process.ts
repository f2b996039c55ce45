// Connections to a database: every case is tried with psql too, and both agree on what connects.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newKeyText } from '../../../src/registry/key-file.js';
import { openPostgres } from '../../../src/registry/postgres/open-postgres.js';
import { servingCertificate } from '../../support/api-server.js';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../support/postgres.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { authority, projectId } from '../tested-store.js';

const describeWithPostgres = postgresPrograms === undefined ? describe.skip : describe;
const awkward = 'p@ss:w/o%r d+#?&=\\ü';

describeWithPostgres('connections (not run without PostgreSQL)', () => {
  let server: PostgresServer;
  const home = temporaryFolder();
  const file = (name: string, text: string, mode = 0o600) => {
    const place = path.join(home, name);
    writeFileSync(place, text);
    chmodSync(place, mode);
    return place;
  };
  const keyFile = file('data.key', newKeyText());

  beforeAll(async () => {
    server = await startPostgres();
    const ca = await authority(0);
    const { cert, key } = servingCertificate(ca, 'localhost');
    file('ca.crt', ca.certificatePem);
    file('other.crt', (await authority(1)).certificatePem);
    const settings = { ssl_cert_file: server.write('server.crt', cert), ssl_key_file: server.write('server.key', key) };
    for (const [name, value] of Object.entries({ ...settings, ssl: 'on' }))
      server.sql(`alter system set ${name} = '${value}'`);
    server.sql(`create role secretive login password '${awkward}'`);
    server.sql('create role encrypted login');
    server.createDatabase();
    server.write(
      path.join('data', 'pg_hba.conf'),
      `host all secretive 127.0.0.1/32 scram-sha-256
hostssl all encrypted 127.0.0.1/32 trust
host all postgres 127.0.0.1/32 trust
`,
    );
    server.sql('select pg_reload_conf()');
  }, 120_000);

  const fill = (text: string) =>
    text
      .replaceAll('PORT', String(server.port))
      .replaceAll('HOME', home)
      .replaceAll('AWKWARD', encodeURIComponent(awkward));

  /** Whether psql connects, and whether we do. */
  const tryBoth = async (location: string, variables: Record<string, string>) => {
    const given = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, fill(value)]));
    const environment = { PATH: process.env['PATH'] ?? '', HOME: home, LC_ALL: 'C.UTF-8', ...given };
    const args = ['-XAtqw', '-d', fill(location), '-c', 'select 1'];
    const psql = spawnSync(path.join(postgresPrograms ?? '', 'psql'), args, { env: environment, encoding: 'utf8' });
    const ours = await connect(fill(location), environment);
    return { psql: psql.status === 0, ours: ours === '', said: { psql: psql.stderr, ours } };
  };

  const connect = async (location: string, environment: NodeJS.ProcessEnv) => {
    try {
      const store = await openPostgres(location, { keyFile, environment });
      try {
        await store.exists();
        return '';
      } finally {
        await store.close();
      }
    } catch (error) {
      return (error as Error).message;
    }
  };

  const passwords = (lines: string, mode?: number) => ({ PGPASSFILE: file('passwords', lines, mode) });
  const line = (password: string) => `127.0.0.1:*:test1:secretive:${password.replaceAll(/[\\:]/g, '\\$&')}\n`;
  const services = (text: string) => ({ PGSERVICEFILE: file('services', text) });
  const at = 'postgres://secretive@127.0.0.1:PORT/test1';
  const shared =
    '[other]\nhost=nowhere.invalid\n\n[main]\n# ours\nhost=127.0.0.1\nport=PORT\nuser=postgres\ndbname=test1\n';

  const accepted: [string, string, (() => Record<string, string>)?][] = [
    ['a password in the URL, escaped', 'postgres://secretive:AWKWARD@127.0.0.1:PORT/test1'],
    ['a password as a parameter, where + is no space', 'postgresql://secretive@127.0.0.1:PORT/test1?password=AWKWARD'],
    ['a password in PGPASSWORD', at, () => ({ PGPASSWORD: awkward })],
    ['a password file', at, () => passwords(`# ours\nelsewhere:*:*:*:x\n${line(awkward)}`)],
    ['the first line of a password file that fits', at, () => passwords(line(awkward) + line('another'))],
    ['a short line of a password file', 'postgres://postgres@127.0.0.1:PORT/test1', () => passwords('*:*:*:*:x')],
    ['a password file named in the URL', `${at}?passfile=HOME/passwords`, () => (passwords(line(awkward)), {})],
    [
      'a password file that others can read, where none is needed',
      'postgres://postgres@127.0.0.1:PORT/test1',
      () => passwords(line('x'), 0o644),
    ],
    ['an empty password, and a password file', at, () => ({ ...passwords(line(awkward)), PGPASSWORD: '' })],
    [
      'everything by variables',
      'postgres://',
      () => ({ PGHOST: '127.0.0.1', PGPORT: 'PORT', PGUSER: 'postgres', PGDATABASE: 'test1' }),
    ],
    ['the database of the user', 'postgres://postgres@127.0.0.1:PORT'],
    ['a host in a parameter', 'postgres:///test1?host=127.0.0.1&port=PORT&user=postgres'],
    ['a name with its address', 'postgres://postgres@db.example.com:PORT/test1?hostaddr=127.0.0.1'],
    ['a service in PGSERVICE', 'postgres://', () => ({ ...services(fill(shared)), PGSERVICE: 'main' })],
    [
      'a service in the URL, which counts before variables',
      'postgres://?service=main',
      () => ({ ...services(fill(shared)), PGUSER: 'nobody' }),
    ],
    ['a service, of which the URL changes a part', 'postgres:///postgres?service=main', () => services(fill(shared))],
    [
      'parameters that other programs set',
      `postgres://postgres@127.0.0.1:PORT/test1?connect_timeout=10&keepalives=1&channel_binding=prefer&gssencmode=disable&target_session_attrs=any&application_name=x&client_encoding=UTF8`,
    ],
    ['options of the session', 'postgres://postgres@127.0.0.1:PORT/test1?options=-c%20search_path%3Dnowhere'],
    ['sslmode=require', 'postgres://encrypted@127.0.0.1:PORT/test1?sslmode=require'],
    ['ssl=true', 'postgres://encrypted@127.0.0.1:PORT/test1?ssl=true'],
    ['PGSSLMODE', 'postgres://encrypted@127.0.0.1:PORT/test1', () => ({ PGSSLMODE: 'require' })],
    [
      'sslmode=verify-full by name',
      'postgres://encrypted@localhost:PORT/test1?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=HOME/ca.crt',
    ],
    [
      'sslmode=verify-full by IP address',
      'postgres://encrypted@127.0.0.1:PORT/test1?sslmode=verify-full&sslrootcert=HOME/ca.crt',
    ],
    [
      'PGSSLROOTCERT',
      'postgres://encrypted@127.0.0.1:PORT/test1?sslmode=verify-full',
      () => ({ PGSSLROOTCERT: 'HOME/ca.crt' }),
    ],
    [
      'sslmode=verify-ca under another name',
      'postgres://encrypted@db.example.com:PORT/test1?hostaddr=127.0.0.1&sslmode=verify-ca&sslrootcert=HOME/ca.crt',
    ],
  ];
  test.each(accepted)('%s is accepted', async (_name, location, variables = () => ({})) => {
    const { psql, ours, said } = await tryBoth(location, variables());
    expect({ psql, ours, said }).toMatchObject({ psql: true, ours: true });
  });

  test('a provider logs a key file that others can read, missing keys, and a connection in clear', async () => {
    const problemsOf = async (location: string, key: string) => {
      const store = await openPostgres(location, { keyFile: key, environment: {} });
      const told: string[] = [];
      try {
        for await (const problem of store.problems?.() ?? []) told.push(problem);
      } catch {
        // Of the database that is not there.
      } finally {
        await store.close();
      }
      return told.map((line) => line.replaceAll(home, 'HOME'));
    };
    const [own, both] = [file('own.key', newKeyText()), file('both.key', newKeyText())];
    writeFileSync(both, readFileSync(own), { flag: 'a' });
    const location = fill('postgres://postgres@127.0.0.1:PORT/test1');
    for (const key of [own, both]) {
      const store = await openPostgres(location, { keyFile: key });
      await store.accessKeys.add({ userId: 'alice', projectId, groups: [] });
      await store.close();
    }
    expect(await problemsOf(location, both)).toEqual([]);
    chmodSync(own, 0o644);
    chmodSync(home, 0o755);
    expect(await problemsOf(location, own)).toEqual([
      'others can read the key file; end that with: chmod go= HOME/own.key',
      expect.stringMatching(/^the key file lacks the key '[0-9a-f]{16}'; what is encrypted with it cannot be read$/),
    ]);
    expect(await problemsOf('postgres://u@nowhere.invalid/d', both)).toEqual([
      expect.stringContaining('may be not encrypted'),
    ]);
    expect(await problemsOf('postgres://u@nowhere.invalid/d?sslmode=require', both)).toEqual([]);
  });

  const refused: [string, string, RegExp, (() => Record<string, string>)?][] = [
    ['no password', at, /wants a password of user 'secretive'.*PGPASSWORD/],
    ['a wrong password', at, /password authentication failed/, () => ({ PGPASSWORD: 'not the one' })],
    [
      'a password file that others can read',
      at,
      /passwords' may be read by others.*0600/,
      () => passwords(line(awkward), 0o640),
    ],
    ['a password file without a line that fits', at, /wants a password/, () => passwords('127.0.0.1:1:*:*:x\n')],
    ['a service that is nowhere', 'postgres://?service=lost', /service 'lost' is in no/, () => services(fill(shared))],
    [
      'a service file that is not there',
      'postgres://',
      /service file 'HOME\/none' cannot be read: ENOENT/,
      () => ({ PGSERVICEFILE: 'HOME/none', PGSERVICE: 'main' }),
    ],
    [
      'a service with a line that is none',
      'postgres://?service=x',
      /line 2 of the connection service file/,
      () => services('[x]\nhost 127.0.0.1\n'),
    ],
    ['a % that escapes nothing', 'postgres://postgres:50%@127.0.0.1:PORT/test1', /%25/],
    [
      'a parameter that is none',
      'postgres://postgres@127.0.0.1:PORT/test1?sslmod=require',
      /'sslmod'; accepted: host,/,
    ],
    ['a parameter without a value', 'postgres://postgres@127.0.0.1:PORT/test1?sslmode', /'sslmode' without a value/],
    ['a port that is none', 'postgres://postgres@127.0.0.1:99999/test1', /1 to 65535/],
    ['a host that is not there', 'postgres://postgres@nowhere.invalid:PORT/test1', /fails: .*nowhere\.invalid/],
    ['a port where nothing listens', 'postgres://postgres@127.0.0.1:1/test1', /ECONNREFUSED/],
    ['a database that is not there', 'postgres://postgres@127.0.0.1:PORT/lost', /database "lost" does not exist/],
    [
      'a user who is not there',
      'postgres://lost@127.0.0.1:PORT/test1',
      /no pg_hba\.conf entry|role "lost" does not exist/,
    ],
    [
      'another CA',
      'postgres://encrypted@127.0.0.1:PORT/test1?sslmode=verify-ca&sslrootcert=HOME/other.crt',
      /certificate/,
    ],
    [
      'another name',
      'postgres://encrypted@db.example.com:PORT/test1?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=HOME/ca.crt',
      /db\.example\.com/,
    ],
    [
      'a CA file that is not there',
      'postgres://encrypted@127.0.0.1:PORT/test1?sslmode=verify-full&sslrootcert=HOME/none',
      /sslrootcert 'HOME\/none' cannot be read: ENOENT/,
    ],
    ['no CA file', 'postgres://encrypted@127.0.0.1:PORT/test1?sslmode=verify-full', /sslrootcert/],
    [
      'no TLS where the server wants it',
      'postgres://encrypted@127.0.0.1:PORT/test1?sslmode=disable',
      /no encryption; sslmode=verify-full/,
    ],
    [
      'an unknown sslmode',
      'postgres://encrypted@127.0.0.1:PORT/test1?sslmode=on',
      /sslmode 'on' is not known; accepted/,
    ],
  ];
  test.each(refused)('%s is refused in one line', async (_name, location, expected, variables = () => ({})) => {
    const { psql, ours, said } = await tryBoth(location, variables());
    expect({ psql, ours, said }).toMatchObject({ psql: false, ours: false });
    expect(said.ours.replaceAll(home, 'HOME')).toMatch(expected);
    expect(said.ours).not.toContain('\n');
    expect(said.ours).not.toMatch(/p@ss|not the one|50%/);
  });
});
