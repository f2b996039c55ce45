// What a change must bring along: a test, a place in the documents and a line in the changelog. Each omission is named
// in a sentence; .github/CONTRIBUTING.md has the steps for each kind of change.
import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { routes } from '../generated/server.js';
import { commands } from '../src/cli/commands.js';
import { type ErrorRow, errorTable } from '../src/errors.js';
import { contractCases } from '../src/verify/index.js';
import { documentOf } from './support/documents.js';

const filesIn = (folder: string, pattern: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join(folder, file.replaceAll('\\', '/')))
    .filter((file) => pattern.test(file) && !/change\.test\.ts$/.test(file));
const codeIn = (files: readonly string[]) => files.map((file) => readFileSync(file, 'utf8')).join('\n');
const tests = codeIn(filesIn('test', /\.(ts|sh|yml|cron|cjs)$/));
const errors = Object.entries<ErrorRow>(errorTable);
const engines = readdirSync('src/registry', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Options with the name of their command and their variable. */
async function allOptions() {
  const options: { command: string; name: string; variable: string | undefined }[] = [];
  for (const [command, load] of Object.entries(commands))
    for (const [name, { variable }] of Object.entries((await load()).options))
      options.push({ command, name, variable });
  return options;
}

test('every option is in a test', async () => {
  const untested = (await allOptions()).filter(
    ({ name, variable = `--${name}` }) => !new RegExp(`(--${name}|${variable})(?![\\w-])`).test(tests),
  );
  expect(
    untested.map(({ command, name }) => `no test gives ${command} --${name}: test its effect in test/cli/`),
  ).toEqual([]);
});

test('every error code is thrown by the source and met by a test', () => {
  const source = codeIn(filesIn('src', /\.ts$/).filter((file) => file !== 'src/errors.ts'));
  const met = codeIn(filesIn('test', /\.ts$/).filter((file) => file !== 'test/errors.test.ts'));
  const isUnique = (field: 'status' | 'cceCode', value: unknown) =>
    errors.filter(([, row]) => row[field] === value).length === 1;
  const faults = errors.flatMap(([code, { status, cceCode }]) => {
    const byStatus = isUnique('status', status) && new RegExp(`\\b${status}\\b`).test(met);
    const byCceCode = isUnique('cceCode', cceCode) && met.includes(cceCode);
    const isMet = new RegExp(`\\b${code}\\b`).test(met) || byStatus || byCceCode;
    return [
      ...(source.includes(`'${code}'`) ? [] : [`nothing throws ${code}`]),
      ...(isMet ? [] : [`no test meets ${code}: provoke it in test/server/`]),
    ];
  });
  expect(faults).toEqual([]);
});

test('every operation is in a test of the provider', () => {
  const ofServer = codeIn(filesIn('test/server', /\.ts$/));
  const untested = routes.filter(({ operationId }) => !new RegExp(`\\b${operationId}\\b`).test(ofServer));
  expect(untested.map(({ operationId }) => `no test calls ${operationId}: call it in test/server/`)).toEqual([]);
});

test('every engine runs the shared suite of the registry and is in its README', () => {
  const suites = filesIn('test', /\.ts$/)
    .map((file) => readFileSync(file, 'utf8'))
    .filter((code) => /\bdescribe(Clusters|Store)\(/.test(code));
  const { text } = documentOf('src/registry/README.md');
  const faults = engines.flatMap((engine) => [
    ...(suites.some((code) => new RegExp(`src/registry/${engine}/|openData\\(.*${engine}`).test(code))
      ? []
      : [`no test runs describeStore or describeClusters for src/registry/${engine}/`]),
    ...(text.includes(`\`${engine}/\``)
      ? []
      : [`src/registry/README.md has no row for \`${engine}/\` in its table of engines`]),
  ]);
  expect(faults).toEqual([]);
});

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The public names; the words of each stand together in one item of the changelog. */
async function publicNames(): Promise<string[]> {
  // The kit makes a check of each look-up.
  const made = new Set(routes.map(({ operationId }) => kebab(operationId)));
  return [
    ...Object.keys(commands),
    ...(await allOptions()).map(({ command, name }) => `${command} --${name}`),
    ...errors.map(([code]) => code),
    ...contractCases.map(({ id }) => id).filter((id) => !made.has(id)),
    ...routes.map(({ operationId }) => operationId),
    ...engines.map((engine) => `registry/${engine}`),
  ];
}

// Names that are older than this test. A name is never added here, and one that is removed stays.
const olderNames = 'test/fixtures/older-names.txt';

test('every name that is new, and every one that is gone, is in the changelog', async () => {
  const older = readFileSync(olderNames, 'utf8').trim().split('\n');
  const names = await publicNames();
  const changed = [
    ...names.filter((name) => !older.includes(name)).map((name) => ({ name, what: 'new' })),
    ...older.filter((name) => !names.includes(name)).map((name) => ({ name, what: 'gone' })),
  ];
  const items = documentOf('CHANGELOG.md').text.split(/\n(?=- |#)/);
  const isTold = (name: string) =>
    items.some((item) => name.split(/[ /]/).every((word) => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(item)));
  const untold = changed.filter(({ name }) => !isTold(name));
  expect(untold.map(({ name, what }) => `CHANGELOG.md: '${name}' is ${what}; say so under Unreleased`)).toEqual([]);
});
