// Programs of three versions on one database: the one of the build, and two later ones with one more step of the schema
// each.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { newKeyText } from '../../../src/registry/key-file.js';
import { startServe } from '../../support/command-line.js';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../support/postgres.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { projectId } from '../tested-store.js';

const boundMs = 180_000;
const additive =
  '{ needs: 1, sql: `alter table clustercert.tokens add column note text; create table clustercert.notes (id text)` }';
const breaking = '{ needs: 3, sql: `alter table clustercert.tokens rename column note to remark` }';

(postgresPrograms === undefined ? describe.skip : describe)('versions (not run without PostgreSQL)', () => {
  let server: PostgresServer;
  let [later, latest] = ['', ''];
  const keyFile = path.join(temporaryFolder(), 'data.key');

  beforeAll(async () => {
    writeFileSync(keyFile, newKeyText(), { mode: 0o600 });
    [later, latest] = [laterVersion(additive), laterVersion(`${additive}, ${breaking}`)];
    server = await startPostgres();
  }, boundMs);

  const prepare = () => {
    const location = server.createDatabase();
    const environment = {
      ...(process.env as Record<string, string>),
      CLUSTERCERT_DATA: location,
      CLUSTERCERT_KEY_FILE: keyFile,
    };
    const run = (bin: string, ...words: string[]) =>
      new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
        const child = execFile(process.execPath, [bin, ...words], { env: environment }, (_error, stdout, stderr) =>
          resolve({ code: child.exitCode ?? -1, stdout: stdout.trim(), stderr }),
        );
      });
    return { location, environment, run };
  };
  const addToken = (user: string) => ['token', 'add', '--project', projectId, '--user', user];

  test(
    'two versions serve and administer side by side, with the same bytes',
    async () => {
      const { location, environment, run } = prepare();
      const added = await run(built, 'cluster', 'add', '--project', projectId, '--server', 'https://10.0.0.1:6443');
      const before = (await run(built, ...addToken('alice'))).stdout;
      const old = await startServe({ environment }, '--no-demo');
      const get = async (url: string, token: string) => {
        const at = `${url}/api/v3/projects/${projectId}/clusters/${added.stdout}/clustercert`;
        const response = await fetch(at, { headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' } });
        return { status: response.status, body: await response.text() };
      };
      const first = await get(old.url, before);
      // Several at once: one of them extends the tables.
      const made = await Promise.all(['bob', 'carol', 'dave'].map((user) => run(later, ...addToken(user))));
      expect(made).toMatchObject([{ code: 0 }, { code: 0 }, { code: 0 }]);
      expect(server.sql('select max(version) from clustercert.migrations', location).trim()).toBe('2');
      const after = (await run(built, ...addToken('erin'))).stdout;
      const fresh = await startServe({ environment, program: later }, '--no-demo');
      for (const token of [before, after, ...made.map(({ stdout }) => stdout)]) {
        const [one, other] = [await get(old.url, token), await get(fresh.url, token)];
        expect(one.status).toBe(200);
        expect(other).toEqual(one);
      }
      expect(await get(fresh.url, before)).toEqual(first);
      for (const { child } of [old, fresh]) child.kill('SIGTERM');
      for (const { ended } of [old, fresh]) expect(await ended).toMatchObject({ code: 0 });
    },
    boundMs,
  );

  test(
    'tables that are too new for a program are refused in one line, by commands and by serve',
    async () => {
      const { run } = prepare();
      expect((await run(latest, ...addToken('alice'))).code).toBe(0);
      for (const bin of [built, later])
        for (const words of [['token', 'list'], addToken('bob'), ['serve', '--port', '0']]) {
          const { code, stdout, stderr } = await run(bin, ...words);
          expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
          expect(stderr).toMatch(/^error: the tables in postgres:\S+ were made by a newer clustercert; .*\n$/);
        }
      expect((await run(latest, 'token', 'list')).stdout).toContain('alice');
    },
    boundMs,
  );

  test(
    'a provider that runs while the tables become too new answers 503, says why and is not ready',
    async () => {
      const { environment, run } = prepare();
      const token = (await run(built, ...addToken('alice'))).stdout;
      const old = await startServe({ environment }, '--no-demo');
      const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
      const list = () => fetch(`${old.url}/api/v3/projects/${projectId}/clusters`, { headers });
      const readiness = async () => (await fetch(`${old.url}/readyz`)).status;
      expect((await list()).status).toBe(200);
      expect(await readiness()).toBe(200);
      expect((await run(latest, ...addToken('bob'))).code).toBe(0);
      // What was found is believed for one second.
      await setTimeout(1_100);
      const response = await list();
      expect({ status: response.status, retry: response.headers.get('retry-after') }).toEqual({
        status: 503,
        retry: expect.stringMatching(/^\d+$/),
      });
      while ((await readiness()) !== 503) await setTimeout(50);
      old.child.kill('SIGTERM');
      const { code, stdout, stderr } = await old.ended;
      expect({ code, log: stdout + stderr }).toEqual({
        code: 0,
        log: expect.stringMatching(
          /"message":"the tables in postgres:\S+ were made by a newer clustercert; use that or/,
        ),
      });
    },
    boundMs,
  );
});

const built = path.resolve('dist/src/cli/bin.js');

/** The built program with further steps of the schema; gives its executable. */
function laterVersion(steps: string): string {
  const folder = temporaryFolder();
  for (const name of ['dist', 'package.json', 'spec', 'generated'])
    cpSync(name, path.join(folder, name), { recursive: true });
  symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'));
  const last = /(primary key \(cluster_id, credential_id\)\s*\);`\s*\})(\s*\])/;
  let changed = 0;
  const shared = path.join(folder, 'dist/src/shared');
  for (const file of readdirSync(shared).map((name) => path.join(shared, name))) {
    const text = readFileSync(file, 'utf8');
    if (!last.test(text)) continue;
    writeFileSync(file, text.replace(last, `$1, ${steps.replaceAll('$', '$$$$')}$2`));
    changed += 1;
  }
  if (changed !== 1) throw new Error(`the steps of the schema stand in ${changed} files of the build`);
  return path.join(folder, 'dist/src/cli/bin.js');
}
