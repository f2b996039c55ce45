import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { postgresPrograms, startPostgres } from '../support/postgres.js';
import { readResults, toComparison } from '../../scripts/bench/compare.js';
import { ratio, sumUp, toTable } from '../../scripts/bench/results.js';

test('a ratio is the median of the pairs, not the ratio of the medians', () => {
  const { median, least, most } = ratio('one / other', [1, 10, 3], [2, 10, 1]);
  expect([median, least, most]).toEqual([1, 0.5, 3]);
});

test('the table says which goals are met', () => {
  const table = toTable([
    sumUp('fast', [1, 2, 3], { unit: 'x', goal: 2 }),
    sumUp('slow', [3, 4], { unit: 'x', goal: 2 }),
  ]);
  expect(table).toMatch(/\| fast \| 2\.00 x \| 1\.00-3\.00 \| <= 2 \| met \|/);
  expect(table).toMatch(/\| slow \| 3\.50 x \| 3\.00-4\.00 \| <= 2 \| NOT met \|/);
});

test('a comparison says what moved beyond what the runs themselves vary', () => {
  const of = (all: Record<string, number[]>) =>
    Object.entries(all).map(([name, values]) => sumUp(name, values, { unit: 'us' }));
  const before = of({ faster: [10, 11, 12], slower: [10, 11, 12], shaky: [8, 10, 14], once: [5], gone: [1, 2] });
  const after = of({ faster: [5, 5.5, 6], slower: [13, 14, 15], shaky: [9, 11, 12], once: [6], new: [1, 2] });
  const table = toComparison(readResults(JSON.stringify({ results: before })), after);
  expect(table).toContain('| faster | 11.00 us | 5.50 us | -50 % | ±9 % | less |');
  expect(table).toContain('| slower | 11.00 us | 14.00 us | +27 % | ±9 % | MORE |');
  expect(table).toContain('| shaky | 10.00 us | 11.00 us | +10 % | ±30 % | within noise |');
  expect(table).toContain('| once | 5.00 us | 6.00 us | +20 % | ±0 % | one round only |');
  expect(table).not.toMatch(/gone|new/);
});

test('a file that is no earlier run is refused before anything is measured', async () => {
  const args = ['--import', 'tsx', 'scripts/bench.ts', '--smoke', '--compare', 'package.json'];
  await expect(promisify(execFile)(process.execPath, args)).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: "error: --compare 'package.json' cannot be used: it has no 'results'; --output writes such a file\n",
  });
});

test('the smoke run measures the provider beside its peers and writes the same as JSON', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-test-'));
  try {
    const output = path.join(folder, 'results.json');
    // Not "generate", which writes where other tests read.
    const sections = 'warm,cold,start,clusters,active,lists,client,commands';
    const args = ['--import', 'tsx', 'scripts/bench.ts', '--smoke', '--only', sections, '--output', output];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { results } = JSON.parse(await readFile(output, 'utf8')) as { results: { name: string; median: number }[] };
    const names = results.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'warm GET / bare Express 5',
        'new certificate / one key and one signature, RSA-2048 CA',
        'start / Express 5 with the validator, defaults',
        '50 clusters / 10 clusters, CPU a request',
        '10 / 5 clusters in use, CPU a request',
        'list of one cluster among 50, CPU',
        'client / bare fetch, CPU a call',
        'clustercert get, CPU',
      ]),
    );
    for (const { name, median } of results) {
      expect(stdout).toContain(name);
      expect(median).toBeGreaterThan(0);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}, 300_000);

(postgresPrograms === undefined ? test.skip : test)(
  'a database is filled once, then measured as often as wanted (not run without PostgreSQL)',
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'bench-test-'));
    try {
      const database = (await startPostgres()).createDatabase();
      const place = ['--database', database, '--key-file', path.join(folder, 'data.key')];
      const run = (sections: string) =>
        promisify(execFile)(process.execPath, [
          ...['--import', 'tsx', 'scripts/bench.ts', '--smoke', '--only', sections, ...place],
        ]);
      const first = await run('postgres');
      expect(first.stderr).toContain('clusters added to the database: 1000');
      expect(first.stdout).toContain('record of one cluster of 1000 in a database, not asked for before, p99');
      const second = await run('postgres,replica');
      expect(second.stderr.match(/the database is filled already/g)).toHaveLength(2);
      expect(second.stdout).toContain('memory of a replica with --cache-memory 16 that served 200 clusters');
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  300_000,
);
