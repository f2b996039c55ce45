// Alternatives: the names of changes, the exclusions of oneOf, and bounded cost.
import { describe, expect, test } from '@jest/globals';
import { makeDocument } from '../../../scripts/diff/document/document.js';
import { compareContracts } from '../../../scripts/diff/message/compare-contracts.js';
import { victimsOf } from '../../../scripts/diff/verdict/verdict.js';

type Json = Record<string, unknown>;
type Side = [schema: Json, schemas?: Json];

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

function document([schema, schemas = {}]: Side, place: 'request' | 'response', openapi = '3.0.3') {
  const content = { 'application/json': { schema } };
  const responses = { '200': { description: 'Done.', ...(place === 'response' ? { content } : {}) } };
  const post = { responses, ...(place === 'request' ? { requestBody: { content } } : {}) };
  return makeDocument('it', structuredClone({ openapi, paths: { '/': { post } }, components: { schemas } }));
}

function compare(old: Side, now: Side, place: 'request' | 'response' = 'request', openapi?: string) {
  return compareContracts(document(old, place, openapi), document(now, place, openapi));
}

const told = (old: Side, now: Side, place?: 'request' | 'response', openapi?: string) =>
  compare(old, now, place, openapi).map(({ what }) => what);

describe('nested unions', () => {
  /** Levels of alternatives, each of which holds all of the next level. */
  function nested(levels: number, width: number, leaf: string): Side {
    const level = (depth: number) => ({
      oneOf: range(width).map((index) => ({
        type: 'object',
        required: ['type'],
        properties: {
          type: { type: 'string', enum: [`t${index}`] },
          child: depth + 1 < levels ? ref(`U${depth + 1}`) : { type: index === width - 1 ? leaf : 'string' },
        },
      })),
    });
    return [ref('U0'), Object.fromEntries(range(levels).map((depth) => [`U${depth}`, level(depth)]))];
  }

  test('of ten levels and ten alternatives each are compared, each pair once', () => {
    const [change, ...more] = compare(nested(10, 10, 'string'), nested(10, 10, 'integer'));
    expect(more).toEqual([]);
    expect(change?.path).toBe('#/components/schemas/U9/oneOf/9/properties/child/type');
  });

  test('that combine to more than can be counted are compared part by part, or said not to be known', () => {
    const choice = (letter: string, type = 'string') => ({
      anyOf: range(10).map((index) => ({ type: 'object', properties: { [`${letter}${index}`]: { type } } })),
    });
    const all = (...last: string[]): Side => [
      {
        allOf: [
          ...['a', 'b', 'c', 'd'].map((letter) => choice(letter)),
          ...last.map((type, index) => choice(`x${index}`, type)),
        ],
      },
    ];
    expect(told(all('string'), all('integer'))).toContain('string is no longer allowed, integer is now allowed');
    expect(compare(all('string', 'string'), all('integer', 'integer')).map(({ rule }) => rule)).toEqual(['not-judged']);
  });
});

test('no alternative is dropped, however many there are', () => {
  const values = (numbers: number[]): Side => [
    { oneOf: numbers.map((one) => ({ type: 'string', enum: [`v${one}`] })) },
  ];
  for (const gone of [10, 550])
    expect(told(values(range(600)), values(range(600).filter((one) => one !== gone)))).toEqual([
      `value "v${gone}" removed`,
    ]);
});

