// Measures the provider, the client and the tools against their peers, in turn and in one run, and prints ratios. Times
// depend on the machine and its load; a ratio of pairs hardly does. `--smoke` only shows that it works; no run fails
// because of a time.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readResults, toComparison } from './bench/compare.js';
import { type PostgresSettings, postgres, replica } from './bench/postgres.js';
import { type Settings as ProgramSettings, sections as programs } from './bench/sections.js';
import { stopAll } from './bench/measured-process.js';
import { type Result, toTable } from './bench/results.js';

const sections = { ...programs, postgres, replica };
type Settings = ProgramSettings & PostgresSettings;

const usage = `Usage: npm run bench -- [options]

  --only NAME[,NAME]  of: ${Object.keys(sections).join(', ')} (default: all)
  --rounds N          pairs of each figure (default: 5)
  --database URL      a PostgreSQL database for the sections postgres and replica: an empty one, which they fill, or
                      one that they filled before
  --key-file FILE     the key file of that database, which is made where there is none
  --prism             installs Prism into a throw-away folder and measures it too
  --output FILE       writes the results as JSON
  --compare FILE      shows what moved since the run that wrote FILE, such as that of another commit, and its noise
  --smoke             a few requests and one round, to see that it works
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    database: { type: 'string' },
    'key-file': { type: 'string' },
    prism: { type: 'boolean', default: false },
    output: { type: 'string' },
    compare: { type: 'string' },
    smoke: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<number> {
  const chosen = values.only?.split(',') ?? Object.keys(sections);
  const unknown = chosen.find((name) => !Object.hasOwn(sections, name));
  const rounds = Number(values.rounds);
  if (values.help || unknown !== undefined || !(rounds >= 1)) {
    console.error(
      values.help
        ? usage
        : `error: ${unknown === undefined ? `--rounds '${values.rounds}' is no number from 1` : `there is no section '${unknown}'`}\n${usage}`,
    );
    return values.help ? 0 : 2;
  }
  const before = values.compare === undefined ? undefined : readBefore(values.compare);
  if (before === null) return 2;
  const folder = mkdtempSync(path.join(tmpdir(), 'clustercert-bench-'));
  const settings: Settings = values.smoke
    ? {
        folder,
        rounds: 1,
        warmUp: 100,
        requests: 100,
        memoryRequests: 200,
        clusters: [10, 50],
        times: 20,
        prism: false,
        database: values.database,
        keyFile: values['key-file'],
        isSmoke: true,
      }
    : {
        folder,
        rounds,
        warmUp: 8_000,
        requests: 10_000,
        memoryRequests: 10_000,
        clusters: [10, 1_000, 100_000],
        times: 300,
        prism: values.prism,
        database: values.database,
        keyFile: values['key-file'],
        isSmoke: false,
      };
  try {
    const results: Result[] = [];
    for (const name of chosen) {
      console.error(`measuring: ${name}`);
      results.push(...(await sections[name as keyof typeof sections](settings)));
    }
    process.stdout.write(toTable(results));
    if (before) process.stdout.write(`\n${toComparison(before, results)}`);
    if (values.output !== undefined) writeResults(values.output, settings, results);
    return 0;
  } finally {
    stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeResults(file: string, settings: Settings, results: Result[]): void {
  const about = {
    node: process.version,
    platform: process.platform,
    at: new Date().toISOString(),
    settings: { ...settings, folder: undefined, database: undefined, keyFile: undefined },
  };
  writeFileSync(file, `${JSON.stringify({ ...about, results }, null, 2)}\n`);
}

/** Read before anything is measured; null for a file that cannot be used. */
function readBefore(file: string): Result[] | null {
  try {
    return readResults(readFileSync(file, 'utf8'));
  } catch (error) {
    console.error(`error: --compare '${file}' cannot be used: ${(error as Error).message}`);
    return null;
  }
}

process.exitCode = await main();
