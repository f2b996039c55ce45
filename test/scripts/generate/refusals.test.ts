// Each row of the refusals has a contract here that is refused for that reason, at its place.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parseContract } from '../../../scripts/generate/contract-file.js';
import { exportedNames } from '../../../scripts/generate/names.js';
import { ContractError } from '../../../scripts/generate/places.js';
import { type RefusedId, supportTable } from '../../../scripts/generate/supported.js';
import { refused } from '../../../scripts/generate/refused.js';
import * as frontDoor from '../../../src/index.js';
import * as client from '../../../generated/client.js';

type Change = (spec: string) => string;

let spec: string;
beforeAll(() => {
  spec = readFileSync('spec/openapi.yaml', 'utf8');
});

const path =
  (text: string): Change =>
  (whole) =>
    whole.replace('\ncomponents:\n', () => `\n${text}\ncomponents:\n`);
const ok = "'200': { description: Ok., content: { application/json: { schema: { type: object } } } }";
const op = (more: string, where = '/v4/x', method = 'get', responses = ok) =>
  path(`  ${where}: { ${method}: { operationId: getX, ${more} responses: { ${responses} } } }`);
const parameter = (text: string) => op(`parameters: [{ ${text} }],`);
const schema =
  (text: string): Change =>
  (whole) =>
    whole.replace('\n  schemas:\n', () => `\n  schemas:\n    Made: ${text}\n`);
const swap =
  (from: string | RegExp, to: string): Change =>
  (whole) =>
    whole.replace(from, to);
const string = 'schema: { type: string }';

