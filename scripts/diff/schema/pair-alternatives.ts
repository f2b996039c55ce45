// Finds the counterpart of each alternative in the other schema: the same one, a changed one, another one that allows
// as much, or none. The rest were added or removed; position never pairs alternatives.
import type { Effect } from '../verdict/rules.js';
import { type Alternative, type Schema, firstOf } from './alternatives.js';
import { type Findings, placeOf } from './comparison.js';
import type { Shapes } from './shapes.js';

/** The alternatives of one type in a schema. */
export interface Side {
  readonly schema: Schema;
  readonly alternatives: readonly Alternative[];
}

interface Tools {
  readonly shapes: Shapes;
  readonly compare: (old: Alternative, now: Alternative) => Findings;
}

/**
 * The most pairs that are compared only to see whether one allows all that the other does. Beyond it, an alternative
 * without an equal is reported as a change, which is the safe side.
 */
const mostTrials = 10_000;

export function comparePairs(findings: Findings, old: Side, now: Side, { shapes, compare }: Tools): void {
  const [before, after] = withoutEquals(old.alternatives, now.alternatives, shapes);
  const twins = twinsOf(before, after, shapes);
  let trials = 0;
  const isOneOf = (one: Alternative, others: readonly Alternative[], effect: Effect): boolean => {
    const twin = twins.get(one);
    const likely = others.filter((other) => other !== twin && couldHold(one, other));
    return [...(twin ? [twin] : []), ...likely].some((other) => {
      if (other !== twin && (trials += 1) > mostTrials) return false;
      const found = effect === 'narrows' ? compare(one, other) : compare(other, one);
      if (found.has(effect)) return false;
      // A pair that counts as equal only because it is still being compared is reported with this pair.
      findings.include(found, effect);
      return true;
    });
  };
  const lost = new Set(before.filter((one) => !isOneOf(one, now.alternatives, 'narrows')));
  const gained = new Set(after.filter((one) => !isOneOf(one, old.alternatives, 'widens')));
  for (const one of lost) {
    const twin = twins.get(one);
    if (twin) findings.include(compare(one, twin), gained.has(twin) ? 'all' : 'narrows');
    else findings.add(cameOrWent('narrows', one, old.schema));
  }
  for (const one of gained) {
    const twin = twins.get(one);
    if (!twin) findings.add(cameOrWent('widens', one, now.schema));
    else if (!lost.has(twin)) findings.include(compare(twin, one), 'widens');
  }
}

/** Whether `other` could allow all values of `one`, as far as visible without a comparison. */
function couldHold(one: Alternative, other: Alternative): boolean {
  if (one.values && other.values === undefined && other.type !== one.type) return false;
  const isNeeded = (name: string) => !one.required.has(name) && !isOneWay(other.properties.get(name));
  // An open object without a field allows any value in it, but a change of that field is worth a report.
  const isDeclared =
    other.properties.size === 0 || [...one.properties.keys()].every((name) => other.properties.has(name));
  return isDeclared && !areApart(one, other) && ![...other.required].some(isNeeded);
}

/** Such a field is absent in one of the directions. */
function isOneWay(field: Schema | undefined): boolean {
  return (
    field !== undefined &&
    (firstOf(field, (own) => own['readOnly'] === true || own['writeOnly'] === true || undefined) ?? false)
  );
}

/** Alternatives that have no equal on the other side. */
function withoutEquals(
  before: readonly Alternative[],
  after: readonly Alternative[],
  shapes: Shapes,
): [before: Alternative[], after: Alternative[]] {
  const [old, now] = [before, after].map((list) => new Set(list.map((one) => shapeOf(one, shapes))));
  return [
    before.filter((one) => !now?.has(shapeOf(one, shapes))),
    after.filter((one) => !old?.has(shapeOf(one, shapes))),
  ];
}

/** Equal for alternatives of equal schemas. */
function shapeOf({ type, values, schema: { all, document } }: Alternative, shapes: Shapes): string {
  const members = new Set(all.map((own) => shapes.withoutCombinators(document, own)));
  const listed = values ? JSON.stringify(values.map((value) => JSON.stringify(value)).sort()) : '';
  return `${type} ${[...members]
    .filter((shape) => shape !== shapes.ofAnything)
    .sort()
    .join('&')} ${listed}`;
}

