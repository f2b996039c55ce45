// The sections of the benchmark: one function each, over rounds in which programs take turns.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { bundledBytes } from './bundled-bytes.js';
import { makeData, projectId } from './data.js';
import { measureDiff } from './diff.js';
import { active, lists } from './growth.js';
import { type Target, load } from './load.js';
import { type Program, runProgram, startServer, untilIdle } from './measured-process.js';
import { type Result, ratio, sumUp } from './results.js';
import { bin, makeServers, provider } from './servers.js';

export interface Settings {
  folder: string;
  rounds: number;
  warmUp: number;
  requests: number;
  memoryRequests: number;
  clusters: number[];
  times: number;
  prism: boolean;
  /** Only shows that it works: small, and nothing is fetched. */
  isSmoke: boolean;
}

export const sections = { warm, cold, start, clusters, active, lists, generate, client, commands, diff } as const;

/** CPU microseconds of one request, in a fresh process that has served many. */
async function cpuPerRequest(
  program: Program,
  target: Target,
  { folder, warmUp, requests }: Settings,
): Promise<number> {
  const server = await startServer(program, folder);
  await load(server.url, target, { requests: warmUp });
  const before = await server.used();
  await load(server.url, target, { requests });
  const after = await server.used();
  await server.stop();
  return (after.cpuUs - before.cpuUs) / requests;
}

/** Runs each of some programs in turn, round by round; the values of each by name. */
async function takeTurns<Value>(
  programs: Record<string, () => Promise<Value>>,
  rounds: number,
): Promise<Record<string, Value[]>> {
  const values: Record<string, Value[]> = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(programs)) values[name]?.push(await run());
  }
  return values;
}

async function warm(settings: Settings): Promise<Result[]> {
  const { programs, target } = await makeServers(makeFolder(settings, 'warm'), settings);
  const runs = Object.entries(programs).map(
    ([name, program]) => [name, () => cpuPerRequest(program, target, settings)] as const,
  );
  const {
    ours = [],
    express = [],
    validator = [],
    prism = [],
  } = await takeTurns(Object.fromEntries(runs), settings.rounds);
  return [
    sumUp('warm GET, CPU a request', ours, { unit: 'us' }),
    sumUp('bare Express 5, CPU a request', express, { unit: 'us' }),
    ratio('warm GET / bare Express 5', ours, express, 0.55),
    ratio('warm GET / Express 5 with the validator, defaults', ours, validator, 0.7),
    ...(prism.length > 0 ? [ratio('warm GET / Prism', ours, prism, 0.7)] : []),
  ];
}

async function cold(settings: Settings): Promise<Result[]> {
  const folder = makeFolder(settings, 'cold');
  const authorities = { 'RSA-2048': await createAuthority({ now: new Date() }), 'EC P-256': ecAuthority(folder) };
  const results: Result[] = [];
  for (const [kind, authority] of Object.entries(authorities)) {
    if (!authority) continue;
    const pairs = await certificates(authority, settings);
    const [issue, floor] = [pairs.map((pair) => pair.issue), pairs.map((pair) => pair.floor)];
    const { known, fresh } = await requests(authority, { ...settings, folder: makeFolder({ folder }, kind) });
    const allowed = known.map((cost, round) => cost + 2 * (floor[round] ?? 0));
    results.push(
      sumUp(`new certificate, ${kind} CA`, issue, { unit: 'us' }),
      ratio(`new certificate / one key and one signature, ${kind} CA`, issue, floor, 2),
      sumUp(`GET with a new certificate, ${kind} CA`, fresh, { unit: 'us' }),
      ratio(`GET with a new certificate / warm GET with two keys and two signatures, ${kind} CA`, fresh, allowed, 1),
    );
  }
  return results;
}

/** CPU microseconds of a certificate, and of its unavoidable parts. */
async function certificates(
  authority: AuthorityFiles,
  { folder, warmUp, times, rounds }: Settings,
): Promise<{ floor: number; issue: number }[]> {
  const file = path.join(folder, 'authority.json');
  writeFileSync(file, JSON.stringify(authority));
  const args = ['--import', 'tsx/esm', 'scripts/bench/cold.mjs', file, ...[warmUp, times, rounds].map(String)];
  return JSON.parse((await runProgram({ args }, folder)).stdout) as { floor: number; issue: number }[];
}

