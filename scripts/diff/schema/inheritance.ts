// The schemas of a discriminator: those of its mapping, its alternatives by name, and, without alternatives, every
// schema that has the discriminator's own in its allOf (OpenAPI 3.0.3, Discriminator Object).
import { type ContractDocument, type JsonObject, isObject, listAt, objectAt, objectsIn } from '../document/document.js';

const prefix = '#/components/schemas/';

/** Values with the references to their schemas. */
export function mappingOf(owner: JsonObject): [value: string, target: string][] {
  return Object.entries(objectAt(objectAt(owner, 'discriminator'), 'mapping')).map(([value, target]) => [
    value,
    String(target).startsWith('#') ? String(target) : `${prefix}${String(target)}`,
  ]);
}

/** References to the alternatives of a discriminator's schema. */
export function alternativesOfOwner(owner: JsonObject): string[] {
  return [...listAt(owner, 'oneOf'), ...listAt(owner, 'anyOf')]
    .filter(isObject)
    .map(({ $ref }) => $ref)
    .filter((target) => typeof target === 'string');
}

const families = new WeakMap<ContractDocument['root'], Map<object, string[]>>();

/** References to all schemas that inherit from one, directly or not; none if it has alternatives itself. */
export function childrenOf(document: ContractDocument, owner: JsonObject): readonly string[] {
  if (listAt(owner, 'oneOf').length + listAt(owner, 'anyOf').length > 0) return [];
  const family = families.get(document.root) ?? familyOf(document);
  families.set(document.root, family);
  const found = new Set<string>();
  const open = [owner];
  for (let one = open.pop(); one; one = open.pop())
    for (const child of family.get(one) ?? [])
      if (!found.has(child)) {
        found.add(child);
        open.push(document.resolve({ $ref: child }));
      }
  return [...found];
}

function familyOf(document: ContractDocument): Map<object, string[]> {
  const family = new Map<object, string[]>();
  for (const [name, schema] of objectsIn(objectAt(document.root, 'components'), 'schemas'))
    for (const parent of listAt(schema, 'allOf').filter(isObject)) {
      if (typeof parent['$ref'] !== 'string') continue;
      const resolved = document.resolve(parent);
      family.set(resolved, [
        ...(family.get(resolved) ?? []),
        `${prefix}${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      ]);
    }
  return family;
}
