// Inputs of the kinds that users of other checkers reported: missed breaks and false alarms.
import { expect, test } from '@jest/globals';
import { makeDocument } from '../../../scripts/diff/document/document.js';
import { compareContracts } from '../../../scripts/diff/message/compare-contracts.js';
import { type ChangeLevel, worstLevel } from '../../../scripts/diff/verdict/verdict.js';

type Json = Record<string, unknown>;
type Place = 'request' | 'response' | 'query';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: Json, ...required: string[]) => ({ type: 'object', properties, required });
const string = { type: 'string' };
const integer = { type: 'integer' };

const schemas = {
  Role: { type: 'string', enum: ['user', 'admin'] },
  Foo: object({ a: string }, 'a'),
  Bar: object({ b: string }, 'b'),
  Node: object({ message: string, details: { type: 'array', items: { allOf: [ref('Node')] } } }),
  Either: { oneOf: [ref('Foo'), ref('Bar')] },
};

function documentWith(schema: Json, place: Place, version: string) {
  const content = { 'application/json': { schema } };
  const post = {
    parameters: place === 'query' ? [{ name: 'filter', in: 'query', style: 'deepObject', schema }] : [],
    responses: { '200': { description: 'Done.', ...(place === 'response' ? { content } : {}) } },
    ...(place === 'request' ? { requestBody: { content } } : {}),
  };
  return makeDocument('it', structuredClone({ openapi: version, paths: { '/': { post } }, components: { schemas } }));
}

type Row = [source: string, place: Place, old: Json, now: Json, level: ChangeLevel, versions?: [string, string]];

