// The operations of a checked contract in the form for the renderers.
import { formOf } from './check-messages.js';
import { methods } from './methods.js';
import { identityOf, placedParameters } from './check-parameters.js';
import { isObject } from './places.js';
import { type Objects, type Resolver, type SimpleType, keywordOf, resolverOf, typeOf } from './resolve.js';
import { partsOfDocument } from './shape.js';
import { basePathOf } from './servers.js';

export interface Media {
  type: string;
  form: 'json' | 'text' | 'binary';
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required: boolean;
  /** Of a string; the contract's own text. */
  pattern?: string;
  /** The separator of a list that is sent as one value; 'json' for JSON; undefined for the usual form. */
  separator?: ',' | '%20' | '%7C' | 'json';
  style: string;
  type: SimpleType | undefined;
  /** Of the members of a list. */
  items?: SimpleType;
  /** Of the fields of an object. */
  fields?: Record<string, SimpleType>;
  allowEmptyValue: boolean;
}

export interface Operation {
  operationId: string;
  method: string;
  /** As in the contract: `/projects/{project_id}`. */
  path: string;
  summary: string;
  deprecated: boolean;
  parameters: Parameter[];
  /** Empty for an operation without a body. */
  body: Media[];
  bodyRequired: boolean;
  /** By status, range or `default`. */
  responses: Record<string, Media[]>;
  unknownQuery: boolean;
  security: Record<string, string[]>[];
  /** Names of the headers that a response must have, by status. */
  requiredHeaders: Record<string, string[]>;
  /** Header name to the value that a client sends. */
  requestHeaders: Record<string, string>;
  /** Whether anonymous callers may call it: always, never, or besides callers with credentials. */
  anonymous: 'always' | 'never' | 'also';
}

export interface Contract {
  operations: Operation[];
  basePath: string;
  /** Schemes of an operation. */
  schemes: string[];
  /** Whether requests and responses differ by readOnly or writeOnly. */
  hasMarkers: boolean;
  /** Patterns of the path parameters in `components` by their name; by the component's where an earlier one has that name. */
  patterns: Record<string, { pattern: string; description: string }>;
}

export function readDocument(root: Objects): Contract {
  const resolver = resolverOf(root);
  const basePath = basePathOf(root['servers']);
  const operations = Object.entries(root['paths'] as Record<string, Objects>).flatMap(([path, item]) =>
    path.startsWith('x-')
      ? []
      : methods
          .filter((method) => isObject(item[method]))
          .map((method) => readOperation({ method, path, item, operation: item[method] as Objects }, root, resolver)),
  );
  const parts = [...partsOfDocument(root)];
  return {
    operations,
    basePath: typeof basePath === 'string' ? basePath : '',
    schemes: [
      ...new Set(
        [root, ...parts.filter(({ kind }) => kind === 'Operation').map(({ value }) => value)].flatMap(schemesOf),
      ),
    ],
    hasMarkers: parts.some(
      ({ kind, value }) => kind === 'Schema' && (value['readOnly'] === true || value['writeOnly'] === true),
    ),
    patterns: readPatterns(root, resolver),
  };
}

function schemesOf({ security }: Objects): string[] {
  return Array.isArray(security) ? security.flatMap((requirement) => Object.keys(requirement as object)) : [];
}

function readPatterns(root: Objects, resolver: Resolver): Contract['patterns'] {
  const { parameters = {} } = (root['components'] ?? {}) as Record<string, Objects | undefined>;
  const inPath = Object.entries(parameters)
    .map(([key, one]) => ({ key, parameter: resolver.resolve(one) }))
    .filter(({ parameter }) => parameter['in'] === 'path');
  return Object.fromEntries(
    inPath.flatMap(({ key, parameter }, index) => {
      const { name, description } = parameter as Record<string, string>;
      const isFirst = inPath.findIndex((other) => other.parameter['name'] === name) === index;
      const pattern = patternOf(parameter, resolver);
      return pattern === undefined
        ? []
        : [[isFirst ? String(name) : key, { pattern, description: description ?? String(name) }]];
    }),
  );
}

function patternOf({ schema }: Objects, resolver: Resolver): string | undefined {
  const pattern = resolver.resolve(schema)['pattern'];
  return typeof pattern === 'string' && typeOf(schema, resolver) === 'string' ? pattern : undefined;
}

interface Place {
  method: string;
  path: string;
  item: Objects;
  operation: Objects;
}

