// Pairs of schemas of one field, each the narrower one last. Every pair is tried both ways, in requests, in answers and,
// where it makes sense, as a query parameter.
import type { Json } from './contract.js';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

export const schemaPairs: Record<string, [wide: Json, narrow: Json]> = {
  'any type, string': [{}, { type: 'string' }],
  'number, integer': [{ type: 'number' }, { type: 'integer' }],
  'string, integer': [{ type: 'string' }, { type: 'integer' }],
  'integer, boolean': [{ type: 'integer' }, { type: 'boolean' }],
  'object, string': [{ type: 'object' }, { type: 'string' }],
  'string, list of strings': [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  'list of numbers, list of integers': [
    { type: 'array', items: { type: 'number' } },
    { type: 'array', items: { type: 'integer' } },
  ],
  nullable: [{ type: 'string', nullable: true }, { type: 'string' }],
  'nullable reference': [{ nullable: true, allOf: [ref('Cat')] }, { allOf: [ref('Cat')] }],
  'three values, two': [
    { type: 'string', enum: ['a', 'b', 'c'] },
    { type: 'string', enum: ['a', 'b'] },
  ],
  'any string, two': [{ type: 'string' }, { type: 'string', enum: ['a', 'b'] }],
  'numbers that can be counted': [
    { type: 'integer', enum: [1, 2, 3] },
    { type: 'integer', enum: [1, 2] },
  ],
  minimum: [
    { type: 'integer', minimum: 1 },
    { type: 'integer', minimum: 2 },
  ],
  'minimum set': [{ type: 'integer' }, { type: 'integer', minimum: 2 }],
  maximum: [
    { type: 'integer', maximum: 9 },
    { type: 'integer', maximum: 8 },
  ],
  'maximum set': [{ type: 'number' }, { type: 'number', maximum: 8 }],
  'exclusive minimum': [
    { type: 'number', minimum: 1 },
    { type: 'number', minimum: 1, exclusiveMinimum: true },
  ],
  'multiple of': [
    { type: 'integer', multipleOf: 5 },
    { type: 'integer', multipleOf: 10 },
  ],
  'multiple of set': [{ type: 'integer' }, { type: 'integer', multipleOf: 10 }],
  'shortest length': [
    { type: 'string', minLength: 1 },
    { type: 'string', minLength: 2 },
  ],
  'shortest length set': [{ type: 'string' }, { type: 'string', minLength: 2 }],
  'longest length': [
    { type: 'string', maxLength: 9 },
    { type: 'string', maxLength: 8 },
  ],
  'longest length set': [{ type: 'string' }, { type: 'string', maxLength: 8 }],
  'pattern set': [{ type: 'string' }, { type: 'string', pattern: '^[a-z]+$' }],
  'narrower pattern': [
    { type: 'string', pattern: '^[a-z0-9]+$' },
    { type: 'string', pattern: '^[a-z]+$' },
  ],
  'another pattern': [
    { type: 'string', pattern: '^[a-z]+$' },
    { type: 'string', pattern: '^[0-9]+$' },
  ],
  'fewest items': [
    { type: 'array', items: { type: 'string' } },
    { type: 'array', items: { type: 'string' }, minItems: 1 },
  ],
  'most items': [
    { type: 'array', items: { type: 'string' }, maxItems: 9 },
    { type: 'array', items: { type: 'string' }, maxItems: 8 },
  ],
  'unique items': [
    { type: 'array', items: { type: 'string' } },
    { type: 'array', items: { type: 'string' }, uniqueItems: true },
  ],
  'fewest fields': [{ type: 'object' }, { type: 'object', minProperties: 1 }],
  'most fields': [
    { type: 'object', maxProperties: 9 },
    { type: 'object', maxProperties: 8 },
  ],
  'format of text': [{ type: 'string' }, { type: 'string', format: 'date-time' }],
  'another format of text': [
    { type: 'string', format: 'date' },
    { type: 'string', format: 'date-time' },
  ],
  'int64, int32': [
    { type: 'integer', format: 'int64' },
    { type: 'integer', format: 'int32' },
  ],
  'integer, int32': [{ type: 'integer' }, { type: 'integer', format: 'int32' }],
  'integer, int64': [{ type: 'integer' }, { type: 'integer', format: 'int64' }],
  'double, float': [
    { type: 'number', format: 'double' },
    { type: 'number', format: 'float' },
  ],
  'number, double': [{ type: 'number' }, { type: 'number', format: 'double' }],
  'other fields': [{ type: 'object' }, { type: 'object', additionalProperties: false }],
  'schema of other fields': [
    { type: 'object', additionalProperties: { type: 'number' } },
    { type: 'object', additionalProperties: { type: 'integer' } },
  ],
  'optional inner field, required': [
    { type: 'object', properties: { a: { type: 'string' } } },
    { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
  ],
  'no inner field, required': [
    { type: 'object', properties: {} },
    { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
  ],
  'no inner field, optional': [
    { type: 'object', properties: {} },
    { type: 'object', properties: { a: { type: 'string' } } },
  ],
  'oneOf of three, two': [{ oneOf: [ref('Cat'), ref('Dog'), ref('Bird')] }, { oneOf: [ref('Cat'), ref('Dog')] }],
  'anyOf of three, two': [{ anyOf: [ref('Cat'), ref('Dog'), ref('Bird')] }, { anyOf: [ref('Cat'), ref('Dog')] }],
  'oneOf of types': [{ oneOf: [{ type: 'string' }, { type: 'integer' }] }, { oneOf: [{ type: 'string' }] }],
  'oneOf of two, one schema': [{ oneOf: [ref('Cat'), ref('Dog')] }, ref('Cat')],
  'allOf of one, two': [
    { allOf: [ref('Cat')] },
    { allOf: [ref('Cat'), { type: 'object', required: ['age'], properties: { age: { type: 'integer' } } }] },
  ],
  'discriminated oneOf': [
    { oneOf: [ref('Cat'), ref('Dog'), ref('Bird')], discriminator: { propertyName: 'kind' } },
    { oneOf: [ref('Cat'), ref('Dog')], discriminator: { propertyName: 'kind' } },
  ],
  'anyOf, oneOf that overlap': [
    {
      anyOf: [
        { type: 'object', properties: { a: { type: 'string' } } },
        { type: 'object', properties: { b: { type: 'string' } } },
      ],
    },
    {
      oneOf: [
        { type: 'object', properties: { a: { type: 'string' } } },
        { type: 'object', properties: { b: { type: 'string' } } },
      ],
    },
  ],
  not: [{ type: 'string' }, { type: 'string', not: { enum: ['root'] } }],
  default: [{ type: 'string', default: 'a' }, { type: 'string' }],
  'another default': [
    { type: 'string', default: 'a' },
    { type: 'string', default: 'b' },
  ],
  words: [
    { type: 'string', description: 'A.', example: 'a' },
    { type: 'string', title: 'B' },
  ],
  deprecated: [{ type: 'string' }, { type: 'string', deprecated: true }],
  readOnly: [{ type: 'string' }, { type: 'string', readOnly: true }],
  writeOnly: [{ type: 'string' }, { type: 'string', writeOnly: true }],
  extension: [{ type: 'string' }, { type: 'string', 'x-note': 1 }],
};

/** Of parameters. */
export const parameterPairs = [
  'number, integer',
  'string, integer',
  'integer, boolean',
  'string, list of strings',
  'three values, two',
  'any string, two',
  'numbers that can be counted',
  'minimum',
  'minimum set',
  'maximum set',
  'longest length set',
  'longest length',
  'pattern set',
  'narrower pattern',
  'most items',
  'fewest items',
  'format of text',
  'int64, int32',
  'default',
  'another default',
  'multiple of',
];

/** Of OpenAPI 3.1. */
export const schemaPairs31: Record<string, [wide: Json, narrow: Json]> = {
  'list of types': [{ type: ['string', 'null'] }, { type: 'string' }],
  'two types, one': [{ type: ['string', 'integer'] }, { type: ['string'] }],
  'any value, one': [{ type: 'string' }, { type: 'string', const: 'a' }],
  'two values, one': [{ enum: ['a', 'b'] }, { const: 'a' }],
  'another value': [{ const: 'a' }, { const: 'b' }],
  'exclusive bound': [{ type: 'number' }, { type: 'number', exclusiveMinimum: 3 }],
  'higher exclusive bound': [
    { type: 'number', exclusiveMinimum: 3 },
    { type: 'number', exclusiveMinimum: 4 },
  ],
  'anything, nothing': [
    { type: 'array', items: true },
    { type: 'array', items: false },
  ],
  'field of any kind, of none': [
    { type: 'object', properties: { a: true } },
    { type: 'object', properties: { a: false } },
  ],
  contains: [{ type: 'array' }, { type: 'array', contains: { type: 'string' } }],
  propertyNames: [{ type: 'object' }, { type: 'object', propertyNames: { pattern: '^a' } }],
  patternProperties: [{ type: 'object' }, { type: 'object', patternProperties: { '^a': { type: 'string' } } }],
  'if and then': [{ type: 'object' }, { type: 'object', if: { required: ['a'] }, then: { required: ['b'] } }],
  dependentRequired: [{ type: 'object' }, { type: 'object', dependentRequired: { a: ['b'] } }],
  unevaluatedProperties: [{ type: 'object' }, { type: 'object', unevaluatedProperties: false }],
  contentEncoding: [{ type: 'string' }, { type: 'string', contentEncoding: 'base64' }],
  'words beside a reference': [
    { $ref: '#/components/schemas/Cat', description: 'A.' },
    { $ref: '#/components/schemas/Cat', description: 'B.' },
  ],
  'null beside a reference': [
    { anyOf: [{ $ref: '#/components/schemas/Cat' }, { type: 'null' }] },
    { $ref: '#/components/schemas/Cat' },
  ],
};

/** Of response headers. */
export const headerPairs: readonly string[] = [
  'number, integer',
  'string, integer',
  'three values, two',
  'longest length',
  'maximum set',
  'pattern set',
  'format of text',
];