describe('oneOf is exclusive', () => {
  const a = { type: 'object', properties: { a: { type: 'string' } } };
  const b = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } };
  const cat = { type: 'object', required: ['meow'], properties: { meow: { type: 'string' } } };
  const dog = { type: 'object', required: ['bark'], properties: { bark: { type: 'string' } } };

  test.each<[string, Json, Json]>([
    ['after anyOf', { anyOf: [a, b] }, { oneOf: [a, b] }],
    ['with a new alternative', { oneOf: [a] }, { oneOf: [a, b] }],
    ['of numbers', { oneOf: [{ type: 'integer' }] }, { oneOf: [{ type: 'integer' }, { type: 'number' }] }],
    [
      'of what must be there',
      { ...b, required: ['a', 'b'] },
      { ...b, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    ],
  ])('%s: values that fit two alternatives are refused, and the way back they come', (_name, old, now) => {
    const victims = (one: Json, other: Json, place: 'request' | 'response') =>
      compare([one], [other], place)
        .filter(({ rule }) => rule.includes('-oneOf-'))
        .flatMap(victimsOf);
    expect(victims(old, now, 'request')).toEqual(['sending clients']);
    expect(victims(now, old, 'response')).toEqual(['reading clients']);
  });

  test('but alternatives that need what the others do not have are no rivals', () => {
    expect(told([{ oneOf: [cat] }], [{ oneOf: [cat, dog] }])).toEqual(['alternative of type object added']);
  });
});

describe('a base with a discriminator and no mapping', () => {
  const base = {
    type: 'object',
    required: ['t'],
    properties: { t: { type: 'string' } },
    discriminator: { propertyName: 't' },
  };
  const family = (type: string, ...more: string[]) => ({
    Base: base,
    Kid: { allOf: [ref('Base'), { type: 'object', properties: { x: { type } } }] },
    ...Object.fromEntries(more.map((name) => [name, { allOf: [ref('Base')] }])),
  });

  test('stands for all schemas that inherit from it', () => {
    const [change] = compare([ref('Base'), family('string')], [ref('Base'), family('integer')]);
    expect(change?.path).toBe('#/components/schemas/Kid/allOf/1/properties/x/type');
    expect(told([ref('Base'), family('string')], [ref('Base'), family('string', 'Other')])).toEqual([
      "value 'Other' of discriminator 't' added",
    ]);
  });

  test('is no choice where one of its heirs is meant', () => {
    expect(told([ref('Kid'), family('string')], [ref('Kid'), family('string', 'Other')])).toEqual([]);
  });
});

describe('boolean schemas of 3.1', () => {
  test.each<[string, Json, Json]>([
    ['items', { type: 'array', items: true }, { type: 'array', items: false }],
    ['fields', { type: 'object', properties: { a: true } }, { type: 'object', properties: { a: false } }],
  ])('%s: nothing is less than anything', (_name, old, now) => {
    expect(told([old], [now], 'request', '3.1.0')).toEqual(['no value is allowed any more']);
    expect(compare([old], [now], 'request', '3.1.0').flatMap(victimsOf)).toEqual(['sending clients']);
  });
});

describe('each change stands at its place', () => {
  test('types of different fields are different changes', () => {
    const side = (name: Json, size: string, flag: string): Side => [
      {
        type: 'object',
        properties: { name, deep: { type: 'object', properties: { size: { type: size }, flag: { type: flag } } } },
      },
    ];
    const changes = compare(
      side({ type: 'string' }, 'string', 'string'),
      side({ type: 'string', nullable: true }, 'object', 'boolean'),
    );
    expect(changes.map(({ path, what }) => [path.replace(/.*schema\/properties/, ''), what])).toEqual([
      ['/name/type', 'null is now allowed'],
      ['/deep/properties/size/type', 'string is no longer allowed, object is now allowed'],
      ['/deep/properties/flag/type', 'string is no longer allowed, boolean is now allowed'],
    ]);
  });

  test('what is left over came or went', () => {
    const rule = (type: string, field: string) => ({
      type: 'object',
      required: ['type'],
      properties: { type: { type: 'string', enum: [type] }, [field]: { type: 'string' } },
    });
    const [first, second, third] = [rule('a', 'x'), rule('b', 'y'), rule('c', 'z')];
    expect(told([{ oneOf: [first, second] }], [{ oneOf: [first, third] }])).toEqual([
      'alternative of type object removed',
      'alternative of type object added',
    ]);
  });
});
