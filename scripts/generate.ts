// Writes generated/ from spec/openapi.yaml: types, one client function per operation, the server stub and the
// contract as JSON. Uses no network and no clock, so that the same contract gives the same bytes everywhere.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { renderClient } from './generate/client.js';
import { type ContractFile, parseContract, readContract, withPlaces } from './generate/contract-file.js';
import { readDocument } from './generate/contract.js';
import { markDigits, unmarkDigits } from './generate/digits.js';
import { partsOfDocument } from './generate/shape.js';
import { staleFiles, writeStale } from './generate/output.js';
import { renderParameters } from './generate/parameters.js';
import { ContractError } from './generate/places.js';
import { renderServer } from './generate/server.js';
import { renderTypes } from './generate/types.js';
import { oneAtATime, watchFile } from './generate/watch.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const contractFile = path.join(root, 'spec/openapi.yaml');
const folder = path.join(root, 'generated');
const notice = '// Generated from spec/openapi.yaml by `npm run generate`; do not edit.\n';

const readme = `# generated

Written by \`npm run generate\` from \`spec/openapi.yaml\`, and by nothing else.
Do not edit: change the contract, regenerate, and commit both.
`;

/**
 * The texts of all files of generated/, by file name.
 *
 * @internal for tests
 */
export function generate(file: ContractFile): Promise<Map<string, string>> {
  return withPlaces(file, async () => {
    const document = readDocument(file.contract);
    const contract = markDigits(file.contract, file.places);
    // Before the types: their generator resolves references in the object that it is given.
    const json = unmarkDigits(`${JSON.stringify(contract, null, 2)}\n`);
    prepareForTypes(contract);
    const types = unmarkDigits(await renderTypes(contract, document));
    return new Map([
      ['README.md', readme],
      ['client.ts', notice + renderClient(document)],
      ['openapi.json', json],
      ['parameters.ts', notice + renderParameters(document)],
      ['server.ts', notice + renderServer(document)],
      ['types.ts', notice + types],
    ]);
  });
}

/**
 * Prepares the contract for the generator of types, which treats a parameter with JSON content as a string: puts the
 * schema in its place. It also removes data: the generator would follow a field `$ref` of an example or an extension.
 */
function prepareForTypes(contract: Record<string, unknown>): void {
  for (const { kind, value } of [...partsOfDocument(contract)]) {
    for (const key of Object.keys(value)) {
      // `default` of responses is one of them.
      const isDefault = key === 'default' && kind !== 'Responses';
      const isData = isDefault || key === 'example' || key === 'value' || key === 'examples' || key.startsWith('x-');
      if (isData && JSON.stringify(value[key]).includes('"$ref"')) Reflect.deleteProperty(value, key);
    }
    if (kind === 'Schema') {
      openFields(value);
      joinRequired(value);
    }
    if (kind !== 'Parameter' || value['content'] === undefined) continue;
    const [media] = Object.values(value['content'] as Record<string, { schema?: unknown }>);
    value['schema'] = media?.schema ?? {};
    delete value['content'];
  }
}

/** The named fields of an object type must fit the type of other fields, so that type must include theirs. */
function openFields(schema: Record<string, unknown>): void {
  const { properties, additionalProperties: others } = schema;
  if (typeof others !== 'object' || others === null || typeof properties !== 'object' || properties === null) return;
  const isMarker = (key: string) => key === 'readOnly' || key === 'writeOnly';
  const named = Object.values(properties as Record<string, object>).map((one) =>
    Object.fromEntries(Object.entries(one).filter(([key]) => !isMarker(key))),
  );
  schema['additionalProperties'] = { anyOf: [others, ...named] };
}

/** A field that one part requires and others describe is required of the whole. */
function joinRequired(schema: Record<string, unknown>): void {
  const { allOf, required } = schema as { allOf?: { required?: string[]; properties?: object }[]; required?: string[] };
  const parts = (allOf ?? []).flatMap((part) => (part.properties === undefined ? (part.required ?? []) : []));
  if (parts.length > 0) schema['required'] = [...new Set([...(required ?? []), ...parts])];
}

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
