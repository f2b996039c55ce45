import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DataStore } from '../../../src/registry/data-store.js';
import { newKeyText } from '../../../src/registry/key-file.js';
import { openData } from '../../../src/registry/open-data.js';
import { createApp, createHandlers, createLog, listen } from '../../../src/server/index.js';
import { AccessKeyIdentity } from '../../../src/identity/access-key-identity.js';
import { runIn } from '../../support/command-line.js';
import { secretFormsOf } from '../../support/secret-forms.js';
import { startTcpProxy } from '../../support/tcp-proxy.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { authority, newRecord, projectId } from '../tested-store.js';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../support/postgres.js';

const describeWithPostgres = postgresPrograms === undefined ? describe.skip : describe;
const now = new Date();
const caller = { userId: 'alice', projectId, groups: ['developers', 'b,c=d'] };

describeWithPostgres('commands on a database (not run without PostgreSQL)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });

  const place = () => {
    const keyFile = path.join(temporaryFolder(), 'data.key');
    writeFileSync(keyFile, newKeyText());
    const location = server.createDatabase();
    const environment = { CLUSTERCERT_DATA: location, CLUSTERCERT_KEY_FILE: keyFile };
    return { keyFile, location, environment };
  };
  const makeRoles = (location: string) =>
    server.run(
      'psql',
      '-q',
      '-v',
      'ON_ERROR_STOP=1',
      '-d',
      location,
      '-f',
      path.resolve('scripts/deploy/postgres-roles.sql'),
    );
  const dump = (location: string) => server.run('pg_dump', '-d', location);
  const withStore = async <Result>(
    { location, keyFile }: { location: string; keyFile?: string },
    use: (store: DataStore) => Promise<Result>,
  ) => {
    const store = await openData(location, { keyFile });
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  };

  /** Some data of every kind, with its secrets. */
  const fill = async (store: DataStore) => {
    const files = [await authority(0), await authority(1)] as const;
    const records = [
      newRecord(),
      newRecord({ externalServer: 'https://203.0.113.8:5443', revocation: 'webhook' }),
    ] as const;
    const serverCertificatePem = files[0].certificatePem;
    await store.clusters.add(records[0], files[0], { now });
    await store.clusters.add(records[1], { ...files[1], serverCertificatePem }, { now });
    const { token } = await store.tokens.add(caller, { lifetimeSeconds: 3600 });
    const lasting = await store.accessKeys.add(caller);
    const temporary = await store.accessKeys.add(caller, { lifetimeSeconds: 3600 });
    await store.revocations.revokeUser(records[0].id, 'mallory');
    await store.revocations.revokeUser(records[0].id, 'alice');
    const credentialId = `X509SHA256=${'a'.repeat(64)}`;
    const until = new Date(now.getTime() + 86_400_000);
    await store.revocations.revokeCredential(records[1].id, { credentialId, until });
    return { records, token, keys: [lasting, temporary] };
  };

  /** The responses of a store, and its other relevant content. */
  const answers = async (store: DataStore, { records, token, keys }: Awaited<ReturnType<typeof fill>>) => {
    const { clusters, revocations, tokens } = store;
    const log = createLog({ write: () => undefined });
    const app = createApp({
      handlers: createHandlers({ clusters, revocations, now: () => now }),
      tokens,
      signatures: new AccessKeyIdentity(store.accessKeys),
      limits: { perAddress: 0, perCaller: 0 },
      log,
      assertReady: () => clusters.assertReady(),
    });
    const { url, drain } = await listen(app, { host: '127.0.0.1', port: 0, log });
    const bodies: string[] = [];
    for (const { id } of records) {
      const response = await fetch(`${url}/api/v3/projects/${projectId}/clusters/${id}/clustercert`, {
        headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' },
      });
      bodies.push(await response.text());
      expect(response.status).toBe(200);
    }
    await drain({ deadlineMs: 0 });
    return {
      bodies,
      caller: await tokens.findByToken(token),
      records: await clusters.listRecords(projectId),
      keys: await Promise.all(keys.map(({ record }) => store.accessKeys.findAccessKey(record.id))),
      revoked: await Promise.all(records.map(({ id }) => revocations.listRevocations(id))),
      isUnused: await store.tokens.isUnused(),
    };
  };

  test('the same commands administer a database as a folder', async () => {
    const { environment, location } = place();
    const list = await runIn(environment, 'cluster', 'list');
    expect(list).toMatchObject({ code: 1, stdout: '' });
    expect(list.stderr).toContain(`there is nothing kept in '${location}'`);
    const add = ['cluster', 'add', '--project', projectId, '--server', 'https://10.0.0.1:6443', '--name', 'shop'];
    const added = await runIn(environment, ...add);
    expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining(`in ${location}\n`) });
    expect((await runIn(environment, 'cluster', 'list')).stdout).toContain(added.stdout.trim());
    const renamed = await runIn(environment, 'cluster', 'set', added.stdout.trim(), '--name', 'renamed');
    expect(renamed.code).toBe(0);
    expect((await runIn(environment, 'cluster', 'show', added.stdout.trim())).stdout).toContain('renamed');
    const token = await runIn(environment, 'token', 'add', '--project', projectId, '--user', 'alice');
    expect(token.code).toBe(0);
    const [id = ''] = /[0-9a-f]{12}/.exec((await runIn(environment, 'token', 'list')).stdout) ?? [];
    for (const code of [0, 1]) expect((await runIn(environment, 'token', 'revoke', id)).code).toBe(code);
    const key = await runIn(environment, 'access-key', 'add', '--project', projectId, '--user', 'alice');
    expect(key.stdout).toMatch(/^accessKey: [A-Z0-9]{20}\nsecretKey: /);
    expect(await runIn(environment, 'cluster', 'remove', added.stdout.trim())).toMatchObject({ code: 0 });
  });

  test('a dump holds no key, no seed, no secret and no token in clear', async () => {
    const target = place();
    const secrets = await withStore(target, async (store) => {
      const { records, token, keys } = await fill(store);
      const seeds = [];
      for (const { id } of records) seeds.push((await store.clusters.get(id))?.authority.seed ?? new Uint8Array());
      const pems = [await authority(0), await authority(1)].map(({ privateKeyPem }) => privateKeyPem);
      const texts = [token, ...keys.flatMap(({ secret, securityToken }) => [secret, securityToken ?? secret])];
      return [...pems.flatMap(secretFormsOf), ...texts, ...seeds].map((secret) => Buffer.from(secret));
    });
    const text = dump(target.location);
    expect(text).toContain('developers');
    expect(text).not.toContain('PRIVATE KEY');
    for (const secret of secrets)
      for (const form of ['utf8', 'hex', 'base64', 'base64url'] as const)
        expect(text).not.toContain(secret.toString(form));
  });

  test('a copy gives the same responses, from a folder to a database and back; run again, it changes nothing', async () => {
    const [folder, back] = [path.join(temporaryFolder(), 'data'), path.join(temporaryFolder(), 'data')];
    const { location, keyFile, environment } = place();
    const filled = await withStore({ location: folder }, fill);
    const before = await withStore({ location: folder }, (store) => answers(store, filled));
    expect(before.bodies).toHaveLength(2);
    const first = await runIn(environment, 'data', 'copy', folder, location);
    expect(first).toEqual({ code: 0, stdout: '', stderr: 'copied 7; 0 were there already\n' });
    const again = await runIn(environment, 'data', 'copy', folder, location);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('5 were there already') });
    expect(await withStore({ location, keyFile }, (store) => answers(store, filled))).toEqual(before);
    expect(await runIn(environment, 'data', 'copy', location, back)).toMatchObject({ code: 0 });
    expect(await withStore({ location: back }, (store) => answers(store, filled))).toEqual(before);
  });

  test('a copy replaces nothing that is another one', async () => {
    const [one, other] = [path.join(temporaryFolder(), 'data'), place()];
    const record = newRecord();
    const files = await authority(0);
    await withStore({ location: one }, (store) => store.clusters.add(record, files, { now }));
    await withStore(other, (store) => store.clusters.add({ ...record, name: 'b' }, files, { now }));
    const { code, stderr } = await runIn(other.environment, 'data', 'copy', one, other.location);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(record.id) });
    expect((await withStore(other, ({ clusters }) => clusters.get(record.id)))?.name).toBe('b');
  });

  test('a new key is taken into use without an interruption, and the old one then opens nothing', async () => {
    const { location, keyFile, environment } = place();
    const filled = await withStore({ location, keyFile }, fill);
    const oldKey = readFileSync(keyFile, 'utf8');
    const newKey = newKeyText();
    const replica = await openData(location, { keyFile });
    const before = await answers(replica, filled);
    writeFileSync(keyFile, newKey + oldKey);
    expect(await runIn(environment, 'data', 'rekey')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('4 rows'),
    });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await answers(replica, filled)).toEqual(before);
    await replica.close();
    writeFileSync(keyFile, newKey);
    expect(await withStore({ location, keyFile }, (store) => answers(store, filled))).toEqual(before);
    writeFileSync(keyFile, oldKey);
    const refused = await runIn(environment, 'cluster', 'list');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('key file does not belong') });
  });

  test('the role of a provider reads everything and writes revocations alone', async () => {
    const { location, keyFile } = place();
    const { records, token } = await withStore({ location, keyFile }, fill);
    makeRoles(location);
    makeRoles(location);
    const restricted = location.replace('postgres@', 'clustercert_serve@');
    await withStore({ location: restricted, keyFile }, async (store) => {
      await store.prepare();
      expect(await store.clusters.find(projectId, records[0].id)).toBeDefined();
      expect(await store.tokens.findByToken(token)).toMatchObject(caller);
      expect(await store.revocations.revokeUser(records[0].id, 'bob')).toBeGreaterThan(0);
      const denied = { code: 'unavailable', message: expect.stringContaining('permission denied') };
      await expect(store.tokens.add(caller, { lifetimeSeconds: 60 })).rejects.toMatchObject(denied);
      await expect(store.clusters.remove(records[0].id)).rejects.toMatchObject(denied);
    });
  });

  test('the role for administration runs every command, and extends the tables', async () => {
    const { location, environment } = place();
    const first = ['token', 'add', '--project', projectId, '--user', 'alice'];
    await runIn(environment, ...first);
    makeRoles(location);
    const admin = { ...environment, CLUSTERCERT_DATA: location.replace('postgres@', 'clustercert_admin@') };
    const added = await runIn(admin, 'cluster', 'add', '--project', projectId, '--server', 'https://10.0.0.1:6443');
    const id = added.stdout.trim();
    for (const words of [
      ['cluster', 'set', id, '--name', 'b'],
      first,
      ['access-key', ...first.slice(1)],
      ['data', 'rekey'],
      ['cluster', 'revocation', id, 'webhook'],
      ['revoke', id, '--user', 'a'],
      ['cluster', 'remove', id],
    ])
      expect({ words, ...(await runIn(admin, ...words)) }).toMatchObject({ code: 0 });
    const extend = 'alter table clustercert.tokens add column later text; create table clustercert.later (id text)';
    server.sql(extend, admin.CLUSTERCERT_DATA);
    server.sql('select count(*) from clustercert.later', location.replace('postgres@', 'clustercert_serve@'));
  });

  test('a command waits longer for a database that is far away than a provider does', async () => {
    const { environment, location } = place();
    const add = ['token', 'add', '--project', projectId, '--user', 'alice'];
    expect((await runIn(environment, ...add)).code).toBe(0);
    const line = await startTcpProxy(server.port, { delayMs: 600 });
    const far = location.replace(String(server.port), String(line.port));
    const listed = await runIn({ ...environment, CLUSTERCERT_DATA: far }, 'token', 'list');
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('alice') });
    await expect(
      withStore({ location: far, keyFile: environment.CLUSTERCERT_KEY_FILE }, (store) => store.exists()),
    ).rejects.toMatchObject({
      code: 'unavailable',
    });
    await line.close();
  }, 60_000);

  test('a key file is made once, for its owner alone', async () => {
    const file = path.join(temporaryFolder(), 'data.key');
    expect((await runIn({}, 'data', 'key', file)).code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, 'utf8');
    expect(await runIn({}, 'data', 'key', file)).toMatchObject({ code: 1 });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('a secret that was moved to another row is damaged', async () => {
    const target = place();
    const { records } = await withStore(target, fill);
    const sql = `update clustercert.clusters set private_key = (select private_key from clustercert.clusters where id = '${records[1].id}')`;
    server.run('psql', '-q', '-d', target.location, '-c', sql);
    await withStore(target, async ({ clusters }) => {
      await expect(clusters.find(projectId, records[0].id)).rejects.toMatchObject({ code: 'data_unreadable' });
      expect(await clusters.find(projectId, records[1].id)).toBeDefined();
    });
  });

  test('tables of a newer program that needs one as new are refused; those that do not are used', async () => {
    const { location, environment } = place();
    const add = ['token', 'add', '--project', projectId, '--user', 'alice'];
    expect((await runIn(environment, ...add)).code).toBe(0);
    const migrate = (version: number, needs: number) =>
      server.sql(`insert into clustercert.migrations values (${version}, ${needs})`, location);
    migrate(98, 1);
    expect((await runIn(environment, ...add)).code).toBe(0);
    migrate(99, 99);
    const refused = await runIn(environment, ...add);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('newer clustercert') });
  });

  test.each([
    ['postgres://u@h/d', {}, '--key-file FILE'],
    ['postgres://u:secret@h/d', { CLUSTERCERT_KEY_FILE: 'package.json' }, 'no key'],
    ['postgres://u:secret@h/d?sslmode=often', {}, "sslmode 'often'"],
    ['postgres://u:secret@h1,h2/d?port=1,2,3', {}, '2 hosts and 3 ports'],
    ['mysql://u:secret@h/d', {}, 'postgres://'],
  ])('%s is refused in one line without its password', async (location, more, expected) => {
    const { keyFile } = place();
    const key = expected.includes('key') ? {} : { CLUSTERCERT_KEY_FILE: keyFile };
    const { code, stderr } = await runIn({ CLUSTERCERT_DATA: location, ...key, ...more }, 'token', 'list');
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('secret@');
  });
});
