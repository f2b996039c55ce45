// Debian's PgBouncer in transaction mode between us and the database, with fewer connections to it than we open.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { newKeyText } from '../../../src/registry/key-file.js';
import { openData } from '../../../src/registry/open-data.js';
import { runIn, startServe } from '../../support/command-line.js';
import { type PostgresServer, ordinaryUser, postgresPrograms, startPostgres } from '../../support/postgres.js';
import { freePort } from '../../support/free-port.js';
import { programWith } from '../../support/programs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { authority, newRecord, projectId } from '../tested-store.js';

const pgbouncer = programWith('pgbouncer', ['--version']);
const isHere = postgresPrograms !== undefined && pgbouncer !== undefined;
const bounds = 120_000;

(isHere ? describe : describe.skip)('behind PgBouncer (not run without PostgreSQL and PgBouncer)', () => {
  let server: PostgresServer;
  let bouncer: ChildProcess;
  let said = '';
  let location: string;
  const keyFile = path.join(temporaryFolder(), 'data.key');

  beforeAll(async () => {
    writeFileSync(keyFile, newKeyText(), { mode: 0o600 });
    server = await startPostgres();
    const port = await freePort();
    const url = new URL(server.createDatabase());
    const config = server.write(
      'pgbouncer.ini',
      `[databases]
* = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${server.write('users.txt', '"postgres" ""\n')}
pool_mode = transaction
default_pool_size = 2
`,
    );
    bouncer = spawn(pgbouncer ?? '', [config], { ...ordinaryUser, stdio: ['ignore', 'ignore', 'pipe'] });
    bouncer.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    while (!(await accepts(port))) {
      if (bouncer.exitCode !== null) throw new Error(said);
      await setTimeout(50);
    }
    location = Object.assign(url, { port: String(port) }).href;
  }, bounds);

  afterAll(() => void bouncer.kill('SIGKILL'));

  test(
    'every command works',
    async () => {
      const environment = { CLUSTERCERT_DATA: location, CLUSTERCERT_KEY_FILE: keyFile };
      const done = async (...words: string[]) => {
        const { code, stdout, stderr } = await runIn(environment, ...words);
        expect({ words, code, stderr }).toMatchObject({ code: 0 });
        return stdout.trim();
      };
      const at = ['--project', projectId];
      const id = await done('cluster', 'add', ...at, '--server', 'https://10.0.0.1:6443', '--name', 'shop');
      await done('cluster', 'set', id, '--name', 'other');
      expect(await done('cluster', 'show', id)).toContain('other');
      await done('cluster', 'revocation', id, 'webhook');
      await done('token', 'add', ...at, '--user', 'alice');
      await done('access-key', 'add', ...at, '--user', 'alice');
      await done('revoke', id, '--user', 'alice');
      expect(await done('revocations', id)).toContain('alice');
      writeFileSync(keyFile, newKeyText() + '\n', { flag: 'a' });
      await done('data', 'rekey');
      const folder = path.join(temporaryFolder(), 'data');
      await done('data', 'copy', location, folder);
      await done('data', 'copy', folder, location);
      await done('cluster', 'remove', id);
      expect(await done('cluster', 'list')).not.toContain(id);
    },
    bounds,
  );

  test(
    'a provider serves, and the contract kit finds nothing wrong with it',
    async () => {
      const data = { CLUSTERCERT_DATA: location, CLUSTERCERT_KEY_FILE: keyFile };
      const at = ['--project', projectId];
      const added = await runIn(data, 'cluster', 'add', ...at, '--server', 'https://10.0.0.1:6443');
      const token = (await runIn(data, 'token', 'add', ...at, '--user', 'alice')).stdout.trim();
      const provider = await startServe(
        { environment: { ...(process.env as Record<string, string>), ...data } },
        '--no-demo',
      );
      const target = ['--endpoint', provider.url, ...at, '--cluster', added.stdout.trim(), '--token', token];
      const { code, stdout, stderr } = await runIn({}, 'verify', ...target);
      expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
      provider.child.kill('SIGTERM');
      expect(await provider.ended).toMatchObject({ code: 0 });
    },
    bounds,
  );

  test(
    'many look-ups and changes at once do not mix',
    async () => {
      const store = await openData(location, { keyFile });
      try {
        const files = await authority();
        const records = Array.from({ length: 20 }, (_, index) => newRecord({ name: `c${index}` }));
        await store.prepare();
        await Promise.all(records.map((record) => store.clusters.add(record, files, { now: new Date() })));
        await Promise.all(records.map(({ id }, index) => store.revocations.revokeUser(id, `user-${index}`)));
        const other = await openData(location, { keyFile });
        const found = await Promise.all(records.map(({ id }) => other.clusters.find(projectId, id)));
        const revoked = await Promise.all(records.map(({ id }) => other.revocations.listRevocations(id)));
        await other.close();
        expect(found.map((cluster) => cluster?.name)).toEqual(records.map(({ name }) => name));
        const users = revoked.map((each) => each.users.map(({ userId }) => userId));
        expect(users).toEqual(records.map((_, index) => [`user-${index}`]));
      } finally {
        await store.close();
      }
    },
    bounds,
  );
});

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
