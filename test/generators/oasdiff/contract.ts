// The contract that edits of the oasdiff suite start from: one operation that writes, one that reads.

/* eslint-disable @typescript-eslint/no-explicit-any -- edits reach deep into an untyped document */

export type Json = Record<string, unknown>;
export type Edit = (document: any) => void;

export function contract(version = '3.0.3'): any {
  return {
    openapi: version,
    info: { title: 'Shop', version: '1.0.0' },
    servers: [{ url: 'https://shop.example.com/v1' }],
    security: [{ key: [] }],
    paths: {
      '/orders': {
        post: {
          operationId: 'placeOrder',
          tags: ['orders'],
          parameters: [
            { name: 'dry', in: 'query', schema: { type: 'boolean' } },
            { name: 'X-Trace', in: 'header', schema: { type: 'string' } },
            { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
          ],
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
          },
          responses: {
            '201': {
              description: 'Placed.',
              headers: {
                'X-Left': { schema: { type: 'integer' } },
                'X-Id': { required: true, schema: { type: 'string' } },
              },
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Receipt' } } },
            },
            '400': { description: 'Refused.' },
          },
        },
      },
      '/orders/{id}': {
        get: {
          operationId: 'getOrder',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: {
            '200': {
              description: 'It.',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Receipt' } } },
            },
          },
        },
      },
    },
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
        oauth: {
          type: 'oauth2',
          flows: {
            clientCredentials: { tokenUrl: 'https://auth.example.com/token', scopes: { read: 'r', write: 'w' } },
          },
        },
      },
      schemas: {
        Order: {
          type: 'object',
          required: ['item'],
          properties: { item: { type: 'string' }, note: { type: 'string' }, count: { type: 'integer' } },
        },
        Receipt: {
          type: 'object',
          required: ['id'],
          properties: { id: { type: 'string' }, total: { type: 'number' }, state: { type: 'string' } },
        },
        Cat: {
          type: 'object',
          required: ['kind', 'meow'],
          properties: { kind: { type: 'string', enum: ['Cat'] }, meow: { type: 'integer' } },
        },
        Dog: {
          type: 'object',
          required: ['kind', 'bark'],
          properties: { kind: { type: 'string', enum: ['Dog'] }, bark: { type: 'integer' } },
        },
        Bird: {
          type: 'object',
          required: ['kind', 'wings'],
          properties: { kind: { type: 'string', enum: ['Bird'] }, wings: { type: 'integer' } },
        },
      },
    },
  };
}
