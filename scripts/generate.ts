// Writes generated/ from spec/openapi.yaml: types, one client function per operation, the server stub and the
// contract as JSON. Uses no network and no clock, so that the same contract gives the same bytes everywhere.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { parseContract, readContract } from './generate/contract-file.js';
import { generate } from './generate/generate.js';
import { staleFiles, writeStale } from './generate/output.js';
import { ContractError } from './generate/places.js';
import { oneAtATime, watchFile } from './generate/watch.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const contractFile = path.join(root, 'spec/openapi.yaml');
const folder = path.join(root, 'generated');

async function check(): Promise<number> {
  const stale = await staleFiles(folder, await generate(await readContract(contractFile)));
  for (const name of stale) console.error(`error: generated/${name} is stale; run: npm run generate`);
  return stale.length === 0 ? 0 : 1;
}

async function write(): Promise<number> {
  const wanted = await generate(await readContract(contractFile));
  const written = await writeStale(folder, wanted);
  for (const name of await staleFiles(folder, wanted))
    console.error(`warning: generated/${name} is not written by this script; remove it`);
  console.error(summary(written));
  return 0;
}

function summary(written: string[]): string {
  return written.length === 0 ? 'generated/ is up to date' : `generated/ ${written.join(', ')}`;
}

/** Runs until a signal stops it, which is no failure. */
async function watchContract(): Promise<number> {
  const stopped = new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  const { ask, idle } = oneAtATime(regenerate());
  const end = watchFile(contractFile, ask);
  ask();
  console.error('watching spec/openapi.yaml; Ctrl-C ends it');
  await stopped;
  end();
  await idle();
  return 0;
}

/** The work after each possible change of the contract. */
function regenerate(): (isCurrent: () => boolean) => Promise<void> {
  let last: { text: string | undefined } | undefined;
  return async (isCurrent) => {
    const startedAt = performance.now();
    const text = await readFile(contractFile, 'utf8').catch(() => undefined);
    if (last && last.text === text) return;
    try {
      if (text === undefined) throw new ContractError(['spec/openapi.yaml cannot be read']);
      const wanted = await generate(await parseContract(text, contractFile));
      // Saved again meanwhile: the last one wins.
      if (!isCurrent()) return;
      const written = await writeStale(folder, wanted);
      console.error(`${summary(written)} (${(performance.now() - startedAt).toFixed()} ms)`);
    } catch (error) {
      explain(error);
      console.error('generated/ stays as it is');
    }
    last = { text };
  };
}

function explain(error: unknown): void {
  const lines =
    error instanceof ContractError ? error.problems : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) console.error(`error: ${line}`);
}

async function main(): Promise<number> {
  const options = { check: { type: 'boolean' }, watch: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options });
  if (values.check === true && values.watch === true)
    throw Object.assign(new Error('--check and --watch exclude each other; give one of them'), {
      code: 'ERR_PARSE_ARGS',
    });
  if (values.check === true) return check();
  return values.watch === true ? watchContract() : write();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = await main();
  } catch (error) {
    explain(error);
    process.exitCode = String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS') ? 2 : 1;
  }
}
