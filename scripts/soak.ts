// Endurance: a provider with 5,000 clusters in use under constant load, while certificates, tokens, authorities and TLS files
// follow each other. Its memory must stay flat once it is warm, and no answer may be wrong.
// Usage: npm run soak -- [SECONDS]; 600 by default, after the warm-up. Exits 1 on a breach.
import { setTimeout } from 'node:timers/promises';
import { TokenFolder } from '../src/registry/folder/token-folder.js';
import { type Memory, startProvider } from './soak/provider.js';
import { Requests } from './soak/requests.js';
import { caller, rotate } from './soak/rotation.js';

const seconds = Number(process.argv[2] ?? 600);
const clusters = 5_000;
const workers = 8;
const mostGrowth = 1.1;
// Each window makes all credentials anew; ten follow each other in a run, and none is shorter than this.
const reuseWindowSeconds = Math.max(5, Math.round(seconds / 10));
// Rotations and samples of the memory in a run.
const rotations = 10;
const samples = 30;

if (!(seconds >= 10)) throw new Error(`'${process.argv[2] ?? ''}' is not a number of seconds from 10`);
if (process.platform !== 'linux') {
  console.log('NOT RUN: the soak reads memory from /proc, which only Linux has');
  process.exit(0);
}

const problems: string[] = [];
function note(problem: string): void {
  if (problems.length < 20) problems.push(problem);
}

const onError = (line: string) => note(`log: ${line.slice(0, 300)}`);
const provider = await startProvider({ clusters, reuseWindowSeconds, onError });
const { token } = await new TokenFolder(provider.data).add(caller, { lifetimeSeconds: 86_400 });
const requests = new Requests(provider.url, { token, connections: workers, onProblem: note });

let turn = 0;
let isOver = false;
async function work(): Promise<void> {
  while (!isOver) {
    const mine = turn++;
    await requests.send(mine, provider.clusterIds[mine % clusters] ?? '');
  }
}
const load = Promise.all(Array.from({ length: workers }, work));

// Warm once the caches are full: of certificates, they keep those of earlier windows while there is room.
const startedAt = performance.now();
const warmAfterMs = 2_000 * reuseWindowSeconds;
while (turn < 4 * clusters || performance.now() < startedAt + warmAfterMs) await setTimeout(100);
console.log(`warm after ${turn} requests`);

const until = performance.now() + seconds * 1000;
async function repeat(times: number, act: (count: number) => Promise<void>): Promise<void> {
  for (let count = 1; performance.now() < until; count++) {
    await act(count);
    await setTimeout(Math.max(0, Math.min(until - performance.now(), (seconds * 1000) / times)));
  }
}
const memory: Memory[] = [];
let rotated = 0;
await Promise.all([
  repeat(samples, async () => void memory.push(await provider.memory())),
  repeat(rotations, async (count) => {
    for (const problem of await rotate(provider, requests, count)) note(problem);
    rotated += 1;
  }),
]);
isOver = true;
await load;
requests.close();
if ((await provider.stop()) !== 0) note('the provider did not end with exit code 0');

/** The middle of a third of the samples, so that no single one decides. */
function median(of: keyof Memory, from: number, to: number): number {
  const values = memory.slice(Math.floor(memory.length * from), Math.ceil(memory.length * to)).map((one) => one[of]);
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

for (const [name, of] of [
  ['heap after garbage collection', 'heapMegabytes'],
  ['resident memory', 'residentMegabytes'],
] as const) {
  // In the first third, resident memory settles: freed memory is re-used only once some windows have followed each other.
  const [first, last] = [median(of, 1 / 3, 2 / 3), median(of, 2 / 3, 1)];
  console.log(
    `${name}: ${first.toFixed(1)} MB in the second third, ${last.toFixed(1)} MB in the last (${(last / first).toFixed(3)})`,
  );
  console.log(`  samples: ${memory.map((one) => one[of].toFixed(0)).join(' ')}`);
  if (!(last / first <= mostGrowth)) note(`${name} grew by more than 10 %`);
}
const { answers, credentials } = requests;
console.log(
  `${answers} answers over ${clusters} clusters, ${credentials.size} different credentials, ${rotated} rotations`,
);
if (credentials.size <= clusters) note('the windows did not follow each other');
for (const problem of problems) console.log(`FAILED: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
