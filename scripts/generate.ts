// Writes generated/ from spec/openapi.yaml: types, one client function per operation, the server stub and the
// contract as JSON. Uses no network and no clock, so that the same contract gives the same bytes everywhere.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import openapiTS, { astToString } from 'openapi-typescript';
import { renderClient } from './generate/client.js';
import { readContract, readOperations, type Contract } from './generate/contract.js';
import { renderParameters } from './generate/parameters.js';
import { renderServer } from './generate/server.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const notice = '// Generated from spec/openapi.yaml by `npm run generate`; do not edit.\n';

const readme = `# generated

Written by \`npm run generate\` from \`spec/openapi.yaml\`, and by nothing else.
Do not edit: change the contract, regenerate, and commit both.
`;

/** The text of every file of generated/, by file name. */
export async function generate(contract: Contract): Promise<Map<string, string>> {
  const operations = readOperations(contract);
  // Before the types: their generator resolves references in the object that it is given.
  const json = `${JSON.stringify(contract, null, 2)}\n`;
  const types = await openapiTS(contract as never, {
    alphabetize: true,
    // A request field with a default stays optional for the sender.
    defaultNonNullable: false,
    // `preferences: {type: object}` may have any key, not none.
    emptyObjectsUnknown: true,
    silent: true,
  });
  return new Map([
    ['README.md', readme],
    ['client.ts', notice + renderClient(operations)],
    ['openapi.json', json],
    ['parameters.ts', notice + renderParameters(contract)],
    ['server.ts', notice + renderServer(operations)],
    ['types.ts', notice + astToString(types)],
  ]);
}

/** Names of the files in the folder that are missing, different, or not among the wanted ones. */
async function staleFiles(folder: string, wanted: Map<string, string>): Promise<string[]> {
  const present = await readdir(folder).catch(() => []);
  const stale = present.filter((name) => !wanted.has(name));
  for (const [name, text] of wanted) {
    const current = await readFile(path.join(folder, name), 'utf8').catch(() => undefined);
    if (current?.replaceAll('\r\n', '\n') !== text) stale.push(name);
  }
  return stale.sort();
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const wanted = await generate(await readContract(path.join(root, 'spec/openapi.yaml')));
  const folder = path.join(root, 'generated');
  const stale = await staleFiles(folder, wanted);
  if (values.check) {
    for (const name of stale) console.error(`error: generated/${name} is stale; run: npm run generate`);
    return stale.length === 0 ? 0 : 1;
  }
  await mkdir(folder, { recursive: true });
  for (const name of stale) {
    const text = wanted.get(name);
    if (text === undefined) console.error(`warning: generated/${name} is not written by this script; remove it`);
    else await writeFile(path.join(folder, name), text);
  }
  const written = stale.filter((name) => wanted.has(name));
  console.error(written.length === 0 ? 'generated/ is up to date' : `generated/ ${written.join(', ')}`);
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
