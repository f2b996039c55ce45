// The objects of OpenAPI 3.0.3 and the kind of value under each key. This distinguishes a `$ref` of the contract from a
// field of that name in an example, and gives each check all objects of its kind.
import { type Path, isObject } from './places.js';

export type Kind =
  | 'Document'
  | 'Server'
  | 'Components'
  | 'PathItem'
  | 'Operation'
  | 'Parameter'
  | 'RequestBody'
  | 'MediaType'
  | 'Responses'
  | 'Response'
  | 'Header'
  | 'Example'
  | 'Link'
  | 'Schema'
  | 'Discriminator'
  | 'SecurityScheme'
  | 'Callback';

/** One object, a list of them, or a map of them by name. */
type Holds = Kind | [Kind] | { map: Kind };

const schema = 'Schema';
const content = { map: 'MediaType' } as const;
const shapes: Record<Kind, Record<string, Holds>> = {
  Document: { servers: ['Server'], paths: { map: 'PathItem' }, components: 'Components' },
  Server: {},
  Components: {
    schemas: { map: schema },
    responses: { map: 'Response' },
    parameters: { map: 'Parameter' },
    examples: { map: 'Example' },
    requestBodies: { map: 'RequestBody' },
    headers: { map: 'Header' },
    securitySchemes: { map: 'SecurityScheme' },
    links: { map: 'Link' },
    callbacks: { map: 'Callback' },
  },
  PathItem: {
    parameters: ['Parameter'],
    servers: ['Server'],
    ...Object.fromEntries(
      ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'].map((method) => [
        method,
        'Operation' as const,
      ]),
    ),
  },
  Operation: {
    parameters: ['Parameter'],
    requestBody: 'RequestBody',
    responses: 'Responses',
    callbacks: { map: 'Callback' },
    servers: ['Server'],
  },
  Parameter: { schema, content, examples: { map: 'Example' } },
  RequestBody: { content },
  MediaType: { schema, examples: { map: 'Example' } },
  Responses: {},
  Response: { headers: { map: 'Header' }, content, links: { map: 'Link' } },
  Header: { schema, content, examples: { map: 'Example' } },
  Example: {},
  Link: { server: 'Server' },
  Schema: {
    allOf: [schema],
    oneOf: [schema],
    anyOf: [schema],
    not: schema,
    items: schema,
    properties: { map: schema },
    additionalProperties: schema,
    discriminator: 'Discriminator',
  },
  Discriminator: {},
  SecurityScheme: {},
  // Requests by the provider to its clients. Refused as a whole.
  Callback: {},
};

/** An object of the contract. */
export interface Part {
  kind: Kind;
  value: Record<string, unknown>;
  at: Path;
}

function* childrenOf({ kind, value, at }: Part): Generator<Part> {
  const parts = function* (holds: Holds, held: unknown, place: Path): Generator<Part> {
    if (!isObject(held)) return;
    if (typeof holds === 'string') {
      if (!Array.isArray(held)) yield { kind: holds, value: held, at: place };
    } else if (Array.isArray(holds)) {
      if (Array.isArray(held))
        for (const [index, one] of held.entries()) yield* parts(holds[0], one, [...place, index]);
    } else if (!Array.isArray(held)) {
      for (const [name, one] of Object.entries(held)) {
        // A property or a component may have any name; beside paths, keys with x- are extensions.
        if (kind === 'Document' && name.startsWith('x-')) continue;
        yield* parts(holds.map, one, [...place, name]);
      }
    }
  };
  const shape =
    kind === 'Responses'
      ? Object.fromEntries(Object.keys(value).map((key) => [key, 'Response' as const]))
      : shapes[kind];
  for (const [key, holds] of Object.entries(shape)) {
    if (!(kind === 'Responses' && key.startsWith('x-')) && Object.hasOwn(value, key))
      yield* parts(holds, value[key], [...at, key]);
  }
}

/** The part and everything below it; references are not followed. */
export function* partsOf(part: Part): Generator<Part> {
  yield part;
  if (typeof part.value['$ref'] === 'string') return;
  for (const child of childrenOf(part)) yield* partsOf(child);
}

export function partsOfDocument(document: Record<string, unknown>): Generator<Part> {
  return partsOf({ kind: 'Document', value: document, at: [] });
}
