// Compares the values of two schemas, alternative by alternative, and reports lost (narrows) and gained (widens) ones.
// rules.ts decides whom that breaks, by the direction of the message.
import type { Effect } from '../verdict/rules.js';
import { type Alternative, type Schema, alternativesOf, hasTooManyAlternatives, schemaKey } from './alternatives.js';
import { compareAlternatives, valuesAsText } from './compare-alternatives.js';
import { compareDiscriminators } from './compare-discriminators.js';
import { compareExclusive } from './compare-exclusive.js';
import { compareParts } from './compare-parts.js';
import { type Comparison, Findings, type Travel, nothing, placeOf } from './comparison.js';
import { type Side, comparePairs } from './pair-alternatives.js';
import { Shapes } from './shapes.js';
import type { ContractDocument } from '../document/document.js';

/** Compares schemas of two documents and remembers every pair that was compared. */
export class SchemaComparer {
  readonly shapes: Shapes;
  readonly #known = new Map<string, Findings>();
  readonly #pairs = new Map<string, Findings>();
  readonly #numbers = new WeakMap<Alternative, number>();
  #lastNumber = 0;

  constructor(old: ContractDocument, now: ContractDocument) {
    this.shapes = new Shapes(old, now);
  }

  /** The lost and gained values of a schema. */
  compare(old: Schema, now: Schema, travel: Travel): Findings {
    return this.#compare(old, now, { ...travel, compare: this.#compare, shapes: this.shapes });
  }

  readonly #compare = (old: Schema, now: Schema, comparison: Comparison): Findings => {
    if (this.#areEqual(old, now)) return nothing;
    const key = `${schemaKey(old)} ${schemaKey(now)} ${travelKey(comparison)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const findings = new Findings();
    this.#known.set(key, findings);
    this.#fill(findings, old, now, comparison);
    findings.isOpen = false;
    return findings;
  };

  #fill(findings: Findings, old: Schema, now: Schema, comparison: Comparison): void {
    compareDiscriminators(findings, old, now, comparison);
    if (hasTooManyAlternatives(old) || hasTooManyAlternatives(now)) {
      compareParts(findings, old, now, comparison);
      return;
    }
    const [before, after] = [old, now].map((schema) => alternativesAs(schema, comparison));
    const groups = new Set([...(before ?? []), ...(after ?? [])].map(groupOf));
    const types: TypeChange[] = [];
    for (const group of groups) {
      const [was, is] = [
        { schema: old, alternatives: before?.filter((one) => groupOf(one) === group) ?? [] },
        { schema: now, alternatives: after?.filter((one) => groupOf(one) === group) ?? [] },
      ];
      types.push(...this.#compareGroup(findings, was, is, comparison));
    }
    joinTypes(findings, types, now);
    compareExclusive(findings, old, now, this.shapes);
  }

  /** Compares alternatives of one type; added and removed types are reported together later. */
  #compareGroup(findings: Findings, old: Side, now: Side, comparison: Comparison): TypeChange[] {
    const [oldOne, ...oldOthers] = old.alternatives;
    const [newOne, ...newOthers] = now.alternatives;
    if (!oldOne) return typeChanges('widens', now, comparison, old.schema);
    if (!newOne) return typeChanges('narrows', old, comparison, now.schema);
    const compare = (one: Alternative, other: Alternative) => this.#compareAlternatives(one, other, comparison);
    if (oldOthers.length === 0 && newOthers.length === 0) findings.include(compare(oldOne, newOne));
    else comparePairs(findings, old, now, { shapes: this.shapes, compare });
    return [];
  }

  #compareAlternatives(old: Alternative, now: Alternative, comparison: Comparison): Findings {
    const key = `${this.#numberOf(old)} ${this.#numberOf(now)} ${travelKey(comparison)}`;
    const known = this.#pairs.get(key);
    if (known) return known;
    const findings = new Findings();
    this.#pairs.set(key, findings);
    compareAlternatives(findings, old, now, comparison);
    findings.isOpen = false;
    return findings;
  }

  #numberOf(alternative: Alternative): number {
    const known = this.#numbers.get(alternative);
    if (known !== undefined) return known;
    this.#numbers.set(alternative, (this.#lastNumber += 1));
    return this.#lastNumber;
  }

  #areEqual(old: Schema, now: Schema): boolean {
    const [one, other] = [old, now].map(
      ({ document, all }) => new Set(all.map((own) => this.shapes.of(document, own))),
    );
    return one?.size === other?.size && [...(one ?? [])].every((shape) => other?.has(shape));
  }
}

const travelKey = ({ direction, asText, isXml }: Travel) =>
  `${direction}${asText === true ? ' text' : ''}${isXml === true ? ' xml' : ''}`;

const groupOf = ({ type }: Alternative) => (type === 'integer' ? 'number' : type);

const asTexts = new WeakMap<readonly Alternative[], Alternative[]>();

function alternativesAs(schema: Schema, { asText }: Travel): readonly Alternative[] {
  const alternatives = alternativesOf(schema);
  if (asText !== true) return alternatives;
  const known = asTexts.get(alternatives) ?? valuesAsText(alternatives);
  asTexts.set(alternatives, known);
  return known;
}

interface TypeChange {
  readonly effect: Effect;
  readonly what: string;
}

function typeChanges(effect: Effect, side: Side, { asText }: Travel, other: Schema): TypeChange[] {
  const ending = effect === 'widens' ? 'is now allowed' : 'is no longer allowed';
  return side.alternatives
    .filter((one) => !(asText === true && readsAsText(one, other)))
    .map(({ type, values }) => {
      const named = values && type !== 'boolean' ? values.map((value) => JSON.stringify(value)).join(', ') : type;
      return { effect, what: `${named} ${ending}` };
    });
}

/** On the wire as text, a number or a boolean is among the texts of a string without limits. */
function readsAsText({ type }: Alternative, schema: Schema): boolean {
  if (!['integer', 'number', 'boolean'].includes(type)) return false;
  return alternativesOf(schema).some(
    (other) => other.type === 'string' && !other.values && Object.keys(other.limits).length === 0,
  );
}

/** Added and removed types are one change of the type. */
function joinTypes(findings: Findings, types: readonly TypeChange[], schema: Schema): void {
  if (types.length === 0) return;
  const effects = [...new Set(types.map(({ effect }) => effect))];
  // null, boolean, number, string, array, object: whatever there is.
  const isAll = types.length >= 6 && effects.length === 1;
  const all = effects[0] === 'widens' ? 'any value is now allowed' : 'no value is allowed any more';
  const what = isAll ? all : [...new Set(types.map((one) => one.what))].join(', ');
  findings.add({ place: placeOf(schema, 'type'), what, effects, keyword: 'type' });
}