/** Pairs alternatives in both directions: by the value of a field, by name, by likeness. */
function twinsOf(
  before: readonly Alternative[],
  after: readonly Alternative[],
  shapes: Shapes,
): Map<Alternative, Alternative> {
  const twins = new Map<Alternative, Alternative>();
  const pair = (one: Alternative, other: Alternative) => twins.set(one, other).set(other, one);
  for (const keyOf of [tagOf, nameOf, (one: Alternative) => pointersOf(one, shapes), namesOf]) {
    const free = new Map<string, Alternative[]>();
    for (const one of after) if (!twins.has(one)) push(free, keyOf(one), one);
    for (const one of before) {
      const list = twins.has(one) ? [] : (free.get(keyOf(one) ?? '') ?? []);
      const index = list.findIndex((other) => keyOf !== namesOf || !areApart(one, other));
      const [twin] = index < 0 ? [] : list.splice(index, 1);
      if (twin) pair(one, twin);
    }
  }
  for (const one of before) {
    if (twins.has(one)) continue;
    const [best] = after
      .filter((other) => !twins.has(other))
      .map((other) => ({ other, likeness: likenessOf(one, other) }))
      .filter(({ likeness }) => likeness >= 0.5)
      .sort((left, right) => right.likeness - left.likeness);
    if (best) pair(one, best.other);
  }
  return twins;
}

function push(map: Map<string, Alternative[]>, key: string | undefined, one: Alternative): void {
  if (key !== undefined && key !== '') map.set(key, [...(map.get(key) ?? []), one]);
}

/** Its required fields with a single value, which distinguish the values of different alternatives. */
function tagOf(one: Alternative): string | undefined {
  const tags = [...tagsOf(one)].filter(([, values]) => values.length === 1);
  return tags.length === 0
    ? undefined
    : tags
        .map(([name, values]) => `${name}=${values.join(',')}`)
        .sort()
        .join(' ');
}

const tagMemory = new WeakMap<Alternative, Map<string, string[]>>();

function tagsOf({ ...one }: Alternative): Map<string, string[]> {
  const { properties, required } = one;
  const tags = new Map<string, string[]>();
  for (const [name, { all, document }] of properties) {
    if (!required.has(name)) continue;
    for (const own of all.map((field) => document.resolve(field)))
      if (Array.isArray(own['enum']))
        tags.set(
          name,
          own['enum'].map((value) => JSON.stringify(value)),
        );
      else if ('const' in own) tags.set(name, [JSON.stringify(own['const'])]);
  }
  return tags;
}

/** Whether a field that both require never has the same value in both. */
export function areApart(one: Alternative, other: Alternative): boolean {
  const [tags, others] = [one, other].map((alternative) => {
    const known = tagMemory.get(alternative) ?? tagsOf(alternative);
    tagMemory.set(alternative, known);
    return known;
  });
  for (const [name, values] of tags ?? []) {
    const known = others?.get(name);
    if (known && !values.some((value) => known.includes(value))) return true;
  }
  return false;
}

/** Pointers of its source schemas: the same in both documents if nothing moved. */
function pointersOf({ schema: { all, document } }: Alternative, shapes: Shapes): string {
  return all
    .filter((own) => shapes.withoutCombinators(document, own) !== shapes.ofAnything)
    .map((own) => document.pointerOf(own))
    .filter((pointer) => /components\/[^/]+\/[^/]+$/.test(pointer))
    .join(' ');
}

/** The names of its fields, with the required ones marked. */
function namesOf({ properties, required }: Alternative): string {
  return [...properties.keys()]
    .sort()
    .map((name) => `${JSON.stringify(name)}${required.has(name) ? '!' : ''}`)
    .join(',');
}

/** The name of its own schema, not of those that offer it as a choice. */
function nameOf({ schema: { all, document } }: Alternative): string | undefined {
  const chosen = all.find((own) => !('oneOf' in own || 'anyOf' in own));
  return chosen && /^#\/components\/schemas\/([^/]+)$/.exec(document.pointerOf(chosen))?.[1];
}

/** From 0 to 1: the share of common fields; without fields, whether they could be the same. */
function likenessOf(one: Alternative, other: Alternative): number {
  if (one.type !== other.type) return 0;
  if (one.type !== 'object') return 0.5;
  const all = new Set([...one.properties.keys(), ...other.properties.keys()]);
  const common = [...one.properties.keys()].filter((name) => other.properties.has(name));
  return all.size === 0 ? 0.5 : areApart(one, other) ? 0 : common.length / all.size;
}

function cameOrWent(effect: Effect, one: Alternative, schema: Schema) {
  const name = nameOf(one) ?? `of type ${one.type}`;
  const what = `alternative ${name} ${effect === 'widens' ? 'added' : 'removed'}`;
  return { place: placeOf(schema), what, effects: [effect], keyword: 'alternative' };
}
