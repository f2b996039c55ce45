// Changes contracts at random places, generates from the results, and prints those that are neither accepted nor
// refused with a place; a sample of the output is compiled. A separate program, because the generator of types does not
// run in Jest. Usage: fuzz-contract.ts FOLDER [RUNS] [FIRST]
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { parseContract } from '../../scripts/generate/contract-file.js';
import { generate } from '../../scripts/generate/generate.js';
import { ContractError } from '../../scripts/generate/places.js';
import { joinNext } from './next-contract.js';

const [folder = '', runs = '40', first = '1'] = process.argv.slice(2);
const mostCompiled = 12;

/** Changes one place of a document in one of several ways; the same for the same number. */
function mutate(document: unknown, seed: number): void {
  let state = seed * 2654435761 + 1;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push({ holder: value as Record<string, unknown>, key });
      visit((value as Record<string, unknown>)[key]);
    }
  };
  visit(document);
  const one = places[random(places.length)];
  const other = places[random(places.length)];
  if (!one || !other) return;
  const values = [
    null,
    '',
    'x',
    0,
    -1,
    true,
    [],
    {},
    [null],
    { $ref: '#/nowhere' },
    { $ref: '#/components/schemas/ErrorStatus' },
    '2XX',
    'a b',
  ];
  const ways = [
    () =>
      Array.isArray(one.holder)
        ? void one.holder.splice(Number(one.key), 1)
        : Reflect.deleteProperty(one.holder, one.key),
    () => (one.holder[one.key] = values[random(values.length)]),
    () => (one.holder[one.key] = structuredClone(other.holder[other.key])),
    () => (one.holder[`${one.key}2`] = structuredClone(one.holder[one.key])),
    () => (one.holder[other.key] = structuredClone(other.holder[other.key])),
  ];
  ways[random(ways.length)]?.();
}

const contracts = [
  { file: 'spec/openapi.yaml', join: (text: string) => text },
  { file: 'test/fixtures/next/openapi.yaml', join: joinNext },
];

const counts = { taken: 0, refused: 0 };
for (const [index, { file, join }] of contracts.entries()) {
  const whole = join(readFileSync('spec/openapi.yaml', 'utf8'));
  for (let seed = Number(first); seed < Number(first) + Number(runs); seed += 1) await tryOne(file, whole, seed, index);
}
process.stderr.write(`${counts.taken} taken, ${counts.refused} refused\n`);
compile();

async function tryOne(file: string, whole: string, seed: number, index: number): Promise<void> {
  const document: unknown = parse(whole);
  mutate(document, seed);
  try {
    const files = await generate(await parseContract(stringify(document, { aliasDuplicateObjects: false }), file));
    counts.taken += 1;
    if (counts.taken % 4 === 1 && counts.taken / 4 < mostCompiled) keep(`${index}-${seed}`, files);
  } catch (error) {
    counts.refused += 1;
    const problems = error instanceof ContractError ? error.problems : [`crash: ${String((error as Error).stack)}`];
    const wrong = problems.filter(
      (line) => !/^[\w./-]+\.yaml:\d+:\d+: ./.test(line) || line.includes('cannot be generated'),
    );
    for (const line of wrong) process.stdout.write(`${file} ${seed}: ${line}\n`);
  }
}

function keep(name: string, files: Map<string, string>): void {
  const own = path.join(folder, name);
  mkdirSync(own, { recursive: true });
  for (const [file, text] of files) if (file.endsWith('.ts')) writeFileSync(path.join(own, file), text);
}

function compile(): void {
  const options = JSON.parse(readFileSync('tsconfig.json', 'utf8')) as { compilerOptions: object };
  const compilerOptions = { ...options.compilerOptions, rootDir: '.', types: ['node'] };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*/*.ts'] }));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'), 'dir');
  const { stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit'], {
    cwd: folder,
    encoding: 'utf8',
  });
  process.stdout.write(stdout);
}