const rows: Row[] = [
  ['oasdiff 103', 'response', object({ a: string }, 'a'), object({ a: string }), 'breaks'],
  ['oasdiff 106', 'response', { allOf: [ref('Foo')] }, { allOf: [ref('Foo'), object({ c: string })] }, 'compatible'],
  [
    'oasdiff 126',
    'request',
    object({ id: { ...string, readOnly: true } }),
    object({ id: { ...string, readOnly: true } }, 'id'),
    'compatible',
  ],
  ['azure-sdk-tools 7184', 'request', object({}), object({ id: { ...string, readOnly: true } }, 'id'), 'compatible'],
  [
    'Azure openapi-diff 349',
    'response',
    object({ id: { ...string, readOnly: true } }),
    object({ id: string }),
    'compatible',
  ],
  ['oasdiff 205', 'request', { enum: ['a', 'b', 'c'] }, { enum: ['a', 'b'] }, 'breaks'],
  ['oasdiff 595', 'response', { ...string, enum: ['a', 'b'] }, { ...string, enum: ['a'] }, 'compatible'],
  [
    'oasdiff 639',
    'response',
    { ...string, enum: ['NORMAL', 'CRITICAL'] },
    { ...string, enum: ['NORMAL', 'BREAKING'] },
    'breaks',
  ],
  [
    'oasdiff 705',
    'request',
    object({ s: ref('Role') }),
    object({ s: { ...string, enum: ['user', 'root'] } }),
    'breaks',
  ],
  ['oasdiff 1118', 'request', { ...string, enum: ['a', 'b'] }, { ...string, enum: ['a'] }, 'breaks'],
  ['oasdiff 224', 'request', object({ type: string }), object({ type: { ...string, enum: ['article'] } }), 'breaks'],
  ['oasdiff 314', 'response', { oneOf: [object({ a: string }, 'a')] }, { oneOf: [object({ a: string })] }, 'breaks'],
  ['oasdiff 549', 'request', object({}), object({ a: { ...string, default: 'x' } }, 'a'), 'breaks'],
  ['oasdiff 610', 'response', { oneOf: [ref('Foo')] }, { oneOf: [ref('Foo'), ref('Bar')] }, 'breaks'],
  [
    'oasdiff 702',
    'request',
    object({ a: string, b: string }, 'a', 'b'),
    { oneOf: [object({ a: string, b: string }, 'a'), object({ a: string, b: string }, 'b')] },
    'breaks',
  ],
  [
    'oasdiff 1037, case 1',
    'request',
    object({ a: string, b: string }, 'a', 'b'),
    { anyOf: [object({ a: string, b: string }, 'a'), object({ a: string, b: string }, 'b')] },
    'compatible',
  ],
  [
    'oasdiff 1037, case 3',
    'request',
    { ...object({ a: string }, 'a'), additionalProperties: false },
    {
      oneOf: [
        { ...object({ a: string }, 'a'), additionalProperties: false },
        { ...object({ b: string }, 'b'), additionalProperties: false },
      ],
    },
    'compatible',
  ],
  [
    'oasdiff 861, request',
    'query',
    object({ o: { ...string, enum: ['a', 'b'] } }),
    object({ o: { ...string, enum: ['a'] } }),
    'breaks',
  ],
  ['oasdiff 567', 'query', object({ o: string }), object({ o: integer }), 'breaks'],
  ['oasdiff 1047', 'response', {}, string, 'compatible'],
  [
    'oasdiff 1088',
    'request',
    ref('Role'),
    { oneOf: [{ type: 'null' }, ref('Role')] },
    'compatible',
    ['3.1.0', '3.1.0'],
  ],
  [
    'oasdiff 1090',
    'response',
    object({ l: { type: 'array', items: string } }),
    object({ l: { type: 'object' } }),
    'breaks',
  ],
  [
    'oasdiff 1185',
    'request',
    { type: 'array', prefixItems: [string, integer] },
    { type: 'array', prefixItems: [string, integer], items: false },
    'breaks',
    ['3.1.0', '3.1.0'],
  ],
  ['openapi-diff 25', 'response', ref('Node'), { ...ref('Node') }, 'compatible'],
  ['openapi-diff 124', 'response', { allOf: [ref('Node')] }, ref('Node'), 'compatible'],
  ['openapi-diff 317', 'response', ref('Either'), { allOf: [ref('Either')] }, 'compatible'],
  ['openapi-diff 611', 'response', object({ a: string, b: string }, 'b'), object({ a: string }), 'breaks'],
  ['openapi-diff 375', 'response', object({ a: integer }), object({ a: string }), 'breaks', ['3.1.0', '3.1.0']],
  [
    'openapi-diff 814',
    'response',
    { ...string, format: 'binary', example: 'A' },
    { ...string, format: 'binary', example: 'B' },
    'compatible',
  ],
  [
    'pb33f openapi-changes 177',
    'response',
    { oneOf: [ref('Foo'), ref('Bar')] },
    { oneOf: [ref('Bar'), ref('Foo')] },
    'compatible',
  ],
  [
    'pb33f openapi-changes 193',
    'response',
    object({ id: string, start: integer }),
    object({ first: { ...string, maxLength: 9 }, id: string, start: integer }),
    'compatible',
  ],
  [
    'pb33f openapi-changes 203',
    'response',
    { ...object({ t: { ...string, default: '' } }), additionalProperties: true },
    { ...object({ n: string, t: { ...string, default: '' } }), additionalProperties: true },
    'compatible',
  ],
  [
    'optic 2372, request',
    'request',
    object({ a: { type: ['string'] } }),
    object({ a: { type: ['string', 'null'] } }),
    'compatible',
    ['3.1.0', '3.1.0'],
  ],
  [
    'optic 2372, response',
    'response',
    object({ a: { type: ['string', 'null'] } }),
    object({ a: { type: ['string'] } }),
    'compatible',
    ['3.1.0', '3.1.0'],
  ],
  [
    'optic 2170',
    'request',
    object({ a: { ...string, enum: ['x', 'y'] } }),
    object({ a: { ...string, enum: ['x'] } }),
    'breaks',
  ],
  [
    'apihub 531',
    'request',
    object({ p: { ...string, nullable: true, enum: ['a', 'b'] } }),
    object({ p: { type: ['string', 'null'], enum: ['a', 'b'] } }),
    'compatible',
    ['3.0.3', '3.1.0'],
  ],
  [
    'apihub 450',
    'response',
    object({ p: { ...string, nullable: true } }),
    object({ p: { type: ['string', 'null'] } }),
    'compatible',
    ['3.0.3', '3.1.0'],
  ],
  [
    'exclusive bounds of 3.0 and 3.1',
    'request',
    { type: 'number', minimum: 1, exclusiveMinimum: true },
    { type: 'number', exclusiveMinimum: 1 },
    'compatible',
    ['3.0.3', '3.1.0'],
  ],
  ['nullable means nothing in 3.1', 'request', { ...string, nullable: true }, string, 'compatible', ['3.1.0', '3.1.0']],
  ['criteo openapi-comparator 69', 'request', object({}), object({ a: string }), 'compatible'],
];

test.each(rows)('%s: a %s', (_source, place, old, now, level, [before, after] = ['3.0.3', '3.0.3']) => {
  const changes = compareContracts(documentWith(old, place, before), documentWith(now, place, after));
  expect(worstLevel(changes, 'clients')).toBe(level);
});
