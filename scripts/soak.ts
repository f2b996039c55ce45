// Endurance: a provider under constant load whose re-use windows follow each other, so that every few seconds all
// credentials are made anew. Its memory must stay flat once it is warm, and no answer may be wrong.
// Usage: npm run soak -- [SECONDS]; 600 by default. Exits 1 on a breach.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const seconds = Number(process.argv[2] ?? 600);
const warmUpSeconds = Math.min(60, seconds / 3);
const windowSeconds = 3;
const clusterCount = 20;
const workers = 8;
const mostGrowth = 1.1;
const projectId = '77b6a44cba5143ab91d13ab9a8ff44fd';
const bin = ['dist/src/cli/bin.js'];

if (!(seconds >= 10)) throw new Error(`'${process.argv[2] ?? ''}' is not a number of seconds from 10`);
if (process.platform !== 'linux') {
  console.log('NOT RUN: the soak reads memory from /proc, which only Linux has');
  process.exit(0);
}

const data = mkdtempSync(path.join(tmpdir(), 'clustercert-soak-'));
const clustercert = (...argv: string[]) =>
  execFileSync(process.execPath, [...bin, ...argv, '--data', data], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

const server = ['--project', projectId, '--server', 'https://192.168.1.7:5443'];
const clusters = Array.from({ length: clusterCount }, () => clustercert('cluster', 'add', ...server));
const tokens = ['alice', 'bob', 'carol'].map((user) =>
  clustercert('token', 'add', '--project', projectId, '--user', user, '--group', 'developers'),
);

// `--expose-gc` is not for users: the signal makes the memory that is still referred to countable.
const hook = `process.on('SIGUSR2', () => { gc(); gc(); process.stderr.write('HEAP ' + process.memoryUsage().heapUsed + '\\n'); })`;
const child = spawn(
  process.execPath,
  [
    '--expose-gc',
    '--import',
    `data:text/javascript,${encodeURIComponent(hook)}`,
    ...[...bin, 'serve', '--port', '0', '--data', data, '--reuse-window', `${windowSeconds}s`],
    ...['--caller-limit', '0', '--address-limit', '0'],
  ],
  { stdio: ['ignore', 'pipe', 'pipe'] },
);
let heapHeard: (bytes: number) => void = () => undefined;
const problems: string[] = [];
child.stderr.setEncoding('utf8');
let rest = '';
child.stderr.on('data', (text: string) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    if (line.startsWith('HEAP ')) heapHeard(Number(line.slice(5)));
    else if (/"level":[56]0/.test(line)) note(`log: ${line.slice(0, 300)}`);
  }
});

function note(problem: string): void {
  if (problems.length < 20) problems.push(problem);
}

async function listening({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    stdout?.on('data', (text: Buffer) => {
      const [, url] = /^listening on (\S+)/m.exec(text.toString()) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error('the provider ended')));
  });
}

const url = await listening(child);
const agent = new Agent({ keepAlive: true, maxSockets: workers });
const counts = { answers: 0, credentials: new Set<string>() };
const until = performance.now() + seconds * 1000;

/** One request after the other: reads, writes, look-ups and refusals. */
async function work(number: number): Promise<void> {
  for (let turn = number; performance.now() < until; turn++) {
    const cluster = clusters[turn % clusterCount] ?? '';
    const token = tokens[turn % tokens.length] ?? '';
    const of = `/api/v3/projects/${projectId}/clusters/${cluster}`;
    if (turn % 10 === 9) await ask('GET', of, token, 200);
    else if (turn % 50 === 8) await ask('GET', `${of}/clustercert`, `wrong-${turn}`, 401);
    else if (turn % 5 === 4) await ask('POST', `${of}/clustercert`, token, 200, '{"duration":30}');
    else await ask('GET', `${of}/clustercert`, token, 200);
  }
}

function ask(method: string, target: string, token: string, expected: number, body?: string): Promise<void> {
  return new Promise((resolve) => {
    const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
    const outgoing = request(url + target, { method, agent, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          counts.answers += 1;
          const text = Buffer.concat(chunks).toString();
          if (incoming.statusCode !== expected) note(`${method} ${target}: ${incoming.statusCode ?? 0}`);
          if (text.includes('client-key-data')) counts.credentials.add(createHash('md5').update(text).digest('base64'));
          resolve();
        });
    });
    outgoing.on('error', (error) => {
      note(`${method} ${target}: ${error.message}`);
      resolve();
    });
    outgoing.end(body);
  });
}

interface Sample {
  atSeconds: number;
  heapMegabytes: number;
  residentMegabytes: number;
}

async function sample(): Promise<Sample> {
  const heap = await new Promise<number>((resolve) => {
    heapHeard = resolve;
    child.kill('SIGUSR2');
  });
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8')) ?? [];
  const atSeconds = seconds - (until - performance.now()) / 1000;
  return { atSeconds, heapMegabytes: heap / 1048576, residentMegabytes: Number(kilobytes) / 1024 };
}

const samples: Sample[] = [];
const load = Promise.all(Array.from({ length: workers }, (_, number) => work(number)));
const every = Math.max(1, seconds / 60);
while (performance.now() + every * 1000 < until) {
  await delay(every * 1000);
  samples.push(await sample());
}
await load;
agent.destroy();
const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
child.kill('SIGTERM');
if ((await exited) !== 0) note('the provider did not end with exit code 0');
rmSync(data, { recursive: true, force: true });

/** The middle of a third of the samples, so that no single one decides. */
function median(of: keyof Sample, from: number, to: number): number {
  const values = warm.slice(Math.floor(warm.length * from), Math.ceil(warm.length * to)).map((one) => one[of]);
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

const warm = samples.filter(({ atSeconds }) => atSeconds > warmUpSeconds);
for (const [name, of] of [
  ['heap after garbage collection', 'heapMegabytes'],
  ['resident memory', 'residentMegabytes'],
] as const) {
  const [first, last] = [median(of, 0, 1 / 3), median(of, 2 / 3, 1)];
  console.log(`${name}: ${first.toFixed(1)} MB at first, ${last.toFixed(1)} MB at last (${(last / first).toFixed(3)})`);
  if (!(last / first <= mostGrowth)) note(`${name} grew by more than 10 %`);
}
console.log(
  `${counts.answers} answers in ${seconds} s, ${counts.credentials.size} different credentials, ${samples.length} samples`,
);
if (counts.credentials.size < clusterCount * 2) note('the windows did not follow each other');
for (const problem of problems) console.log(`FAILED: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
