// Finds for each alternative of one schema what became of it in the other: the same one, the same one changed, another
// one that allows as much, or nothing. What is left over came or went; nothing is paired by its position.
import type { Effect } from '../verdict/rules.js';
import type { Alternative, Schema } from './alternatives.js';
import { type Findings, placeOf } from './comparison.js';
import type { Shapes } from './shapes.js';

/** The alternatives of one type that a schema offers. */
export interface Side {
  readonly schema: Schema;
  readonly alternatives: readonly Alternative[];
}

interface Tools {
  readonly shapes: Shapes;
  readonly compare: (old: Alternative, now: Alternative) => Findings;
}

export function comparePairs(findings: Findings, old: Side, now: Side, { shapes, compare }: Tools): void {
  const [before, after] = withoutEquals(old.alternatives, now.alternatives, shapes);
  const twins = twinsOf(before, after, shapes);
  const lost = new Set(before.filter((one) => !isKept(findings, one, now, twins.get(one), compare)));
  const gained = new Set(after.filter((one) => !isKept(findings, one, old, twins.get(one), compare)));
  const told = new Set<Alternative>();
  for (const one of [...lost, ...gained]) {
    if (told.has(one)) continue;
    const twin = twins.get(one);
    told.add(one);
    if (!twin) {
      const isLost = lost.has(one);
      findings.add(cameOrWent(isLost ? 'narrows' : 'widens', one, isLost ? old.schema : now.schema));
      continue;
    }
    told.add(twin);
    const [was, is] = lost.has(one) ? [one, twin] : [twin, one];
    const kept = lost.has(was) ? (gained.has(is) ? 'all' : 'narrows') : 'widens';
    findings.include(compare(was, is), kept);
  }

  /** Whether all that it allows is still allowed (or was before): by its twin, or by any other. */
  function isKept(
    into: Findings,
    one: Alternative,
    others: Side,
    twin: Alternative | undefined,
    compareTwo: Tools['compare'],
  ): boolean {
    const isOld = others === now;
    const effect: Effect = isOld ? 'narrows' : 'widens';
    const between = (other: Alternative) => (isOld ? compareTwo(one, other) : compareTwo(other, one));
    const candidates = [...(twin ? [twin] : []), ...others.alternatives.filter((other) => other !== twin)];
    for (const other of candidates) {
      if (other !== twin && areApart(one, other)) continue;
      const found = between(other);
      if (found.has(effect)) continue;
      // What was taken for equal only because it is still being compared is told with this pair.
      into.include(found, effect);
      return true;
    }
    return false;
  }
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

/** Equal for alternatives that are made of equal schemas. */
function shapeOf({ type, values, schema: { all, document } }: Alternative, shapes: Shapes): string {
  const members = new Set(all.map((own) => shapes.withoutCombinators(document, own)));
  const listed = values ? JSON.stringify(values.map((value) => JSON.stringify(value)).sort()) : '';
  return `${type} ${[...members]
    .filter((shape) => shape !== shapes.ofAnything)
    .sort()
    .join('&')} ${listed}`;
}

/** Both ways: which alternative is which, by value of a field, by name, by likeness. */
function twinsOf(
  before: readonly Alternative[],
  after: readonly Alternative[],
  shapes: Shapes,
): Map<Alternative, Alternative> {
  const twins = new Map<Alternative, Alternative>();
  const pair = (one: Alternative, other: Alternative) => twins.set(one, other).set(other, one);
  for (const keyOf of [tagOf, nameOf, (one: Alternative) => pointersOf(one, shapes)]) {
    const free = new Map<string, Alternative[]>();
    for (const one of after) if (!twins.has(one)) push(free, keyOf(one), one);
    for (const one of before) {
      const twin = twins.has(one) ? undefined : free.get(keyOf(one) ?? '')?.shift();
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

/** The fields that it must have with one value only: by these, values of different alternatives are told apart. */
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

/** A field that both must have never has the same value in both. */
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

/** Pointers of the schemas that it is made of: the same in both documents where nothing moved. */
function pointersOf({ schema: { all, document } }: Alternative, shapes: Shapes): string {
  return all
    .filter((own) => shapes.withoutCombinators(document, own) !== shapes.ofAnything)
    .map((own) => document.pointerOf(own))
    .filter((pointer) => /components\/[^/]+\/[^/]+$/.test(pointer))
    .join(' ');
}

export function nameOf({ schema: { all, document } }: Alternative): string | undefined {
  const last = all.at(-1);
  return last && /^#\/components\/schemas\/([^/]+)$/.exec(document.pointerOf(last))?.[1];
}

/** From 0 to 1: the share of fields that both have; where there are no fields, whether they could be the same. */
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