function readOperation({ method, path, item, operation }: Place, root: Objects, resolver: Resolver): Operation {
  const requestBody = resolver.resolve(operation['requestBody']);
  const rules = (operation['x-request-headers'] ?? {}) as Record<string, { values: string[] }>;
  const responses = Object.entries(operation['responses'] as Objects).filter(([status]) => !status.startsWith('x-'));
  return {
    operationId: String(operation['operationId']),
    method,
    path,
    summary: String(operation['summary'] ?? operation['operationId']),
    deprecated: operation['deprecated'] === true,
    parameters: readParameters(item, operation, resolver),
    body: readMedia(requestBody['content'], resolver),
    bodyRequired: requestBody['required'] === true,
    responses: Object.fromEntries(
      responses.map(([status, response]) => [status, readMedia(resolver.resolve(response)['content'], resolver)]),
    ),
    requiredHeaders: Object.fromEntries(
      responses.map(([status, response]) => [
        status,
        readRequiredHeaders(resolver.resolve(response)['headers'], resolver),
      ]),
    ),
    requestHeaders: Object.fromEntries(
      Object.entries(rules).map(
        ([
          name,
          {
            values: [first = ''],
          },
        ]) => [name, first],
      ),
    ),
    unknownQuery: operation['x-eov-allow-unknown-query-parameters'] === true,
    security: (operation['security'] ?? root['security'] ?? []) as Operation['security'],
    anonymous: anonymityOf(operation['security'] ?? root['security']),
  };
}

function readRequiredHeaders(headers: unknown, resolver: Resolver): string[] {
  return Object.entries(isObject(headers) ? headers : {})
    .filter(([, header]) => resolver.resolve(header)['required'] === true)
    .map(([name]) => name);
}

function anonymityOf(security: unknown): Operation['anonymous'] {
  if (!Array.isArray(security)) return 'always';
  const isEmpty = (one: unknown) => isObject(one) && Object.keys(one).length === 0;
  if (security.every(isEmpty)) return 'always';
  return security.some(isEmpty) ? 'also' : 'never';
}

function readMedia(content: unknown, resolver: Resolver): Media[] {
  if (!isObject(content)) return [];
  const all = Object.entries(content).map(([type, media]) => ({ type, form: formOf(type, media, resolver) }));
  // The type that is sent by default.
  return all.sort((one, other) => Number(other.type === 'application/json') - Number(one.type === 'application/json'));
}

function readParameters(item: Objects, operation: Objects, resolver: Resolver): Parameter[] {
  const own = placedParameters(operation['parameters'], [], resolver);
  const replaced = new Set(own.map(({ parameter }) => identityOf(parameter)));
  const shared = placedParameters(item['parameters'], [], resolver);
  return [...shared.filter(({ parameter }) => !replaced.has(identityOf(parameter))), ...own].map(({ parameter }) => {
    const pattern = patternOf(parameter, resolver);
    const separator = separatorOf(parameter, resolver);
    return {
      name: String(parameter['name']),
      in: parameter['in'] as Parameter['in'],
      required: parameter['required'] === true,
      allowEmptyValue: parameter['allowEmptyValue'] === true,
      style: typeof parameter['style'] === 'string' ? parameter['style'] : '',
      ...readTypes(parameter, resolver),
      ...(pattern !== undefined && { pattern }),
      ...(separator !== undefined && { separator }),
    };
  });
}

function readTypes({ schema }: Objects, resolver: Resolver): Pick<Parameter, 'type' | 'items' | 'fields'> {
  const type = typeOf(schema, resolver);
  const items = type === 'array' ? typeOf(keywordOf(schema, 'items', resolver), resolver) : undefined;
  const properties = type === 'object' ? keywordOf(schema, 'properties', resolver) : undefined;
  const fields = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, one]) => {
    const own = typeOf(one, resolver);
    return own === undefined ? [] : [[name, own]];
  });
  return {
    type,
    ...(items && { items }),
    ...(fields.length > 0 && { fields: Object.fromEntries(fields) as Record<string, SimpleType> }),
  };
}

function separatorOf(
  { in: place, content, schema, style = 'form', explode }: Objects,
  resolver: Resolver,
): Parameter['separator'] {
  if (place !== 'query') return undefined;
  if (content !== undefined) return 'json';
  if (typeOf(schema, resolver) !== 'array' || keywordOf(schema, 'items', resolver) === undefined) return undefined;
  if (style === 'spaceDelimited') return '%20';
  if (style === 'pipeDelimited') return '%7C';
  return explode === false ? ',' : undefined;
}
