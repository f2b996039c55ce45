import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parameterPatterns } from '../generated/parameters.js';
import { routes } from '../generated/server.js';
import { loadContract } from '../src/spec.js';

interface Schema {
  type?: string;
  description?: string;
  enum?: unknown[];
  example?: unknown;
  required?: string[];
  properties?: Record<string, Schema>;
  $ref?: string;
  allOf?: Schema[];
}

const contract = loadContract() as unknown as {
  info: { version: string };
  paths: Record<string, { get: Record<string, unknown> & { responses: Record<string, { $ref?: string }> } }>;
  components: {
    schemas: Record<string, Schema>;
    responses: Record<
      string,
      {
        content: {
          'application/json': {
            schema: Schema;
          };
        };
      }
    >;
    parameters: Record<string, { name: string; in: string; required: boolean; description: string }>;
    securitySchemes: Record<string, Record<string, unknown>>;
  };
};
const { schemas, responses, parameters, securitySchemes } = contract.components;
const operation = contract.paths['/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert']?.get;

// The rows of the API page, table by table; an asterisk marks what its text makes mandatory or always sends.
const tables: [string, string, string[]][] = [
  [
    'Table 3',
    'Kubeconfig',
    ['kind*', 'apiVersion*', 'preferences', 'clusters*', 'users*', 'contexts*', 'current-context*'],
  ],
  ['Table 4', 'NamedCluster', ['name*', 'cluster*']],
  ['Table 5', 'Cluster', ['server*', 'certificate-authority-data', 'insecure-skip-tls-verify']],
  ['Table 6', 'NamedUser', ['name*', 'user*']],
  ['Table 7', 'User', ['client-certificate-data*', 'client-key-data*']],
  ['Table 8', 'NamedContext', ['name*', 'context*']],
  ['Table 9', 'Context', ['cluster*', 'user*']],
];

describe('the contract covers', () => {
  test.each(tables)('%s', (table, name, rows) => {
    const { description, properties = {}, required = [] } = schemas[name] ?? {};
    expect(description).toContain(table);
    expect(Object.keys(properties).map((field) => field + (required.includes(field) ? '*' : ''))).toEqual(rows);
    for (const [field, schema] of Object.entries(properties)) {
      const { type, ...described } = resolve(schema);
      expect([field, type]).toEqual([field, expect.stringMatching(/^(string|object|array|boolean)$/)]);
      expect([field, described.description]).toEqual([field, expect.stringMatching(/\w/)]);
      if (type === 'string' || type === 'boolean') expect([field, described.example]).not.toEqual([field, undefined]);
    }
  });

  test('Table 1: both path parameters', () => {
    expect(Object.values(parameters).map(({ name, in: place, required }) => [name, place, required])).toEqual([
      ['project_id', 'path', true],
      ['cluster_id', 'path', true],
    ]);
  });

  test('Table 2: the token with its maximum length, signatures, and the Content-Type without a parameter', () => {
    expect(securitySchemes['token']).toMatchObject({
      type: 'apiKey',
      in: 'header',
      name: 'X-Auth-Token',
      'x-max-length': 16_384,
    });
    expect(securitySchemes['signature']).toMatchObject({ type: 'http', scheme: 'SDK-HMAC-SHA256' });
    expect(operation?.['x-request-headers']).toEqual({
      'Content-Type': { required: true, values: ['application/json', 'application/json;charset=utf-8'] },
    });
    expect(operation?.['parameters']).toBeUndefined();
  });

  test('Table 10 and the error answers', () => {
    expect(Object.keys(operation?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '404', '405', '429', '500', '503']),
    );
  });

  test('the values that are fixed', () => {
    const fixed = [
      schemas['Kubeconfig']?.properties?.['kind'],
      schemas['Kubeconfig']?.properties?.['apiVersion'],
      schemas['NamedUser']?.properties?.['name'],
    ];
    expect(fixed.map((schema) => schema?.enum)).toEqual([['Config'], ['v1'], ['user']]);
  });
});

test('every error answer has the one error body', () => {
  for (const { content } of Object.values(responses))
    expect(content['application/json'].schema).toEqual({ $ref: '#/components/schemas/ErrorStatus' });
});

test('the generated contract is the hand-written one', () => {
  expect(parse(readFileSync('spec/openapi.yaml', 'utf8'))).toEqual(contract);
});

test('each operation has a route, and no other has one', () => {
  const operations = Object.entries(contract.paths as Record<string, Record<string, { operationId?: string }>>).flatMap(
    ([path, item]) =>
      Object.entries(item).flatMap(([method, { operationId }]) =>
        operationId === undefined ? [] : [{ operationId, method, path }],
      ),
  );
  expect(operations.length).toBeGreaterThan(0);
  expect(routes).toEqual(operations);
});

test.each([
  ['project_id', '77b6a44cba5143ab91d13ab9a8ff44fd', true],
  ['project_id', '77B6A44CBA5143AB91D13AB9A8FF44FD', false],
  ['project_id', '77b6a44cba5143ab91d13ab9a8ff44f', false],
  ['project_id', '77b6a44cba5143ab91d13ab9a8ff44fd\n', false],
  ['cluster_id', '1df09f9a-5b9e-11ef-8f52-0255ac10003e', true],
  ['cluster_id', '1DF09F9A-5B9E-11EF-8F52-0255AC10003E', true],
  ['cluster_id', '1df09f9a5b9e11ef8f520255ac10003e', true],
  ['cluster_id', '1df09f9a-5b9e11ef-8f52-0255ac10003e', false],
  ['cluster_id', '..', false],
] as ['project_id' | 'cluster_id', string, boolean][])('as a %s, %j is right: %s', (name, value, right) => {
  expect(parameterPatterns[name].test(value)).toBe(right);
});

function resolve(schema: Schema): Schema {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  const target = reference === undefined ? {} : (schemas[reference.split('/').at(-1) ?? ''] ?? {});
  return { ...target, ...schema };
}
