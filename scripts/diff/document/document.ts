// An OpenAPI document with what a comparison asks of it: where an object stands, and what a reference refers to.

export type JsonObject = Record<string, unknown>;

/** Thrown where no verdict can be reached; its message is one line for people. */
export class NoVerdict extends Error {}

export interface ContractDocument {
  /** As the user named it. */
  readonly name: string;
  readonly root: JsonObject;
  /** Line in the text, where it is known. */
  readonly lineOf: (pointer: string) => number | undefined;
  /** JSON pointer of an object of this document, as a fragment: `#/paths/~1clusters/get`. */
  readonly pointerOf: (object: object) => string;
  /** The object itself, or what its `$ref` refers to in the end. */
  readonly resolve: (object: unknown) => JsonObject;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member that must be an object; an empty one where there is none. */
export function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isObject(value) ? value : {};
}

/** A member that must be a list; an empty one where there is none. */
export function listAt(parent: JsonObject, key: string): unknown[] {
  const value = parent[key];
  return Array.isArray(value) ? value : [];
}

/** One step further down in a JSON pointer. */
export function join(pointer: string, ...keys: (string | number)[]): string {
  return [pointer, ...keys.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}

export function pointerKeys(pointer: string): string[] {
  const keys = pointer.replace(/^#\/?/, '').split('/');
  return keys[0] === '' ? [] : keys.map((key) => decode(key).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decode(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** Checks that the root is OpenAPI 3 and that every reference leads somewhere. */
export function makeDocument(
  name: string,
  root: unknown,
  lineOf: ContractDocument['lineOf'] = () => undefined,
): ContractDocument {
  if (!isObject(root) || typeof root['openapi'] !== 'string' || !/^3\.[01]\./.test(root['openapi']))
    throw new NoVerdict(`${name}: not an OpenAPI 3 document; its first member must be openapi: 3.0.x or 3.1.x`);
  if (!isObject(root['paths'])) throw new NoVerdict(`${name}: not an OpenAPI document; it has no paths`);
  const pointers = new Map<object, string>();
  const references: [pointer: string, reference: string][] = [];
  const visit = (value: unknown, pointer: string): void => {
    if (typeof value !== 'object' || value === null || pointers.has(value)) return;
    pointers.set(value, pointer);
    if (isObject(value) && typeof value['$ref'] === 'string' && !/\/(properties|examples?|default|enum)$/.test(pointer))
      references.push([pointer, value['$ref']]);
    for (const [key, member] of Object.entries(value)) visit(member, join(pointer, key));
  };
  visit(root, '#');

  const resolve = (object: unknown, seen: readonly unknown[] = []): JsonObject => {
    if (!isObject(object)) return {};
    const reference = object['$ref'];
    if (typeof reference !== 'string') return object;
    if (seen.includes(object)) throw new NoVerdict(`${name}: $ref '${reference}' leads back to itself`);
    return resolve(follow(reference), [...seen, object]);
  };
  const follow = (reference: string): unknown => {
    if (!reference.startsWith('#'))
      throw new NoVerdict(`${name}: $ref '${reference}' leads out of the document; bundle it first`);
    let value: unknown = root;
    for (const key of pointerKeys(reference)) value = (value as JsonObject | undefined)?.[key];
    return value;
  };
  for (const [pointer, reference] of references) {
    if (follow(reference) !== undefined) continue;
    const line = lineOf(pointer);
    throw new NoVerdict(
      `${name}${line === undefined ? '' : `:${line}`}: $ref '${reference}' at ${pointer} leads nowhere`,
    );
  }
  return { name, root, lineOf, resolve, pointerOf: (object) => pointers.get(object) ?? '#' };
}
