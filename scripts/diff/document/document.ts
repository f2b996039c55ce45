// An OpenAPI document for a comparison: gives the places of objects and the targets of references.
import { type Reference, readReferences } from './references.js';

export type JsonObject = Record<string, unknown>;

/** Thrown where no verdict is possible; its message is one line for people. */
export class NoVerdict extends Error {}

export interface ContractDocument {
  /** Its name from the user. */
  readonly name: string;
  readonly root: JsonObject;
  /** The length of its text, in characters; 0 if it was no text. */
  readonly size: number;
  /** OpenAPI 3.1 reads schemas by JSON Schema 2020-12: no `nullable`, and keywords beside a `$ref` count. */
  readonly is31: boolean;
  readonly references: readonly Reference[];
  /** Lines in the text by pointer, if known. */
  readonly linesOf: LinesOf;
  /** JSON pointer of an object of this document, as a fragment: `#/paths/~1clusters/get`. */
  readonly pointerOf: (object: object) => string;
  /** The object itself, or the final target of its `$ref`. */
  readonly resolve: (object: unknown) => JsonObject;
}

export type LinesOf = (pointers: readonly string[]) => ReadonlyMap<string, number>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member that must be an object; an empty one where there is none. */
export function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  return isObject(value) ? value : {};
}

/** A member that must be a list; an empty one where there is none. */
export function listAt(parent: JsonObject, key: string): unknown[] {
  const value = parent[key];
  return Array.isArray(value) ? value : [];
}

/** Members that are objects; other values are no part of a contract. */
export function objectsIn(parent: JsonObject, key: string): [name: string, member: JsonObject][] {
  return Object.entries(objectAt(parent, key)).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
}

/** Adds one step to a JSON pointer. */
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

/** Checks that the root is OpenAPI 3 and that every reference leads somewhere. Boolean schemas in it become objects. */
export function makeDocument(
  name: string,
  root: unknown,
  linesOf: LinesOf = () => new Map(),
  size = 0,
): ContractDocument {
  if (!isObject(root) || typeof root['openapi'] !== 'string' || !/^3\.[01]\./.test(root['openapi']))
    throw new NoVerdict(`${name}: not an OpenAPI 3 document; its first member must be openapi: 3.0.x or 3.1.x`);
  const is31 = root['openapi'].startsWith('3.1');
  if (!isObject(root['paths']) && !(is31 && ['webhooks', 'components'].some((key) => isObject(root[key]))))
    throw new NoVerdict(`${name}: not an OpenAPI document; it has no paths`);
  const { references, noSchema } = readReferences(root);
  const follow = followerOf(name, root);
  const pointerOf = pointersOf(root);
  const placeOf = (pointer: string) => {
    const line = linesOf([pointer]).get(pointer);
    return `${name}${line === undefined ? '' : `:${line}`}`;
  };
  if (noSchema) {
    const pointer = join(pointerOf(noSchema.parent), noSchema.key);
    throw new NoVerdict(`${placeOf(pointer)}: ${pointer} is no schema; expected an object`);
  }
  for (const { owner, target } of references) {
    if (follow(target) !== undefined) continue;
    const pointer = pointerOf(owner);
    const line = linesOf([pointer]).get(pointer);
    throw new NoVerdict(`${name}${line === undefined ? '' : `:${line}`}: $ref '${target}' at ${pointer} leads nowhere`);
  }
  return { name, root, size, is31, references, linesOf, resolve: resolverOf(name, follow), pointerOf };
}

function resolverOf(name: string, follow: (reference: string) => unknown): ContractDocument['resolve'] {
  return (object) => {
    let current = object;
    const seen = new Set<unknown>();
    while (isObject(current) && typeof current['$ref'] === 'string') {
      if (seen.has(current)) throw new NoVerdict(`${name}: $ref '${current['$ref']}' leads back to itself`);
      seen.add(current);
      current = follow(current['$ref']);
    }
    return isObject(current) ? current : {};
  };
}

function followerOf(name: string, root: JsonObject): (reference: string) => unknown {
  const known = new Map<string, unknown>();
  return (reference) => {
    if (known.has(reference)) return known.get(reference);
    if (!reference.startsWith('#'))
      throw new NoVerdict(`${name}: $ref '${reference}' leads out of the document; bundle it first`);
    let value: unknown = root;
    for (const key of pointerKeys(reference))
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as JsonObject)[key]
          : undefined;
    known.set(reference, value);
    return value;
  };
}

/** Made on first use: a document without changes needs no places. */
function pointersOf(root: JsonObject): ContractDocument['pointerOf'] {
  let parents: Map<object, object> | undefined;
  const pointerOf = (object: object): string => {
    parents ??= parentsIn(root);
    const parent = parents.get(object);
    if (!parent) return '#';
    const key = Object.entries(parent).find(([, member]) => member === object)?.[0] ?? '';
    return join(pointerOf(parent), key);
  };
  return pointerOf;
}

function parentsIn(root: object): Map<object, object> {
  const parents = new Map<object, object>();
  const open: object[] = [root];
  for (let parent = open.pop(); parent; parent = open.pop())
    for (const member of Object.values(parent) as unknown[])
      if (typeof member === 'object' && member !== null && member !== root && !parents.has(member)) {
        parents.set(member, parent);
        open.push(member);
      }
  return parents;
}
