// What a database with many clusters costs: a look-up of one that was not asked for before, the list of a project, memory.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { createClusterRecord } from '../../src/registry/cluster-registry.js';
import type { DataStore } from '../../src/registry/data-store.js';
import { newKeyText } from '../../src/registry/key-file.js';
import { openData } from '../../src/registry/open-data.js';
import { projectId } from './data.js';
import { load } from './load.js';
import { startServer } from './measured-process.js';
import { type Result, sumUp } from './results.js';
import { provider } from './servers.js';

interface PostgresSettings {
  folder: string;
  rounds: number;
  isSmoke: boolean;
  /** URL of an empty database. */
  database: string | undefined;
}

// Clusters with secrets of their own, which can be opened; the others only fill the tables.
const ownProjectId = '88c7b55dcb6254bca2e24bcab9005500';

export async function postgres({ folder, rounds, isSmoke, database }: PostgresSettings): Promise<Result[]> {
  if (database === undefined) {
    console.error('NOT RUN: the database, which needs --database URL of an empty one');
    return [];
  }
  const [count, opened] = isSmoke ? [1_000, 20] : [1_000_000, 2_000];
  const keyFile = path.join(folder, 'data.key');
  writeFileSync(keyFile, newKeyText(), { mode: 0o600 });
  const store = await openData(database, { keyFile, lookUpMs: 10_000 });
  const ids = await fill(store, opened);
  await multiply(database, count);
  const { token } = await store.tokens.add({ userId: 'bench', projectId, groups: [] }, { lifetimeSeconds: 86_400 });
  await store.close();
  const [records, clusters, lists]: number[][] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const fresh = await openData(database, { keyFile });
    await fresh.clusters.assertReady();
    records?.push(percentile99(await times(ids, (id) => fresh.clusters.findRecord(projectId, id))));
    clusters?.push(percentile99(await times(ids, (id) => fresh.clusters.find(projectId, id))));
    lists?.push(percentile99(await times(ids.slice(0, 100), () => fresh.clusters.listRecords(ownProjectId))));
    await fresh.close();
  }
  const memory = await memoryAfter(ids, { folder, database, keyFile, token });
  return [
    sumUp(`record of one cluster of ${count} in a database, not asked for before, p99`, records ?? [], {
      unit: 'ms',
      goal: 5,
    }),
    sumUp(`the same with its certificate authority`, clusters ?? [], { unit: 'ms', goal: 5 }),
    sumUp(`list of a project with one cluster of ${count} in a database, p99`, lists ?? [], { unit: 'ms', goal: 5 }),
    sumUp(`memory of a replica after ${opened} clusters of them`, [memory], { unit: 'MiB' }),
  ];
}

async function fill(store: DataStore, count: number): Promise<string[]> {
  const authority = await createAuthority({ now: new Date() });
  await store.prepare();
  const add = async (project: string) => {
    const id = randomUUID();
    const record = createClusterRecord({ id, projectId: project, name: 'bench', server: 'https://192.168.1.7:5443' });
    await store.clusters.add(record, authority, { now: new Date() });
    return id;
  };
  await add(ownProjectId);
  const ids: string[] = [];
  for (let made = 0; made < count; made++) ids.push(await add(projectId));
  return ids;
}

/** Rows of the size of the first, each ten of a project of their own. */
async function multiply(database: string, count: number): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  await client.query(
    `insert into clustercert.clusters
     select md5('id' || number)::uuid::text, md5('project' || number / 10), name, server, external_server, revocation,
            certificate, server_certificate, key_id, private_key, seed
       from generate_series(1, $1::integer) as number, (select * from clustercert.clusters limit 1) as one`,
    [count],
  );
  await client.query('vacuum analyze clustercert.clusters');
  await client.end();
}

async function times(ids: readonly string[], act: (id: string) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (const id of ids) {
    const began = performance.now();
    if ((await act(id)) === undefined) throw new Error(`cluster ${id} is missing`);
    taken.push(performance.now() - began);
  }
  return taken;
}

function percentile99(values: number[]): number {
  return values.sort((one, other) => one - other)[Math.floor(values.length * 0.99)] ?? NaN;
}

async function memoryAfter(
  ids: readonly string[],
  { folder, database, keyFile, token }: { folder: string; database: string; keyFile: string; token: string },
): Promise<number> {
  const server = await startServer(provider(database, '--key-file', keyFile), folder);
  const paths = ids.map((id) => `/api/v3/projects/${projectId}/clusters/${id}/clustercert`);
  const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
  await load(server.url, { path: paths, headers }, { requests: 2 * ids.length, connections: 4 });
  const { rssBytes } = await server.used();
  await server.stop();
  return rssBytes / 2 ** 20;
}
