// Contracts that are odd, broken or randomly damaged: they get a verdict, or one line with the reason for none.
import { describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { NoVerdict, makeDocument } from '../../../scripts/diff/document/document.js';
import { loadDocument } from '../../../scripts/diff/document/load.js';
import { compareContracts } from '../../../scripts/diff/message/compare-contracts.js';
import { formats } from '../../../scripts/diff/verdict/report.js';
import { victimsOf } from '../../../scripts/diff/verdict/verdict.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { contract } from './widgets.js';

type Json = Record<string, unknown>;

/** A document as it is loaded from a file. */
function load(text: string) {
  const file = path.join(temporaryFolder(), 'it');
  writeFileSync(file, text);
  return loadDocument(file);
}

const document = (root: Json) => makeDocument('it', structuredClone(root));

function withSchema(schema: Json): Json {
  const post = { requestBody: { content: { 'application/json': { schema } } }, responses: {} };
  return { openapi: '3.0.3', paths: { '/': { post } } };
}

test('callbacks may lead back to their own operation', () => {
  const root = (type: string): Json => ({
    openapi: '3.0.3',
    paths: {
      '/a': {
        post: {
          requestBody: { content: { 'application/json': { schema: { type } } } },
          responses: {},
          callbacks: { again: { '{$request.body#/url}': { $ref: '#/paths/~1a' } } },
        },
      },
    },
  });
  expect(compareContracts(document(root('string')), document(root('string')))).toEqual([]);
  expect(compareContracts(document(root('string')), document(root('integer')))).toHaveLength(1);
});

describe('patterns of other dialects', () => {
  test.each(['^[\\w-.]+$', '(?i)^a$', '[', '(?P<x>a)'])('%s stands beside an enum', (pattern) => {
    const changes = compareContracts(
      document(withSchema({ type: 'string', pattern, enum: ['a', 'b'] })),
      document(withSchema({ type: 'string', pattern, enum: ['a'] })),
    );
    expect(changes.map(({ what }) => what)).toEqual(['value "b" removed']);
  });

  test('that cannot be compared may break', () => {
    const [change] = compareContracts(
      document(withSchema({ type: 'string', pattern: '(?i)^a$' })),
      document(withSchema({ type: 'string', pattern: '(?i)^b$' })),
    );
    expect(change).toMatchObject({ breaks: {}, mayBreak: { 'sending clients': expect.anything() } });
  });
});

test('$ref inside data is data', () => {
  const nowhere = { $ref: '#/nowhere' };
  const root = {
    ...withSchema({
      type: 'object',
      example: { schema: nowhere },
      default: nowhere,
      enum: [nowhere],
      'x-foo': nowhere,
    }),
    components: { examples: { a: { value: nowhere } }, schemas: { example: { type: 'string' } } },
  };
  expect(compareContracts(document(root), document(root))).toEqual([]);
});

test('fields may have the names of keywords', () => {
  const side = (type: string) =>
    withSchema({
      type: 'object',
      properties: { example: { $ref: '#/components/schemas/default' } },
      components: {},
      'x-type': type,
    });
  const root = (type: string): Json => ({ ...side(type), components: { schemas: { default: { type } } } });
  expect(compareContracts(document(root('string')), document(root('integer'))).map(({ path }) => path)).toEqual([
    '#/components/schemas/default/type',
  ]);
});

test.each<[string, string, RegExp]>([
  [
    'a reference out of the document',
    'paths: {/: {$ref: other.yaml}}',
    /^\S+\/it: \$ref 'other\.yaml' leads out of the document; bundle it first$/,
  ],
  ['a reference to itself', 'paths: {/: {$ref: "#/paths/~1"}}', /^\S+\/it: \$ref '#\/paths\/~1' leads back to itself$/],
  [
    'no schema',
    'paths: {}\ncomponents: {schemas: {A: 5}}',
    /^\S+\/it:3: #\/components\/schemas\/A is no schema; expected an object$/,
  ],
])('%s is no verdict, in one line', async (_name, text, message) => {
  const read = async () => {
    const root = await load(`openapi: 3.0.3\n${text}\n`);
    compareContracts(root, { ...root, root: structuredClone(root.root) });
  };
  await expect(read()).rejects.toThrow(NoVerdict);
  await expect(read()).rejects.toThrow(message);
});

test('lines are known in JSON as in YAML', async () => {
  const text = (type: string) =>
    JSON.stringify(withSchema({ type: 'object', properties: { 'a/"b': { type } } }), null, 2);
  const [change] = compareContracts(await load(text('string')), await load(text('integer')));
  const line =
    text('integer')
      .split('\n')
      .findIndex((one) => one.includes('"type": "integer"')) + 1;
  expect(change?.line).toBe(line);
});

test('markdown does not take what a contract says for its own', () => {
  const name = '<script>`|`</script>\n# a';
  const [old, now] = [contract(), contract()].map((one) => makeDocument('it', one)) as [
    ReturnType<typeof makeDocument>,
    ReturnType<typeof makeDocument>,
  ];
  const change = {
    rule: 'deprecated',
    rules: ['deprecated'],
    path: `#/${name}`,
    document: 'new' as const,
    what: `field '${name}' went`,
    uses: [],
    breaks: {},
    mayBreak: {},
  };
  const report = formats.markdown({
    ...{ old, now, audience: 'clients', changes: [change], ignored: [], step: 'none', wireStep: 'none' },
    level: { clients: 'compatible', providers: 'compatible' },
    sourceBreaks: { consumers: [], implementers: [] },
  });
  expect(report.split('\n')[2]).toBe(
    "| field '&lt;script&gt;&#96;&#124;&#96;&lt;/script&gt; &#35; a' went | `#/<script>'\\|'</script> # a` | nobody | `deprecated` |",
  );
});

/** Damage by hasty hands and bad tools. */
const junk: unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    'x',
    [],
    {},
    [null],
    [[]],
    { $ref: 5 },
    { type: 'foo' },
    { type: [] },
    { enum: {} },
    { oneOf: {} },
  ],
  ...[
    { oneOf: [] },
    { allOf: [null] },
    { anyOf: ['x', 3] },
    { not: null },
    { items: [{}] },
    { properties: [] },
    { required: 'a' },
  ],
  ...[
    { pattern: 5 },
    { pattern: '[' },
    { minimum: '3' },
    { maxLength: -1 },
    { discriminator: 't' },
    { multipleOf: 0 },
    { format: 3 },
  ],
];

