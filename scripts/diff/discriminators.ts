// Compares discriminators: by which field, and by which of its values, a reader tells alternatives apart.
import { type Schema, firstOf } from './alternatives.js';
import { type Comparison, type Difference, placeOf } from './compare-schemas.js';
import { type ContractDocument, type JsonObject, listAt, objectAt } from './document.js';

export function compareDiscriminators(old: Schema, now: Schema, _: Comparison): Difference[] {
  const [before, after] = [find(old), find(now)];
  if (!before && !after) return [];
  const difference = (
    rule: 'discriminator-added' | 'discriminator-removed' | 'discriminator-changed',
    what: string,
  ) => {
    const effects = rule === 'discriminator-changed' ? (['narrows', 'widens'] as const) : [];
    return { place: placeOf(after ? now : old, 'discriminator'), what, effects, keyword: 'discriminator', rule };
  };
  if (!before) return [difference('discriminator-added', 'discriminator added; values are as before')];
  if (!after) return [difference('discriminator-removed', 'discriminator removed; values are as before')];
  if (before.field !== after.field)
    return [difference('discriminator-changed', `discriminator '${before.field}' became '${after.field}'`)];
  return [];
}

interface Discriminator {
  readonly field: string;
}

function find(schema: Schema): Discriminator | undefined {
  const owner = firstOf(schema, (own) => ('discriminator' in own ? own : undefined));
  return owner && read(schema.document, owner);
}

function read(_: ContractDocument, owner: JsonObject): Discriminator {
  void listAt;
  const discriminator = objectAt(owner, 'discriminator');
  return { field: String(discriminator['propertyName']) };
}
