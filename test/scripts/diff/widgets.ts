// A small contract to edit.

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- edits reach deep into an untyped document
export function contract(): any {
  return {
    openapi: '3.0.3',
    info: { title: 'Widgets', version: '1.0.0' },
    servers: [{ url: 'https://api.example.com/v1' }],
    security: [{ key: [] }],
    paths: {
      '/widgets/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        put: {
          operationId: 'putWidget',
          parameters: [
            { name: 'sort', in: 'query', schema: { type: 'string', default: 'up' } },
            { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
          ],
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
          },
          responses: {
            '200': {
              description: 'Done.',
              headers: { 'X-Left': { schema: { type: 'string' } } },
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Widget' } } },
            },
            '404': { description: 'None.' },
          },
        },
      },
    },
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Key', 'x-max-length': 100 },
        bearer: { type: 'http', scheme: 'bearer' },
      },
      schemas: {
        Order: {
          type: 'object',
          required: ['size'],
          properties: { size: { type: 'integer' }, note: { type: 'string' } },
        },
        Widget: {
          type: 'object',
          required: ['id'],
          properties: { id: { type: 'string' }, colour: { type: 'string', default: 'red' } },
        },
        Closed: { type: 'object', additionalProperties: false, properties: { id: { type: 'string' } } },
        Shape: { oneOf: [{ $ref: '#/components/schemas/Order' }, { $ref: '#/components/schemas/Widget' }] },
      },
    },
  };
}
