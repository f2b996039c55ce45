// oasdiff as the reference for `npm run diff`: some 600 edits, for clients with its verdict, for providers with its
// verdict on the reverse change. disagreements.ts has the reasons for differences. Built with Go, at a pinned version;
// without Go, and without a network, not run.
import { afterAll, expect, test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeDocument } from '../../scripts/diff/document/document.js';
import { compareContracts } from '../../scripts/diff/message/compare-contracts.js';
import { worstLevel } from '../../scripts/diff/verdict/verdict.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type Case, allCases } from './oasdiff/cases.js';
import { reasonFor } from './oasdiff/disagreements.js';

const run = promisify(execFile);
const folder = temporaryFolder();
const tool = path.join(folder, process.platform === 'win32' ? 'oasdiff.exe' : 'oasdiff');
/** Before the tests are defined, so that those that cannot run are skipped. */
function install(): string | undefined {
  const { error, status, stderr } = spawnSync('go', ['install', 'github.com/oasdiff/oasdiff@v1.37.0'], {
    env: { ...process.env, GOBIN: folder, GOFLAGS: '-p=2' },
    encoding: 'utf8',
  });
  if (error) return 'no Go';
  return status === 0 ? undefined : stderr.trim().split('\n').at(-1);
}

const whyNotRun = install();

interface Opinion {
  readonly isBreaking: boolean;
  readonly rules: string;
}

/** The breaks for a client of one contract at a provider of the other. */
async function oasdiff(old: object, now: object, name: string): Promise<Opinion> {
  const files = [old, now].map((document, index) => {
    const file = path.join(folder, `${name}-${index}.json`);
    writeFileSync(file, JSON.stringify(document));
    return file;
  });
  const { stdout } = await run(tool, ['breaking', ...files, '--format', 'json']);
  const found = JSON.parse(stdout === '' ? '[]' : stdout) as { id: string; level: number }[];
  // 2 is a warning, 3 an error.
  const breaking = found.filter(({ level }) => level >= 2);
  return { isBreaking: breaking.length > 0, rules: [...new Set(breaking.map(({ id }) => id))].join(', ') };
}

const unexplained: string[] = [];
const explained = new Set<string>();
let agreed = 0;

async function judge({ name, old, now }: Case, index: number): Promise<void> {
  const [forClients, forProviders] = [
    await oasdiff(old, now, `${index}-there`),
    await oasdiff(now, old, `${index}-back`),
  ];
  const changes = compareContracts(
    makeDocument('old', structuredClone(old)),
    makeDocument('new', structuredClone(now)),
  );
  for (const [audience, { isBreaking, rules }] of [
    ['clients', forClients],
    ['providers', forProviders],
  ] as const) {
    const level = worstLevel(changes, audience);
    const reason = reasonFor(name);
    if ((level !== 'compatible') === isBreaking) agreed += 1;
    else if (reason !== undefined) explained.add(`${audience}: ${name}`);
    else
      unexplained.push(
        `${audience}, ${name}: we say ${level} (${changes.map(({ rule }) => rule).join(', ')}), oasdiff ${rules || 'compatible'}`,
      );
  }
}

(whyNotRun === undefined ? test : test.skip)(
  'agrees with oasdiff, or says why not',
  async () => {
    const cases = allCases();
    const open = cases.entries();
    const worker = async () => {
      for (const [index, one] of open) await judge(one, index);
    };
    await Promise.all([worker(), worker()]);
    expect(unexplained).toEqual([]);
    expect(agreed).toBeGreaterThan(cases.length * 1.7);
  },
  900_000,
);

afterAll(() => {
  const verdict =
    whyNotRun === undefined
      ? `agree ${agreed}, differ for a reason ${explained.size}, differ ${unexplained.length}`
      : `not run: ${whyNotRun}`;
  process.stdout.write(`\noasdiff 1.37.0 as the judge of npm run diff: ${verdict}\n`);
});
