// A copy between a folder and a database that is killed half-way and run again, there and back.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { newKeyText } from '../../src/registry/key-file.js';
import { makeData } from '../../scripts/bench/data.js';
import { runIn, startIn } from '../support/command-line.js';
import { type PostgresServer, postgresPrograms, startPostgres } from '../support/postgres.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const boundMs = 10 * 60_000;
const clusters = 400;

(postgresPrograms === undefined ? describe.skip : describe)('a copy (not run without PostgreSQL)', () => {
  let server: PostgresServer;
  const keyFile = path.join(temporaryFolder(), 'data.key');
  const environment = { CLUSTERCERT_KEY_FILE: keyFile };

  beforeAll(async () => {
    writeFileSync(keyFile, newKeyText(), { mode: 0o600 });
    server = await startPostgres();
  }, boundMs);

  /** Kills a copy once some of it is there, and runs it again. */
  const copyTwice = async (from: string, to: string, isHalf: () => boolean) => {
    const first = startIn(
      { environment: { ...(process.env as Record<string, string>), ...environment } },
      'data',
      'copy',
      from,
      to,
    );
    while (!isHalf() && first.child.exitCode === null) await setTimeout(5);
    first.child.kill('SIGKILL');
    await first.ended;
    const { code, stderr } = await runIn(environment, 'data', 'copy', from, to);
    const [, copied, present] = /^copied (\d+); (\d+) were there already\n$/.exec(stderr) ?? [];
    expect({ code, stderr, all: Number(copied) + Number(present) }).toMatchObject({ code: 0, all: clusters + 1 });
    expect(Number(present)).toBeGreaterThan(0);
  };

  test(
    'that was killed and is run again leaves nothing out, and nothing differs on the way back',
    async () => {
      const [folder, back] = [path.join(temporaryFolder(), 'data'), path.join(temporaryFolder(), 'data')];
      await makeData(folder, { clusters });
      const location = server.createDatabase();
      const count = `select case when to_regclass('clustercert.migrations') is null then 0 else
        (xpath('/row/c/text()', query_to_xml('select count(*) as c from clustercert.clusters', false, true, '')))[1]::text::int end`;
      await copyTwice(folder, location, () => Number(server.sql(count, location)) > clusters / 8);
      const made = path.join(back, 'clusters');
      await copyTwice(location, back, () => existsSync(made) && readdirSync(made).length > clusters / 8);
      expect(contentOf(back)).toEqual(contentOf(folder));
    },
    boundMs,
  );
});

/** Every file with its text; what is left of unfinished work does not count. */
function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const places = files.map(({ parentPath, name }) => path.join(parentPath, name));
  const kept = places.filter(
    (place) =>
      !path
        .relative(folder, place)
        .split(path.sep)
        .some((name) => name.startsWith('.')),
  );
  return Object.fromEntries(kept.sort().map((place) => [path.relative(folder, place), readFileSync(place, 'utf8')]));
}