describe.each([1, 2, 3, 4])('random damage %i', (seed) => {
  test('gives a verdict or one line', () => {
    const base = parse(readFileSync('spec/openapi.yaml', 'utf8')) as Json;
    const random = numbers(seed);
    for (let round = 0; round < 25; round += 1) {
      const damaged = structuredClone(base);
      for (let edits = 0; edits < 3; edits += 1) damage(damaged, random);
      const compare = () => {
        const [old, now] = [document(base), makeDocument('it', damaged)];
        return [...compareContracts(old, now), ...compareContracts(now, old)].map(victimsOf);
      };
      try {
        expect(Array.isArray(compare())).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(NoVerdict);
        expect((error as Error).message).not.toContain('\n');
      }
    }
  });
});

function damage(root: Json, random: (below: number) => number): void {
  const all = objectsIn(root);
  const object = all[random(all.length)] ?? root;
  const keys = Object.keys(object);
  const key = keys[random(keys.length)] ?? 'type';
  const kind = random(3);
  if (kind === 0) Reflect.deleteProperty(object, key);
  else object[key] = kind === 1 ? structuredClone(junk[random(junk.length)]) : all[random(all.length)];
}

function objectsIn(root: Json): Json[] {
  const found = new Set<Json>([root]);
  for (const object of found)
    for (const member of Object.values(object))
      if (typeof member === 'object' && member !== null) found.add(member as Json);
  return [...found];
}

/** A repeatable row of numbers. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