/** CPU microseconds of requests for a known certificate, and for a new one each time. */
async function requests(authority: AuthorityFiles, settings: Settings): Promise<{ known: number[]; fresh: number[] }> {
  const data = path.join(settings.folder, 'data');
  const target = await makeData(data, { clusters: 1, authority });
  const { known = [], fresh = [] } = await takeTurns(
    {
      known: () => cpuPerRequest(provider(data), target, settings),
      fresh: () => cpuPerRequest(provider(data, '--reuse-window', '0'), target, settings),
    },
    settings.rounds,
  );
  return { known, fresh };
}

/** By the openssl command; undefined, and a line that says so, where there is none. */
function ecAuthority(folder: string): AuthorityFiles | undefined {
  const key = path.join(folder, 'ec.key');
  const extensions = ['-addext', 'keyUsage=critical,keyCertSign'];
  try {
    const privateKeyPem = execFileSync('openssl', ['ecparam', '-genkey', '-noout', '-name', 'prime256v1'], {
      encoding: 'utf8',
    });
    writeFileSync(key, privateKeyPem, { mode: 0o600 });
    const args = ['req', '-x509', '-new', '-key', key, '-subj', '/CN=kubernetes', '-days', '365', ...extensions];
    return { privateKeyPem, certificatePem: execFileSync('openssl', args, { encoding: 'utf8' }) };
  } catch {
    console.error('NOT RUN: certificates of an EC authority, which need openssl');
    return undefined;
  }
}

async function start(settings: Settings): Promise<Result[]> {
  const { programs, target } = await makeServers(makeFolder(settings, 'start'), { prism: false });
  const first = async (program: Program | undefined) => {
    const server = await startServer(program ?? { args: [] }, settings.folder);
    await load(server.url, target, { requests: 1, connections: 1 });
    const { cpuUs } = await server.used();
    await load(server.url, target, { requests: settings.memoryRequests });
    const { rssBytes } = await server.used();
    await server.stop();
    return { cpuMs: cpuUs / 1000, rssMiB: rssBytes / 2 ** 20 };
  };
  const { ours = [], validator = [] } = await takeTurns(
    { ours: () => first(programs['ours']), validator: () => first(programs['validator']) },
    settings.rounds,
  );
  const [cpu, memory] = [
    (all: typeof ours) => all.map(({ cpuMs }) => cpuMs),
    (all: typeof ours) => all.map(({ rssMiB }) => rssMiB),
  ];
  return [
    sumUp('start to first answer, CPU', cpu(ours), { unit: 'ms' }),
    ratio('start / Express 5 with the validator, defaults', cpu(ours), cpu(validator), 0.55),
    sumUp(`memory after ${settings.memoryRequests} requests`, memory(ours), { unit: 'MiB' }),
    ratio('memory / Express 5 with the validator, defaults', memory(ours), memory(validator), 1.2),
  ];
}

async function clusters(settings: Settings): Promise<Result[]> {
  const counts = settings.clusters;
  const folders = counts.map((count) => path.join(makeFolder(settings, `clusters-${count}`), 'data'));
  const targets = await Promise.all(counts.map((count, index) => makeData(folders[index] ?? '', { clusters: count })));
  const starts = new Map(counts.map((count) => [count, [] as number[]]));
  const memories = new Map(counts.map((count) => [count, [] as number[]]));
  const runs = counts.map((count, index) => {
    const measure = async () => {
      const target = targets[index] ?? { path: '', headers: {} };
      const server = await startServer(provider(folders[index] ?? ''), settings.folder);
      await load(server.url, target, { requests: 1, connections: 1 });
      starts.get(count)?.push((await server.used()).cpuUs / 1000);
      await untilIdle(server);
      await load(server.url, target, { requests: settings.warmUp });
      const before = await server.used();
      await load(server.url, target, { requests: settings.requests });
      const after = await server.used();
      memories.get(count)?.push(after.rssBytes / 2 ** 20);
      await server.stop();
      return (after.cpuUs - before.cpuUs) / settings.requests;
    };
    return [String(count), measure] as const;
  });
  const values = await takeTurns(Object.fromEntries(runs), settings.rounds);
  const [fewest = 0] = counts;
  return counts.flatMap((count) => [
    sumUp(`${count} clusters: start, CPU`, starts.get(count) ?? [], { unit: 'ms' }),
    sumUp(`${count} clusters: memory`, memories.get(count) ?? [], { unit: 'MiB' }),
    ratio(`${count} clusters / ${fewest} clusters, CPU a request`, values[count] ?? [], values[fewest] ?? [], 1.1),
  ]);
}