/** One contract, or several, for each row. */
const samples: Record<RefusedId, Change[]> = {
  'yaml-merge-key': [schema('{ <<: { type: object } }')],
  'yaml-key': [schema('{ ? [a] : b }'), schema('{ __proto__: { type: object } }')],
  'yaml-tag': [schema('{ description: !!binary aGk= }'), schema('{ description: !mine x }')],
  'yaml-number': [schema('{ maximum: .inf }'), schema('{ maximum: 1e999 }')],
  'yaml-alias': [schema('&a { allOf: [*a] }')],
  version: [
    swap('openapi: 3.0.3', 'openapi: 3.1.0'),
    swap('openapi: 3.0.3', "swagger: '2.0'"),
    swap('openapi: 3.0.3', 'asyncapi: 2.6.0'),
  ],
  'ref-circle': [
    schema("{ $ref: '#/components/schemas/Other' }\n    Other: { $ref: '#/components/schemas/Made' }"),
    path("  /v4/x: { $ref: '#/paths/~1v4~1x' }"),
  ],
  'ref-url': [schema("{ $ref: 'https://example.com/x.yaml' }")],
  'ref-form': [schema("{ $ref: '#/components/schemas/100%' }"), schema("{ $ref: '#Kubeconfig' }")],
  'ref-kind': [schema("{ $ref: '#/components/responses/NotFound' }")],
  'ref-siblings': [schema("{ $ref: '#/components/schemas/Kubeconfig', nullable: true }")],
  'component-name': [swap('\n  schemas:\n', '\n  schemas:\n    a b: { type: object }\n')],
  'paths-empty': [swap(/\npaths:[\s\S]*?\ncomponents:\n/, '\npaths: {}\ncomponents:\n')],
  'path-form': [op('', '/v4/x?y=1'), op('', '/v4//x'), op('', '/v4/%41'), op('', '/v4/../x')],
  'path-parameters': [
    op(
      'parameters: [{ name: a, in: path, required: true, schema: { type: string } }, { name: b, in: path, required: true, schema: { type: string } }],',
      "'/v4/{a}{b}'",
    ),
  ],
  'path-parameter-name': [
    op("parameters: [{ name: ';a', in: path, required: true, schema: { type: string } }],", "'/v4/{;a}'"),
  ],
  'path-twin': [
    path(
      `  '/v4/{a}': { parameters: [{ name: a, in: path, required: true, ${string} }], get: { operationId: getA, responses: { ${ok} } } }\n  '/v4/{b}': { parameters: [{ name: b, in: path, required: true, ${string} }], get: { operationId: getB, responses: { ${ok} } } }`,
    ),
  ],
  'path-own': [op('', '/healthz'), op('', '/docs/x')],
  'server-url': [
    swap('  - url: http://127.0.0.1:8080', '  - url: http://127.0.0.1:8080/?a=b'),
    swap('  - url: http://127.0.0.1:8080', '  - url: http://x/{version}'),
  ],
  'server-base-path': [swap('  - url: http://127.0.0.1:8080', '  - url: http://127.0.0.1:8080/base')],
  'server-place': [
    op('servers: [{ url: https://x }],'),
    path(`  /v4/x: { servers: [{ url: https://x }], get: { operationId: getX, responses: { ${ok} } } }`),
  ],
  'method-trace': [op('', '/v4/x', 'trace')],
  callbacks: [op("callbacks: { done: { '{$request.body#/url}': {} } },")],
  'operation-id': [swap('operationId: getClusterCert', 'operationId: get_cert')],
  'operation-id-reserved': [
    op('').bind(null),
    swap('operationId: listClusters', 'operationId: delete'),
    swap('operationId: listClusters', 'operationId: orThrow'),
    swap('operationId: listClusters', 'operationId: then'),
    swap('operationId: listClusters', 'operationId: withHeaders'),
    swap('operationId: listClusters', 'operationId: serializeQuery'),
  ].slice(1),
  'x-request-headers': [
    op('x-request-headers: { X-Any: { values: [a] } },'),
    op(
      'x-request-headers: { Content-Type: { values: [a] } }, requestBody: { content: { application/json: {} } },',
      '/v4/x',
      'post',
    ),
  ],
  'x-eov': [op('x-eov-operation-handler: x,'), op('x-eov-allow-unknown-query-parameters: maybe,')],
  'parameter-twice': [
    op(`parameters: [{ name: a, in: query, ${string} }, { name: a, in: query, ${string} }],`),
    op(`parameters: [{ name: X-A, in: header, ${string} }, { name: x-a, in: header, ${string} }],`),
  ],
  'parameter-path': [op('', "'/v4/{a}'"), parameter(`name: a, in: path, required: true, ${string}`)],
  'parameter-style': [
    parameter('name: a, in: query, style: pipeDelimited, schema: { type: string }'),
    parameter('name: a, in: header, style: form, schema: { type: string }'),
    parameter('name: a, in: query, style: deepObject, schema: { type: string }'),
  ],
  'parameter-schema': [
    parameter('name: a, in: query, schema: { type: object }'),
    parameter('name: a, in: query, schema: {}'),
    parameter('name: a, in: query, schema: { type: integer, nullable: true }'),
    parameter('name: a, in: query, schema: { oneOf: [{ type: string }, { type: integer }] }'),
    parameter('name: a, in: cookie, schema: { type: array, items: { type: string } }'),
    parameter('name: a, in: query, schema: { type: array, items: { type: object } }'),
  ],
  'parameter-content': [
    parameter('name: a, in: header, content: { application/json: { schema: { type: object } } }'),
    parameter('name: a, in: query, content: { text/plain: { schema: { type: string } } }'),
  ],
  'parameter-header': [
    parameter(`name: Authorization, in: header, ${string}`),
    parameter(`name: a b, in: header, ${string}`),
  ],
  'parameter-empty': [parameter('name: a, in: query, allowEmptyValue: true, schema: { type: integer }')],
  'body-method': [op('requestBody: { content: { application/json: {} } },')],
  'media-type': [
    op('', '/v4/x', 'get', "'200': { description: Ok., content: { '*/*': { schema: { type: string } } } }"),
    op('', '/v4/x', 'get', "'200': { description: Ok., content: { 'application/json; charset=utf-8': {} } }"),
    op('', '/v4/x', 'get', "'200': { description: Ok., content: { Application/JSON: {} } }"),
  ],
  'media-form': [
    op('requestBody: { content: { multipart/form-data: { schema: { type: object } } } },', '/v4/x', 'post'),
  ],
  'media-schema': [
    op('', '/v4/x', 'get', "'200': { description: Ok., content: { application/xml: { schema: { type: object } } } }"),
    op('', '/v4/x', 'get', "'200': { description: Ok., content: { text/plain: {} } }"),
  ],
  'media-none': [op('requestBody: { content: {} },', '/v4/x', 'post')],
  'binary-place': [
    schema('{ type: object, properties: { a: { type: string, format: binary } } }'),
    schema('{ type: string, format: binary }'),
  ],
  'binary-limit': [
    op(
      '',
      '/v4/x',
      'get',
      "'200': { description: Ok., content: { image/png: { schema: { type: string, format: binary, maxLength: 9 } } } }",
    ),
  ],
  'response-status': [
    op('', '/v4/x', 'get', "'200': { description: Ok. }, '302': { description: Elsewhere. }"),
    op('', '/v4/x', 'get', "'200': { description: Ok. }, 4xx: { $ref: '#/components/responses/NotFound' }"),
  ],
  'response-success': [op('', '/v4/x', 'get', "default: { $ref: '#/components/responses/NotFound' }")],
  'response-body': [
    op('', '/v4/x', 'get', "'204': { description: Ok., content: { application/json: {} } }"),
    op('', '/v4/x', 'head'),
  ],
  'response-error': [
    op('', '/v4/x', 'get', `${ok}, '404': { description: None. }`),
    op(
      '',
      '/v4/x',
      'get',
      `${ok}, default: { description: Any., content: { application/json: { schema: { type: object } } } }`,
    ),
  ],
  'response-header': [
    op('', '/v4/x', 'get', "'200': { description: Ok., headers: { X-A: { schema: { type: object } } } }"),
  ],
  'link-operation': [
    'operationId: nothing',
    "operationRef: '#/paths/~1nothing/get'",
    "operationRef: '#/paths/~1v4~1x/post'",
    'operationId: getX, parameters: { nothing: $response.body#/id }',
  ].map((link) => op('', '/v4/x', 'get', `'200': { description: Ok., links: { a: { ${link} } } }`)),
  'security-scheme': [op('security: [{ nothing: [] }],')],
  'security-both': [op('security: [{ token: [], signature: [] }],')],
  'provider-token': [
    swap('      name: X-Auth-Token\n', '      name: X-Other\n'),
    swap('      x-max-length: 16384\n', ''),
  ],
  'provider-signature': [swap('scheme: SDK-HMAC-SHA256', 'scheme: bearer')],
  'provider-error': [swap(/ErrorStatus/g, 'Failure')],
  'schema-circle': [
    schema("{ type: array, items: { $ref: '#/components/schemas/Made' } }"),
    schema("{ allOf: [{ $ref: '#/components/schemas/Made' }] }"),
    schema("{ oneOf: [{ type: string }, { not: { $ref: '#/components/schemas/Made' } }] }"),
  ],
  'schema-pattern': [schema("{ type: string, pattern: '^[\\w-.]+$' }"), schema('{ type: string, pattern: (?i)^a$ }')],
  'schema-limit': [schema('{ type: string, minLength: 3, maxLength: 2 }'), schema('{ type: number, multipleOf: 0 }')],
  'schema-enum': [
    schema('{ type: string, enum: [] }'),
    schema('{ type: string, enum: [a, a] }'),
    schema('{ type: integer, enum: [a] }'),
  ],
  'schema-multiple': [schema('{ type: number, multipleOf: 0.1 }')],
  'schema-items': [schema('{ type: array }')],
  'schema-type': [
    schema('{ properties: { a: { type: string } } }'),
    schema('{ type: object, properties: { a: { items: { type: string } } } }'),
  ],
  'schema-required': [
    schema('{ type: object, required: [a] }'),
    schema("{ type: object, required: [a], allOf: [{ $ref: '#/components/schemas/Kubeconfig' }] }"),
  ],
  'schema-closed': [
    schema(
      '{ allOf: [{ type: object, additionalProperties: false, properties: { a: {} } }, { type: object, properties: { b: {} } }] }',
    ),
    schema(
      "{ type: object, properties: { b: {} }, allOf: [{ $ref: '#/components/schemas/Closed' }] }\n    Closed: { type: object, additionalProperties: false }",
    ),
  ],
  'schema-null': [
    schema('{ type: string, nullable: true, enum: [a] }'),
    schema("{ type: object, nullable: true, oneOf: [{ $ref: '#/components/schemas/Kubeconfig' }] }"),
    schema("{ type: object, nullable: true, allOf: [{ $ref: '#/components/schemas/Kubeconfig' }] }"),
  ],
  'schema-read-place': [
    schema('{ type: string, readOnly: true }'),
    schema('{ type: object, properties: { a: { type: array, items: { type: string, writeOnly: true } } } }'),
  ],
  'schema-default': [
    schema('{ type: integer, default: x }'),
    schema('{ type: integer, default: 500, maximum: 100 }'),
    schema('{ type: string, default: A, pattern: "^[a-z]$" }'),
    schema('{ type: array, items: { type: string, enum: [a] }, default: [b] }'),
    schema('{ type: object, required: [a], properties: { a: { type: string } }, default: {} }'),
    schema('{ type: string, default: null }'),
  ],
  'schema-empty-list': [schema('{ allOf: [] }')],
  'schema-read-write': [
    schema('{ type: object, properties: { a: { type: string, readOnly: true, writeOnly: true } } }'),
  ],
  discriminator: [
    schema('{ type: object, required: [t], properties: { t: { type: string } }, discriminator: { propertyName: t } }'),
    schema("{ oneOf: [{ $ref: '#/components/schemas/Kubeconfig' }], discriminator: { propertyName: nothing } }"),
  ],
};

const read = (text: string) => parseContract(text, 'spec/openapi.yaml');

describe('what is refused', () => {
  test.each(
    Object.entries(samples).flatMap(([id, changes]) => changes.map((change, index) => [id, index, change] as const)),
  )('%s (%i) is refused with place and reason', async (id, _index, change) => {
    const changed = change(spec);
    expect(changed).not.toBe(spec);
    const error = await read(changed).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ContractError);
    const problems = (error as ContractError).problems;
    const { instead } = refused[id as RefusedId];
    expect(problems.filter((line) => !/^spec\/openapi\.yaml:\d+:\d+: ./.test(line))).toEqual([]);
    expect(problems.join('\n')).toContain(instead);
  });

  test('the document lists what is supported and what is refused', () => {
    expect(readFileSync('scripts/README.md', 'utf8')).toContain(supportTable());
  });

  test('the front door has the functions of all operations, and its other names are kept free', () => {
    const functions = Object.keys(client);
    expect(Object.keys(frontDoor)).toEqual(expect.arrayContaining(functions));
    const others = Object.keys(frontDoor).filter((name) => !functions.includes(name) && /^[a-z]/.test(name));
    expect([...exportedNames].sort()).toEqual(others.sort());
  });
});
