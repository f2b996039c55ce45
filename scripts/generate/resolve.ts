// Follows the references of a joined contract, all of which lead to existing components.
import { isObject } from './places.js';

export type Objects = Record<string, unknown>;

export interface Resolver {
  root: Objects;
  /** The object itself, or the target of its chain of references. */
  resolve: (value: unknown) => Objects;
}

export function resolverOf(root: Objects): Resolver {
  const resolve = (value: unknown): Objects => {
    let current = isObject(value) ? value : {};
    while (typeof current['$ref'] === 'string') {
      const at = current['$ref']
        .slice(2)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
      const next = at.reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), root);
      current = isObject(next) ? next : {};
    }
    return current;
  };
  return { root, resolve };
}

/** The name of the component that a value refers to. */
export function refName(value: unknown): string | undefined {
  const reference = isObject(value) ? value['$ref'] : undefined;
  return typeof reference === 'string' ? reference.split('/').at(-1) : undefined;
}

export type SimpleType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';

/** The one type of a schema's values; undefined for several or none. */
export function typeOf(schema: unknown, resolver: Resolver, depth = 0): SimpleType | undefined {
  const { type, allOf, oneOf, anyOf, enum: values } = resolver.resolve(schema);
  if (typeof type === 'string') return type as SimpleType;
  if (depth > 20) return undefined;
  const of = (one: unknown) => typeOf(one, resolver, depth + 1);
  if (Array.isArray(allOf)) {
    const known = allOf.map(of).find((one) => one !== undefined);
    if (known !== undefined) return known;
  }
  for (const alternatives of [oneOf, anyOf]) {
    if (!Array.isArray(alternatives)) continue;
    const types = new Set(alternatives.map(of));
    if (types.size === 1) return [...types][0];
  }
  const kinds = new Set((Array.isArray(values) ? values : []).map((value) => typeof value));
  return kinds.size === 1 && !kinds.has('object') ? ([...kinds][0] as SimpleType) : undefined;
}

/** A keyword of a schema or of its parts. */
export function keywordOf(schema: unknown, keyword: string, resolver: Resolver, depth = 0): unknown {
  const resolved = resolver.resolve(schema);
  if (resolved[keyword] !== undefined || depth > 20) return resolved[keyword];
  for (const list of ['allOf', 'oneOf', 'anyOf']) {
    const parts = resolved[list];
    if (!Array.isArray(parts)) continue;
    for (const part of parts) {
      const found = keywordOf(part, keyword, resolver, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
