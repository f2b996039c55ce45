// The effect of a change of each keyword on the set of values, and equivalent spellings.
import { describe, expect, test } from '@jest/globals';
import { compareContracts } from '../../../scripts/diff/message/compare-contracts.js';
import { makeDocument } from '../../../scripts/diff/document/document.js';
import { victimsOf } from '../../../scripts/diff/verdict/verdict.js';

type Json = Record<string, unknown>;

const shared = {
  Text: { type: 'string' },
  Named: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
  Tree: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } } },
};

function documentWith(schema: Json, place: 'request' | 'response') {
  const content = { 'application/json': { schema } };
  const done = { '200': { description: 'Done.', ...(place === 'response' ? { content } : {}) } };
  const post = { operationId: 'send', responses: done, ...(place === 'request' ? { requestBody: { content } } : {}) };
  return makeDocument('it', { openapi: '3.0.3', paths: { '/': { post } }, components: { schemas: shared } });
}

function victims(old: Json, now: Json, place: 'request' | 'response'): string[] {
  const changes = compareContracts(documentWith(old, place), documentWith(now, place));
  return [...new Set(changes.flatMap(victimsOf))].sort();
}

const narrower: [keyword: string, old: Json, now: Json][] = [
  ['type', { type: 'number' }, { type: 'integer' }],
  ['type, from any', {}, { type: 'string' }],
  ['nullable', { type: 'string', nullable: true }, { type: 'string' }],
  ['nullable beside allOf', { nullable: true, allOf: [{ type: 'string' }] }, { allOf: [{ type: 'string' }] }],
  ['enum', { enum: ['a', 'b'] }, { enum: ['a'] }],
  ['enum, from any string', { type: 'string' }, { type: 'string', enum: ['a'] }],
  ['boolean', { type: 'boolean' }, { type: 'boolean', enum: [true] }],
  ['minimum', { type: 'integer', minimum: 1 }, { type: 'integer', minimum: 2 }],
  ['exclusiveMinimum', { type: 'number', minimum: 1 }, { type: 'number', minimum: 1, exclusiveMinimum: true }],
  ['maximum', { type: 'integer', maximum: 9 }, { type: 'integer', maximum: 8 }],
  ['multipleOf', { type: 'integer', multipleOf: 5 }, { type: 'integer', multipleOf: 10 }],
  ['format int64', { type: 'integer', format: 'int64' }, { type: 'integer', format: 'int32' }],
  ['format', { type: 'string' }, { type: 'string', format: 'uuid' }],
  ['minLength', { type: 'string' }, { type: 'string', minLength: 1 }],
  ['maxLength', { type: 'string', maxLength: 9 }, { type: 'string', maxLength: 8 }],
  ['pattern', { type: 'string', pattern: '^[0-9A-Fa-f]+$' }, { type: 'string', pattern: '^[0-9a-f]+$' }],
  ['minItems', { type: 'array', items: {} }, { type: 'array', items: {}, minItems: 1 }],
  ['maxItems', { type: 'array', items: {} }, { type: 'array', items: {}, maxItems: 9 }],
  ['uniqueItems', { type: 'array', items: {} }, { type: 'array', items: {}, uniqueItems: true }],
  ['items', { type: 'array', items: {} }, { type: 'array', items: { type: 'string' } }],
  ['minProperties', { type: 'object' }, { type: 'object', minProperties: 1 }],
  ['maxProperties', { type: 'object' }, { type: 'object', maxProperties: 9 }],
  ['additionalProperties', { type: 'object' }, { type: 'object', additionalProperties: false }],
  [
    'values of additionalProperties',
    { type: 'object', additionalProperties: { type: 'number' } },
    { type: 'object', additionalProperties: { type: 'integer' } },
  ],
  ['oneOf', { oneOf: [{ type: 'string' }, { type: 'integer' }] }, { oneOf: [{ type: 'string' }] }],
  [
    'anyOf of objects',
    { anyOf: [{ $ref: '#/components/schemas/Named' }, { $ref: '#/components/schemas/Tree' }] },
    { anyOf: [{ $ref: '#/components/schemas/Named' }] },
  ],
  ['allOf', { type: 'string' }, { allOf: [{ type: 'string' }, { maxLength: 5 }] }],
  ['not', { type: 'string' }, { type: 'string', not: { enum: ['root'] } }],
];

describe.each(narrower)('a narrower %s', (_keyword, old, now) => {
  test('in requests breaks sending clients, and the way back providers', () => {
    expect(victims(old, now, 'request')).toEqual(['sending clients']);
    expect(victims(now, old, 'request')).toEqual(['providers']);
  });
  test('in responses breaks providers, and the way back reading clients', () => {
    expect(victims(old, now, 'response')).toEqual(['providers']);
    expect(victims(now, old, 'response')).toEqual(['reading clients']);
  });
});

const same: [what: string, one: Json, other: Json][] = [
  ['a reference', { $ref: '#/components/schemas/Named' }, shared.Named],
  ['an allOf of one', { allOf: [{ $ref: '#/components/schemas/Text' }] }, { type: 'string' }],
  [
    'parts of an object',
    { allOf: [{ $ref: '#/components/schemas/Named' }, { type: 'object', properties: { size: { type: 'integer' } } }] },
    { type: 'object', required: ['name'], properties: { size: { type: 'integer' }, name: { type: 'string' } } },
  ],
  ['a choice of values', { oneOf: [{ enum: ['a'] }, { enum: ['b'] }] }, { enum: ['b', 'a'] }],
  [
    'a closed bound of integers',
    { type: 'integer', minimum: 0, exclusiveMinimum: true },
    { type: 'integer', minimum: 1 },
  ],
  ['defaults written out', { type: 'array', items: {} }, { type: 'array', items: {}, minItems: 0, uniqueItems: false }],
  ['any other field', { type: 'object' }, { type: 'object', additionalProperties: {} }],
  ['a pattern', { type: 'string', pattern: '^[0-9a-f]{4}$' }, { type: 'string', pattern: '^[a-f\\d]{4}$' }],
  [
    'lengths that the pattern says',
    { type: 'string', pattern: '^[0-9a-f]{4}$' },
    { type: 'string', pattern: '^[0-9a-f]{4}$', minLength: 4, maxLength: 4 },
  ],
  [
    'a schema within itself',
    { $ref: '#/components/schemas/Tree' },
    { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } } },
  ],
  ['words', { type: 'string', title: 'A', example: 'a' }, { type: 'string', description: 'B', format: 'password' }],
];

test.each(same)('%s may be spelled either way', (_what, one, other) => {
  for (const place of ['request', 'response'] as const) {
    expect(victims(one, other, place)).toEqual([]);
    expect(victims(other, one, place)).toEqual([]);
  }
});

test('a pattern that automata cannot decide counts as changed for both sides', () => {
  const [old, now] = [
    { type: 'string', pattern: '^(?!root)' },
    { type: 'string', pattern: '^(?!root|admin)' },
  ];
  expect(victims(old, now, 'request')).toEqual(['providers', 'sending clients']);
});
