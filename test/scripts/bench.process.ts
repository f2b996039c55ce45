import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
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
