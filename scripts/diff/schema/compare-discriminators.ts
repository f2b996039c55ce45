// Compares discriminators: the field, and its values, by which a reader distinguishes alternatives.
import { type ContractDocument, type JsonObject, isObject, objectAt } from '../document/document.js';
import { type Schema, firstOf } from './alternatives.js';
import { type Comparison, type Difference, type Findings, effectsOf, placeOf } from './comparison.js';
import { alternativesOfOwner, childrenOf, mappingOf } from './inheritance.js';

/** Field name, and the schema of each of its values. */
interface Discriminator {
  readonly field: string;
  readonly schemas: ReadonlyMap<string, Schema>;
}

export function compareDiscriminators(findings: Findings, old: Schema, now: Schema, comparison: Comparison): void {
  const [before, after] = [find(old), find(now)];
  const place = placeOf(after ? now : old, 'discriminator');
  const base = { place, keyword: 'discriminator', effects: [] };
  if (!before && !after) return;
  if (!before)
    findings.add({ ...base, what: 'discriminator added; values are as before', rule: 'discriminator-added' });
  else if (!after)
    findings.add({ ...base, what: 'discriminator removed; values are as before', rule: 'discriminator-removed' });
  else if (before.field !== after.field) {
    const what = `discriminator '${before.field}' became '${after.field}'`;
    findings.add({ ...base, what, effects: ['narrows', 'widens'], rule: 'discriminator-changed' });
  } else compareValues(findings, before, after, base, comparison);
}

function compareValues(
  findings: Findings,
  before: Discriminator,
  after: Discriminator,
  base: Omit<Difference, 'what'>,
  comparison: Comparison,
): void {
  for (const value of new Set([...before.schemas.keys(), ...after.schemas.keys()])) {
    const [was, is] = [before.schemas.get(value), after.schemas.get(value)];
    if (was && is) findings.include(comparison.compare(was, is, comparison));
    else {
      const what = `value '${value}' of discriminator '${after.field}' ${is ? 'added' : 'removed'}`;
      findings.add({ ...base, what, effects: effectsOf(!is, !was), keyword: 'discriminator-value' });
    }
  }
}

function find(schema: Schema): Discriminator | undefined {
  const owner = firstOf(schema, (own) => (isObject(own['discriminator']) ? own : undefined));
  if (!owner || isHeir(schema, owner)) return undefined;
  return read(schema.document, owner);
}

/** A schema that inherits from a discriminator's is one of its values, and stands for itself and its own heirs only. */
function isHeir({ document, all }: Schema, owner: JsonObject): boolean {
  const heirs = childrenOf(document, owner).map((target) => document.resolve({ $ref: target }));
  return all.some((one) => heirs.includes(document.resolve(one)));
}

function read(document: ContractDocument, owner: JsonObject): Discriminator {
  const mapping = mappingOf(owner);
  const mapped = new Set(mapping.map(([, target]) => target));
  // Without a value of its own, a schema's name is its value.
  const implicit = [...alternativesOfOwner(owner), ...childrenOf(document, owner)]
    .filter((target) => !mapped.has(target))
    .map((target) => [target.split('/').at(-1) ?? '', target] as const);
  const schemas = [...mapping, ...implicit].map(
    ([value, target]) => [value, { document, all: [document.resolve({ $ref: target })] }] as const,
  );
  return { field: String(objectAt(owner, 'discriminator')['propertyName']), schemas: new Map(schemas) };
}
