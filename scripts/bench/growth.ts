// The cost of growth: requests over many clusters that are all in use, and a project's list among clusters of others.
import { randomUUID } from 'node:crypto';
import { copyFileSync, linkSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { createClusterRecord } from '../../src/registry/cluster-registry.js';
import { ClusterFolder } from '../../src/registry/folder/cluster-folder.js';
import { makeData, projectId } from './data.js';
import { load } from './load.js';
import { startServer } from './measured-process.js';
import { type Result, ratio, sumUp } from './results.js';
import { provider } from './servers.js';

interface GrowthSettings {
  folder: string;
  rounds: number;
  requests: number;
  isSmoke: boolean;
}

const ownProjectId = '88c7b55dcb6254bca2e24bcab9005500';
// A folder counts as unchanged after this time; until then it is read again.
const settledMs = 2_500;
// Files have room for some 65,000 links.
const mostLinks = 30_000;

/** CPU of a request where clusters are requested in turn, few against many. */
export async function active(settings: GrowthSettings): Promise<Result[]> {
  const [few, many] = settings.isSmoke ? [5, 10] : [1_000, 5_000];
  const measured = { few: [] as number[], many: [] as number[] };
  const memory: number[] = [];
  const data = { few: await makeActive(settings, few), many: await makeActive(settings, many) };
  for (let round = 0; round < settings.rounds; round++) {
    measured.few.push((await activeRequests(data.few, settings)).cpuUs);
    const { cpuUs, rssMiB } = await activeRequests(data.many, settings);
    measured.many.push(cpuUs);
    memory.push(rssMiB);
  }
  return [
    sumUp(`${few} clusters in use, CPU a request`, measured.few, { unit: 'us' }),
    sumUp(`${many} clusters in use, CPU a request`, measured.many, { unit: 'us' }),
    ratio(`${many} / ${few} clusters in use, CPU a request`, measured.many, measured.few, 1.5),
    sumUp(`${many} clusters in use, memory`, memory, { unit: 'MiB' }),
  ];
}

interface ActiveData {
  folder: string;
  headers: Record<string, string>;
  paths: string[];
}

async function makeActive({ folder }: GrowthSettings, count: number): Promise<ActiveData> {
  const data = path.join(folder, `active-${count}`);
  const { headers } = await makeData(data, { clusters: count });
  const ids = readdirSync(path.join(data, 'clusters'));
  return { folder: data, headers, paths: ids.map((id) => `/api/v3/projects/${projectId}/clusters/${id}/clustercert`) };
}

async function activeRequests({ folder, headers, paths }: ActiveData, settings: GrowthSettings) {
  await setTimeout(settledMs);
  const server = await startServer(provider(folder), settings.folder);
  // The first request opens a cluster, the second one is the first repeated one.
  await load(server.url, { path: paths, headers }, { requests: 2 * paths.length });
  const before = await server.used();
  const requests = Math.max(settings.requests, 2 * paths.length);
  await load(server.url, { path: paths, headers }, { requests });
  const after = await server.used();
  await server.stop();
  return { cpuUs: (after.cpuUs - before.cpuUs) / requests, rssMiB: after.rssBytes / 2 ** 20 };
}

/** CPU of the list of a project that has one cluster, among many of another project. */
export async function lists({ folder, rounds, isSmoke }: GrowthSettings): Promise<Result[]> {
  const others = isSmoke ? 50 : 100_000;
  const data = path.join(folder, 'lists');
  const before = new ClusterFolder(data);
  const authority = await createAuthority({ now: new Date() });
  const add = (project: string) => before.add(newRecord(project), authority, { now: new Date() });
  await add(ownProjectId);
  await add(projectId);
  const [source = ''] = (await before.listRecords(projectId)).map(({ id }) => id);
  fill(path.join(data, 'clusters'), source, others - 1);
  await setTimeout(settledMs);
  const [first, next, changed]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const clusters = new ClusterFolder(data);
    const list = async () => cpuMs(() => clusters.listRecords(ownProjectId));
    first.push(await list());
    for (let time = 0; time < 20; time++) next.push(await list());
    await add(projectId);
    for (let time = 0; time < 5; time++) changed.push(await list());
    await setTimeout(settledMs);
  }
  return [
    sumUp(`list of one cluster among ${others}, the first, CPU`, first, { unit: 'ms' }),
    sumUp(`list of one cluster among ${others}, CPU`, next, { unit: 'ms', goal: 10 }),
    sumUp(`the same within two seconds of a cluster that was added, CPU`, changed, { unit: 'ms', goal: 10 }),
  ];
}

function newRecord(project: string) {
  const id = randomUUID();
  return createClusterRecord({ id, projectId: project, name: 'bench', server: 'https://192.168.1.7:5443' });
}

/** Clusters with records only, because a list reads nothing else. */
function fill(folder: string, source: string, count: number): void {
  let record = path.join(folder, source, 'cluster.json');
  for (let made = 1; made <= count; made++) {
    const copy = path.join(folder, randomUUID(), 'cluster.json');
    mkdirSync(path.dirname(copy));
    if (made % mostLinks === 0) {
      copyFileSync(record, copy);
      record = copy;
    } else linkSync(record, copy);
  }
}

async function cpuMs(act: () => Promise<unknown>): Promise<number> {
  // Within a turn of the event loop, nothing is looked up twice.
  await setTimeout(1);
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