async function generate({ folder, rounds }: Settings): Promise<Result[]> {
  const bare = {
    args: [
      'node_modules/openapi-typescript/bin/cli.js',
      'spec/openapi.yaml',
      '--output',
      path.join(folder, 'types.ts'),
    ],
  };
  const { ours = [], peer = [] } = await takeTurns(
    {
      ours: async () => (await runProgram({ args: ['--import', 'tsx/esm', 'scripts/generate.ts'] }, folder)).cpuMs,
      peer: async () => (await runProgram(bare, folder)).cpuMs,
    },
    rounds,
  );
  return [sumUp('generate, CPU', ours, { unit: 'ms' }), ratio('generate / openapi-typescript alone', ours, peer, 1.2)];
}

async function client(settings: Settings): Promise<Result[]> {
  const { folder, rounds, times } = settings;
  await makeServers(makeFolder(settings, 'client'), { prism: false });
  const args = [
    'scripts/bench/client.mjs',
    path.join(folder, 'client/answer.json'),
    String(times * 30),
    String(rounds),
  ];
  const { stdout } = await runProgram({ args }, folder);
  const measured = JSON.parse(stdout) as Record<'fetch' | 'openapiFetch' | 'ours', number>[];
  const of = (name: keyof (typeof measured)[number]) => measured.map((round) => round[name]);
  const call = `{ params: { path: { project_id: '${projectId}', cluster_id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' } } }`;
  const bare = await bundledBytes(`
    import createClient from 'openapi-fetch';
    const client = createClient({ baseUrl: 'https://cce.example', headers: { 'X-Auth-Token': 'token' } });
    console.log(await client.GET('/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert', ${call}));
  `);
  const ours = await bundledBytes(`
    import { createClient, getClusterCert } from './src/index.ts';
    const client = createClient({ endpoint: 'https://cce.example', token: 'token' });
    console.log(await getClusterCert(client, ${call}));
  `);
  return [
    sumUp('client, CPU a call', of('ours'), { unit: 'us' }),
    ratio('client / bare fetch, CPU a call', of('ours'), of('fetch'), 1.3),
    ratio('openapi-fetch / bare fetch, CPU a call', of('openapiFetch'), of('fetch')),
    ratio('client / openapi-fetch, bytes of a gzipped bundle', [ours], [bare], 1),
  ];
}

async function commands(settings: Settings): Promise<Result[]> {
  const folder = makeFolder(settings, 'commands');
  const data = path.join(folder, 'data');
  const { token, clusterId } = await makeData(data, { clusters: 1 });
  const server = await startServer(provider(data), folder);
  const verify = {
    args: [bin, 'verify', '--endpoint', server.url, '--project', projectId, '--cluster', clusterId, '--token', token],
  };
  const get = {
    args: [bin, 'get', '--endpoint', server.url, '--project', projectId, clusterId],
    environment: { CLUSTERCERT_TOKEN: token },
  };
  const runs = {
    verify: async () => (await runProgram(verify, folder)).wallMs / 1000,
    get: async () => (await runProgram(get, folder)).cpuMs / 1000,
  };
  const { verify: seconds = [], get: cpuSeconds = [] } = await takeTurns(runs, settings.rounds);
  await server.stop();
  return [
    sumUp('clustercert verify, by the clock', seconds, { unit: 's', goal: 0.5 }),
    sumUp('clustercert get, CPU', cpuSeconds, { unit: 's', goal: 0.4 }),
  ];
}

function diff(settings: Settings): Promise<Result[]> {
  return measureDiff({ folder: makeFolder(settings, 'diff'), rounds: settings.rounds, isSmoke: settings.isSmoke });
}

function makeFolder({ folder }: Pick<Settings, 'folder'>, name: string): string {
  const made = path.join(folder, name);
  mkdirSync(made, { recursive: true });
  return made;
}
