// Four replicas over one PostgreSQL for a minute of reads and writes, while replicas, the database and the line between them
// fail: nobody is let in wrongly, all replicas give the same bytes, and nothing that was confirmed is lost.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { newKeyText } from '../../src/registry/key-file.js';
import type { DataStore } from '../../src/registry/data-store.js';
import { openData } from '../../src/registry/open-data.js';
import { lookUpMs } from '../../src/registry/postgres/database.js';
import { type PostgresServer, postgresPrograms, startPostgres } from '../support/postgres.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { authority } from '../registry/tested-store.js';
import { assertKept } from './kept.js';
import { Load } from './load.js';
import { Replica } from './replica.js';
import { type TcpProxy, startTcpProxy } from '../support/tcp-proxy.js';
import { Judge } from './world.js';

// Promises are tested; times depend on the machine and are printed. REPLICAS_STRICT=1 tests those too.
const isStrict = process.env['REPLICAS_STRICT'] === '1';
const mostAnswerMs = isStrict ? 2_500 : 30_000;
const mostRecoveryMs = isStrict ? 2_000 : 60_000;
const faultMs = 10 * 60_000;
const describeWithPostgres = postgresPrograms === undefined ? describe.skip : describe;

describeWithPostgres('replicas over PostgreSQL (not run without PostgreSQL)', () => {
  let engine: PostgresServer;
  let standby: PostgresServer & { promote(): void };
  let proxy: TcpProxy;
  let store: DataStore;
  let replicas: Replica[];
  let load: Load;
  const keyFile = path.join(temporaryFolder(), 'data.key');
  const judge = new Judge(lookUpMs);
  const recoveries: string[] = [];

  beforeAll(async () => {
    engine = await startPostgres();
    const location = new URL(engine.createDatabase());
    standby = await engine.startStandby();
    // From here on, every confirmed change is on the standby too.
    engine.sql(`alter system set synchronous_standby_names = '*'`);
    engine.sql('select pg_reload_conf()');
    proxy = await startTcpProxy(engine.port);
    location.port = String(proxy.port);
    writeFileSync(keyFile, newKeyText(), { mode: 0o600 });
    store = await openData(location.href, { keyFile });
    const environment = { CLUSTERCERT_DATA: location.href, CLUSTERCERT_KEY_FILE: keyFile };
    replicas = ['one', 'two', 'three', 'four'].map((name) => new Replica(name, environment));
    const authorities = [await authority(0), await authority(1), await authority(2)];
    load = new Load({ judge, replicas, store, authorities });
    await store.prepare();
    await Promise.all(replicas.map((replica) => replica.start()));
    for (let count = 0; count < 8; count++) {
      await load.addToken(`user-${1 + count}`);
      await load.addCluster();
    }
  }, faultMs);

  afterAll(async () => {
    for (const replica of replicas) replica.close();
    await store.close();
    await proxy.close();
  });

  /** Waits until every replica serves a caller again, who was and stays known. */
  const recover = async (what: string) => {
    const began = performance.now();
    const [token, cluster] = [load.tokens[0], load.clusters[0]];
    if (!token || !cluster) throw new TypeError('there is nothing to ask for');
    for (const replica of replicas)
      while ((await load.ask(replica, { token, cluster }))?.status !== 200) {
        if (performance.now() - began > mostRecoveryMs) throw new Error(`no recovery after: ${what}; ${replica.name}`);
        await setTimeout(20);
      }
    recoveries.push(`${what}: ${Math.round(performance.now() - began)} ms`);
  };
  const replicaAt = (index: number) => replicas[index] ?? new Replica('none', {});

  /** What happens, each followed by a recovery and some time without a fault. */
  const faults: Record<string, () => Promise<void>> = {
    'a replica was killed and started again': async () => {
      await replicaAt(0).kill();
      await setTimeout(2_000);
      await replicaAt(0).start();
    },
    'a replica was stopped': async () => {
      load.stopped.add(replicaAt(1));
      replicaAt(1).send('SIGSTOP');
      await setTimeout(4_000);
      replicaAt(1).send('SIGCONT');
      await setTimeout(1_000);
      load.stopped.delete(replicaAt(1));
    },
    'the line was cut': async () => {
      const mend = proxy.cut();
      await setTimeout(3_000);
      mend();
    },
    'the line was silent': async () => {
      const mend = proxy.silence();
      await setTimeout(4_000);
      mend();
    },
    'the database was stopped': async () => {
      const wake = engine.freeze();
      await setTimeout(4_000);
      wake();
    },
    'the database crashed and was started again': async () => {
      engine.crash();
      await setTimeout(1_500);
      engine.start();
    },
    'two replicas were stopped while the line was cut': async () => {
      const two = [replicaAt(2), replicaAt(3)];
      for (const replica of two) load.stopped.add(replica);
      for (const replica of two) replica.send('SIGSTOP');
      const mend = proxy.cut();
      await setTimeout(2_500);
      for (const replica of two) replica.send('SIGCONT');
      await setTimeout(1_000);
      mend();
      for (const replica of two) load.stopped.delete(replica);
    },
    'the standby took over': () => {
      engine.crash();
      proxy.cut()();
      proxy.leadTo(standby.port);
      standby.promote();
      return Promise.resolve();
    },
  };

  test(
    'nobody is let in wrongly, whatever fails, and every replica recovers without a restart',
    async () => {
      load.start({ readers: 3, writers: 4 });
      for (const [what, happens] of Object.entries(faults)) {
        await setTimeout(3_000);
        await happens();
        await recover(what);
      }
      await setTimeout(3_000);
      await load.stop();
      const statuses = Object.fromEntries([...judge.statuses].sort());
      const figures = { statuses, bodies: judge.bodies, slowestMs: Math.round(load.slowestMs), ...load.written };
      process.stderr.write(`${JSON.stringify(figures)}\n${recoveries.join('\n')}\n`);
      expect(judge.wrong).toEqual([]);
      expect(replicas.flatMap(({ failures }) => failures)).toEqual([]);
      expect(load.slowestMs).toBeLessThan(mostAnswerMs);
      // Without these it would have shown nothing.
      for (const status of [200, 401, 404, 503]) expect(judge.statuses.get(status)).toBeGreaterThan(0);
      for (const count of Object.values(load.written)) expect(count).toBeGreaterThan(0);
    },
    faultMs,
  );

  test(
    'nothing that was confirmed is lost, also by the failover',
    async () => {
      await assertKept(load, store.location, keyFile);
    },
    faultMs,
  );

  test('no replica wrote a token or a key into its log', () => {
    const logs = replicas.map(({ log }) => log).join('');
    expect(logs).toContain('getClusterCertByUID');
    expect(logs).not.toContain('PRIVATE KEY');
    for (const { token } of load.tokens) expect(logs).not.toContain(token);
  });
});
