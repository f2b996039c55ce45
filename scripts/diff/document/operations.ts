// Lists the operations of a document by method and path; the names of path parameters do not count, their places do.
import { type ContractDocument, type JsonObject, isObject, listAt, objectAt } from './document.js';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

export interface Operation {
  readonly document: ContractDocument;
  readonly object: JsonObject;
  /** For people: its operationId, or method and path. */
  readonly name: string;
  readonly path: string;
  readonly pathItem: JsonObject;
  /** Served by the client and called by the provider. */
  readonly isCallback: boolean;
}

/** Operations by `get /clusters/{1}`. */
export function operationsOf(
  document: ContractDocument,
  paths: JsonObject = objectAt(document.root, 'paths'),
): Map<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const [path, item] of Object.entries(paths)) {
    if (!path.startsWith('/') && !isObject(item)) continue;
    const pathItem = document.resolve(item);
    for (const method of methods) {
      const object = pathItem[method];
      if (!isObject(object)) continue;
      const { operationId } = object;
      const name = typeof operationId === 'string' ? operationId : `${method.toUpperCase()} ${path}`;
      operations.set(`${method} ${withoutNames(path)}`, { document, object, name, path, pathItem, isCallback: false });
    }
  }
  return operations;
}

export function withoutNames(path: string): string {
  let count = 0;
  return path.replaceAll(/\{[^}]*\}/g, () => `{${(count += 1)}}`);
}

/** Names of the path's parameters in their order. */
export function pathNames({ path }: Operation): string[] {
  return [...path.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);
}

// OpenAPI 3.0.3, Parameter Object: definitions of these are ignored.
const ignoredHeaders = ['accept', 'content-type', 'authorization'];

/** Parameters by place and name: those of the path, and those of the operation, which win. */
export function parametersOf(operation: Operation): Map<string, JsonObject> {
  const { document, object, pathItem } = operation;
  const names = pathNames(operation);
  const parameters = new Map<string, JsonObject>();
  for (const one of [...listAt(pathItem, 'parameters'), ...listAt(object, 'parameters')]) {
    const parameter = document.resolve(one);
    const name = String(parameter['name']);
    const place = String(parameter['in']);
    if (place === 'header' && ignoredHeaders.includes(name.toLowerCase())) continue;
    const key = place === 'path' ? String(names.indexOf(name)) : place === 'header' ? name.toLowerCase() : name;
    parameters.set(`${place} ${key}`, parameter);
  }
  return parameters;
}
