// The costs of a database with many clusters: the first look-up of a cluster, lists of a small and of a large project, and
// the memory of a replica that serves many more clusters than its caches hold.
import path from 'node:path';
import { openData } from '../../src/registry/open-data.js';
import { load } from './load.js';
import { startServer } from './measured-process.js';
import { type FilledDatabase, fillDatabase, fleetProjectId, perProject, pickClusters } from './postgres-data.js';
import { type Result, ratio, sumUp } from './results.js';
import { provider } from './servers.js';

export interface PostgresSettings {
  folder: string;
  rounds: number;
  isSmoke: boolean;
  /** URL of a database that is empty or was filled by an earlier run. */
  database: string | undefined;
  /** The key file of a database that was filled by an earlier run. */
  keyFile: string | undefined;
}

interface Sizes {
  clusters: number;
  /** Clusters of the large project. */
  ofFleet: number;
  /** Look-ups of a round. */
  lookUps: number;
  /** Clusters that a replica serves before its memory is read, and in the end. */
  served: readonly [before: number, after: number];
}

const smokeSizes: Sizes = { clusters: 1_000, ofFleet: 200, lookUps: 20, served: [50, 200] };
const fullSizes: Sizes = { clusters: 1_000_000, ofFleet: 10_000, lookUps: 2_000, served: [2_000, 10_000] };

// Enough for some 400 active clusters.
const cacheMiB = 16;

/** Look-ups and lists. */
export async function postgres(settings: PostgresSettings): Promise<Result[]> {
  const filled = await fill(settings);
  if (!filled) return [];
  const { clusters, ofFleet, lookUps } = filled.sizes;
  const measured = { records: [] as number[], opened: [] as number[], small: [] as number[], large: [] as number[] };
  for (let round = 0; round < settings.rounds; round++) {
    const [some, others] = [await pickClusters(filled, lookUps), await pickClusters(filled, lookUps)];
    const store = await openData(filled.database, { keyFile: filled.keyFile });
    const { clusters: registry } = store;
    await registry.assertReady();
    const lists = async (projects: readonly string[]) =>
      percentile99(await times(projects, (projectId) => registry.listRecords(projectId)));
    measured.records.push(percentile99(await times(some, (one) => registry.findRecord(one.projectId, one.id))));
    measured.opened.push(percentile99(await times(others, (one) => registry.find(one.projectId, one.id))));
    measured.small.push(await lists(some.map(({ projectId }) => projectId)));
    measured.large.push(await lists(Array.from({ length: 20 }, () => fleetProjectId)));
    await store.close();
  }
  const perCluster = (values: number[], count: number) => values.map((value) => (value * 1000) / count);
  const [few, many] = [perCluster(measured.small, perProject), perCluster(measured.large, ofFleet)];
  const bound = { unit: 'ms', goal: 5 };
  return [
    sumUp(`record of one cluster of ${clusters} in a database, not asked for before, p99`, measured.records, bound),
    sumUp('the same with its certificate authority', measured.opened, bound),
    sumUp(`list of a project with ${perProject} of them, p99`, measured.small, bound),
    sumUp(`list of a project with ${ofFleet} of them, p99, for each`, many, { unit: 'us' }),
    ratio('the same / that of the small project, for each', many, few, 1),
  ];
}

/** The memory of a replica, whose caches are small. */
export async function replica(settings: PostgresSettings): Promise<Result[]> {
  const filled = await fill(settings);
  if (!filled) return [];
  const [before, after] = filled.sizes.served;
  const used: { before: number; after: number }[] = [];
  for (let round = 0; round < settings.rounds; round++) used.push(await memoryOf(filled, settings.folder));
  const name = (count: number) => `memory of a replica with --cache-memory ${cacheMiB} that served ${count} clusters`;
  const [earlier, later] = [used.map((one) => one.before), used.map((one) => one.after)];
  return [
    sumUp(name(before), earlier, { unit: 'MiB' }),
    sumUp(name(after), later, { unit: 'MiB' }),
    ratio('the same / before', later, earlier, 1.2),
  ];
}

interface Filled extends FilledDatabase {
  sizes: Sizes;
}

/** Undefined, and a line that says so, without a database. */
async function fill({ folder, database, keyFile, isSmoke }: PostgresSettings): Promise<Filled | undefined> {
  if (database === undefined) {
    console.error(
      'NOT RUN: needs --database URL of an empty PostgreSQL database, or of one that an earlier run filled',
    );
    return undefined;
  }
  const sizes = isSmoke ? smokeSizes : fullSizes;
  const filled = { database, keyFile: keyFile ?? path.join(folder, 'data.key') };
  const added = await fillDatabase(filled, sizes);
  console.error(added === 0 ? 'the database is filled already' : `clusters added to the database: ${added}`);
  return { ...filled, sizes };
}

async function memoryOf({ database, keyFile, sizes }: Filled, folder: string) {
  const store = await openData(database, { keyFile, lookUpMs: 10_000 });
  const caller = { userId: 'bench', projectId: fleetProjectId, groups: [] };
  const { token } = await store.tokens.add(caller, { lifetimeSeconds: 86_400 });
  const ids = (await store.clusters.listRecords(fleetProjectId)).map(({ id }) => id);
  await store.close();
  const server = await startServer(
    provider(database, '--key-file', keyFile, '--cache-memory', String(cacheMiB)),
    folder,
  );
  const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
  const serve = async (some: readonly string[]) => {
    const paths = some.map((id) => `/api/v3/projects/${fleetProjectId}/clusters/${id}/clustercert`);
    await load(server.url, { path: paths, headers }, { requests: paths.length, connections: 4, repeats503: true });
    return (await server.used()).rssBytes / 2 ** 20;
  };
  const [before, after] = sizes.served;
  const used = { before: await serve(ids.slice(0, before)), after: await serve(ids.slice(before, after)) };
  await server.stop();
  return used;
}

async function times<Subject>(
  subjects: readonly Subject[],
  act: (subject: Subject) => Promise<unknown>,
): Promise<number[]> {
  const taken: number[] = [];
  for (const subject of subjects) {
    const began = performance.now();
    if ((await act(subject)) === undefined) throw new Error('a cluster of the database is missing');
    taken.push(performance.now() - began);
  }
  return taken;
}

function percentile99(values: number[]): number {
  return values.sort((one, other) => one - other)[Math.floor(values.length * 0.99)] ?? NaN;
}
