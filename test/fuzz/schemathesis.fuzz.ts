// The contract from outside: Schemathesis, installed at a pinned version into a throw-away folder, makes up valid and
// invalid requests from spec/openapi.yaml, and validates every response of the running provider. FUZZ_SEEDS names other
// seeds, FUZZ_CASES how many requests it makes up for each operation and phase.
import { afterAll, beforeAll, expect } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServe } from '../support/command-line.js';
import { testWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const seeds = (process.env['FUZZ_SEEDS'] ?? '1').split(',');
const cases = process.env['FUZZ_CASES'] ?? '250';
const runMs = 20 * 60_000;

// Nothing of Schemathesis runs on an older one.
const suitable = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
const python = spawnSync('python3', ['-c', suitable]).status === 0 ? 'python3' : undefined;
const fuzzTest = testWith(python, 'Python 3.11 or later');

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = temporaryFolder();
const program = path.join(folder, 'venv', 'bin', 'schemathesis');
let provider: Awaited<ReturnType<typeof startServe>>;
let token: string;

beforeAll(async () => {
  if (python === undefined) return;
  cpSync(here, folder, { recursive: true });
  await promisify(execFile)(python, ['-m', 'venv', path.join(folder, 'venv')]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:'];
  const requirements = path.join(folder, 'requirements.txt');
  await promisify(execFile)(path.join(folder, 'venv', 'bin', 'python'), [...pip, '--requirement', requirements]);
  // The demo's project and cluster are the contract's examples, so that many requests are for what there is.
  provider = await startServe('--demo', '--data', temporaryFolder(), '--caller-limit', '0', '--address-limit', '0');
  [, token = ''] = /X-Auth-Token: ([^']+)'/.exec(provider.stdout()) ?? [];
}, runMs);

afterAll(() => void provider.child.kill('SIGTERM'));

async function fuzz(seed: string, ...options: string[]): Promise<string> {
  const fixed = ['run', 'spec/openapi.yaml', '--url', provider.url, '--seed', seed, '--max-examples', cases];
  // Of the checks, one stands in `checks.py` in a form that knows what time it is.
  const checks = ['--checks', 'all', '--exclude-checks', 'positive_data_acceptance'];
  const plain = ['--no-color', '--generation-database', 'none', '--continue-on-failure'];
  const args = [...fixed, ...checks, ...plain, ...options];
  const env = { ...process.env, SCHEMATHESIS_HOOKS: path.join(folder, 'checks.py') };
  try {
    return (await promisify(execFile)(program, args, { maxBuffer: 1e8, env })).stdout;
  } catch (error) {
    throw new Error((error as { stdout?: string }).stdout ?? String(error), { cause: error });
  }
}

/** How many requests it sent, shown beside the test's name. */
function sent(report: string): number {
  const [line = '', count] = /(\d+) generated.*/.exec(report) ?? [];
  process.stdout.write(`  ${line}\n`);
  return Number(count);
}

for (const seed of seeds) {
  fuzzTest(
    `no request that Schemathesis makes up is answered against the contract, with a valid token, seed ${seed}`,
    async () => {
      expect(sent(await fuzz(seed, '--header', `X-Auth-Token: ${token}`))).toBeGreaterThan(100);
    },
    runMs,
  );
}

fuzzTest(
  'nobody is let in with credentials that Schemathesis makes up',
  async () => {
    const report = await fuzz(seeds[0] ?? '1', '--phases', 'examples,coverage,fuzzing', '--max-examples', '50');
    expect(sent(report)).toBeGreaterThan(100);
  },
  runMs,
);

fuzzTest('none of them made the provider fail, and the log holds no token', () => {
  expect(provider.child.exitCode).toBeNull();
  expect(provider.stderr()).not.toMatch(/"level":"(error|fatal)"/);
  expect(provider.stderr()).not.toContain(token);
});
