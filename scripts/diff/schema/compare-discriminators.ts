// Compares discriminators: by which field, and by which of its values, a reader tells alternatives apart.
import { type Schema, firstOf } from './alternatives.js';
import { type Compare, type Comparison, type Difference, effectsOf, placeOf } from './difference.js';
import { type ContractDocument, type JsonObject, isObject, listAt, objectAt } from '../document/document.js';

/** Field name, and the schema that each of its values stands for. */
interface Discriminator {
  readonly field: string;
  readonly schemas: ReadonlyMap<string, Schema>;
}

export function compareDiscriminators(
  old: Schema,
  now: Schema,
  comparison: Comparison,
  compare: Compare,
): Difference[] {
  const [before, after] = [find(old), find(now)];
  const place = placeOf(after ? now : old, 'discriminator');
  const base = { place, keyword: 'discriminator', effects: [] };
  if (!before && !after) return [];
  if (!before) return [{ ...base, what: 'discriminator added; values are as before', rule: 'discriminator-added' }];
  if (!after) return [{ ...base, what: 'discriminator removed; values are as before', rule: 'discriminator-removed' }];
  if (before.field !== after.field) {
    const what = `discriminator '${before.field}' became '${after.field}'`;
    return [{ ...base, what, effects: ['narrows', 'widens'], rule: 'discriminator-changed' }];
  }
  return compareValues(before, after, base, (was, is) => compare(was, is, comparison));
}

function compareValues(
  before: Discriminator,
  after: Discriminator,
  base: Omit<Difference, 'what'>,
  compare: (was: Schema, is: Schema) => Difference[],
): Difference[] {
  return [...new Set([...before.schemas.keys(), ...after.schemas.keys()])].flatMap((value) => {
    const [was, is] = [before.schemas.get(value), after.schemas.get(value)];
    if (was && is) return compare(was, is);
    const what = `value '${value}' of discriminator '${after.field}' ${is ? 'added' : 'removed'}`;
    return [{ ...base, what, effects: effectsOf(!is, !was) }];
  });
}

function find(schema: Schema): Discriminator | undefined {
  const owner = firstOf(schema, (own) => (isObject(own['discriminator']) ? own : undefined));
  return owner && read(schema.document, owner);
}

function read(document: ContractDocument, owner: JsonObject): Discriminator {
  const discriminator = objectAt(owner, 'discriminator');
  const mapping = Object.entries(objectAt(discriminator, 'mapping')).map(
    ([value, target]) =>
      [value, String(target).startsWith('#') ? String(target) : `#/components/schemas/${String(target)}`] as const,
  );
  const members = [...listAt(owner, 'oneOf'), ...listAt(owner, 'anyOf')].filter(isObject);
  const targets = members.map(({ $ref }) => $ref).filter((target) => typeof target === 'string');
  // Without a value of its own, a schema goes by its name.
  const implicit = targets
    .filter((target) => !mapping.some(([, mapped]) => mapped === target))
    .map((target) => [target.split('/').at(-1) ?? '', target] as const);
  const schemas = [...mapping, ...implicit].map(
    ([value, target]) => [value, { document, all: [document.resolve({ $ref: target })] }] as const,
  );
  return { field: String(discriminator['propertyName']), schemas: new Map(schemas) };
}
