// Four replicas under faults of chance, several at once. REPLICAS_SEEDS names the seeds (such as 1,2,3), REPLICAS_SECONDS how long
// each takes; a seed fixes which faults come, for how long, and what they meet.
import { describe, expect, test } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { newKeyText } from '../../src/registry/key-file.js';
import { openData } from '../../src/registry/open-data.js';
import { lookUpMs } from '../../src/registry/postgres/database.js';
import { authority } from '../registry/tested-store.js';
import { postgresPrograms, startPostgres } from '../support/postgres.js';
import { startTcpProxy } from '../support/tcp-proxy.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { assertKept } from './kept.js';
import { Load } from './load.js';
import { type World, letHappen, randomOf } from './random-faults.js';
import { Replica } from './replica.js';
import { Judge } from './world.js';

const seeds = (process.env['REPLICAS_SEEDS'] ?? '').split(',').map(Number);
const isAsked = process.env['REPLICAS_SEEDS'] !== undefined && postgresPrograms !== undefined;
const seconds = Number(process.env['REPLICAS_SECONDS'] ?? 20);
const boundMs = 20 * 60_000;
const mostRecoveryMs = process.env['REPLICAS_STRICT'] === '1' ? 2_000 : 60_000;
const mostAnswerMs = process.env['REPLICAS_STRICT'] === '1' ? 2_500 : 30_000;
const skewSeconds = 120;
const faketime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** The variables of a replica whose clock is wrong; none where Debian's faketime is not installed. */
function clockOf(index: number, seed: number): Record<string, string> {
  if (index !== 0 || !existsSync(faketime)) return {};
  const sign = seed % 2 === 0 ? '+' : '-';
  return { LD_PRELOAD: faketime, FAKETIME: `${sign}${skewSeconds}`, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}

async function makeWorld(seed: number) {
  const folder = temporaryFolder();
  const [keyFile, passwordFile] = [path.join(folder, 'data.key'), path.join(folder, 'passwords')];
  writeFileSync(keyFile, newKeyText(), { mode: 0o600 });
  const engine = await startPostgres();
  let version = 0;
  const password = {
    change: () => void engine.sql(`alter role fleet password 'p${++version}'`),
    tell: () => writeFileSync(passwordFile, `*:*:*:*:p${version}\n`, { mode: 0o600 }),
  };
  engine.sql('create role fleet login createdb');
  password.change();
  password.tell();
  const location = engine.createDatabase('owner fleet');
  engine.write(
    path.join('data', 'pg_hba.conf'),
    'host all fleet 127.0.0.1/32 scram-sha-256\nhost all postgres 127.0.0.1/32 trust\n',
  );
  engine.sql('select pg_reload_conf()');
  const lines = await Promise.all(Array.from({ length: 5 }, () => startTcpProxy(engine.port)));
  const through = (index: number) =>
    location.replace('postgres@', 'fleet@').replace(`:${engine.port}/`, `:${lines[index]?.port ?? 0}/`);
  const environment = { PGPASSFILE: passwordFile };
  const store = await openData(through(4), { keyFile, environment: { ...process.env, ...environment } });
  await store.prepare();
  const replicas = ['one', 'two', 'three', 'four'].map((name, index) => {
    const data = { CLUSTERCERT_DATA: through(index), CLUSTERCERT_KEY_FILE: keyFile };
    return new Replica(name, { ...environment, ...data, ...clockOf(index, seed) });
  });
  await Promise.all(replicas.map((replica) => replica.startAnyhow()));
  const judge = new Judge(lookUpMs);
  const authorities = [await authority(0), await authority(1), await authority(2)];
  const load = new Load({ judge, replicas, store, authorities, skewSeconds });
  for (let count = 0; count < 8; count++) {
    await load.addToken(`user-${1 + count}`);
    await load.addCluster();
  }
  const world: World = { engine, location, replicas, lines, load, password };
  const close = async () => {
    const stopped = load.stop();
    for (const replica of replicas) {
      replica.close();
      await replica.kill();
    }
    await stopped;
    await store.close();
    await Promise.all(lines.map((line) => line.close()));
  };
  return { world, judge, keyFile, close };
}

/** Waits until every replica serves a caller again, who was and stays known; gives how long that took, in ms. */
async function recover({ replicas, load }: World): Promise<number> {
  const began = performance.now();
  const [token, cluster] = [load.tokens[0], load.clusters[0]];
  if (!token || !cluster) throw new TypeError('there is nothing to ask for');
  for (const replica of replicas)
    while ((await load.ask(replica, { token, cluster }))?.status !== 200) {
      if (performance.now() - began > mostRecoveryMs) throw new Error(`${replica.name} does not recover`);
      await setTimeout(20);
    }
  return performance.now() - began;
}

(isAsked ? describe : describe.skip)('faults of chance (not run without REPLICAS_SEEDS and PostgreSQL)', () => {
  test.each(seeds)(
    'seed %d: nobody is let in wrongly, every replica recovers, and nothing that was confirmed is lost',
    async (seed) => {
      const random = randomOf(seed);
      const { world, judge, keyFile, close } = await makeWorld(seed);
      const { load, replicas } = world;
      const happened: string[] = [];
      try {
        load.start({ readers: 2, writers: 3 });
        const until = performance.now() + seconds * 1_000;
        while (performance.now() < until) {
          await setTimeout(300 + random() * 1_500);
          const what = await letHappen(world, random);
          happened.push(`${what}: ${Math.round(await recover(world))} ms`);
        }
        await load.stop();
        const statuses = Object.fromEntries([...judge.statuses].sort());
        const figures = {
          seed,
          statuses,
          bodies: judge.bodies,
          slowestMs: Math.round(load.slowestMs),
          ...load.written,
        };
        process.stderr.write(`${JSON.stringify(figures)}\n${happened.map((line) => `  ${line}\n`).join('')}`);
        expect(judge.wrong).toEqual([]);
        expect(replicas.flatMap(({ failures }) => failures)).toEqual([]);
        expect(load.slowestMs).toBeLessThan(mostAnswerMs);
        expect(judge.statuses.get(200)).toBeGreaterThan(0);
        await assertKept(load, world.location, keyFile);
      } finally {
        await close();
      }
    },
    boundMs,
  );
});
