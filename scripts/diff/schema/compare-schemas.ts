// Compares what two schemas allow, alternative by alternative, and says what was lost (narrows) and gained (widens).
// Whom that breaks is not decided here: rules.ts does, by the direction of the message.
import { type Alternative, type Schema, alternativesOf, sameValue, schemaKey } from './alternatives.js';
import { compareFields } from './compare-fields.js';
import { type Comparison, type Difference, anything, effectsOf, placeOf } from './difference.js';
import { compareDiscriminators } from './compare-discriminators.js';
import { compareLimits, showLimit } from './limits.js';
import type { Effect } from '../verdict/rules.js';

/** What a schema lost and gained; `undefined` allows anything. */
export function compareSchemas(old: Schema, now: Schema, comparison: Comparison): Difference[] {
  const key = `${schemaKey(old)} ${schemaKey(now)}`;
  if (comparison.open.has(key)) return [];
  comparison.open.add(key);
  const [before, after] = [alternativesOf(old), alternativesOf(now)];
  const groups = [...new Set([...before, ...after].map(groupOf))];
  const differences = groups.flatMap((group) =>
    compareGroup(
      { schema: old, alternatives: before.filter((one) => groupOf(one) === group) },
      { schema: now, alternatives: after.filter((one) => groupOf(one) === group) },
      comparison,
    ),
  );
  const found = [...joinTypes(differences), ...compareDiscriminators(old, now, comparison, compareSchemas)];
  comparison.open.delete(key);
  return found;
}

/** Whether all that the first allows is allowed by the second. */
function isWithin(one: Schema, other: Schema, comparison: Comparison): boolean {
  return !compareSchemas(one, other, comparison).some(({ effects }) => effects.includes('narrows'));
}

const groupOf = ({ type }: Alternative) => (type === 'integer' ? 'number' : type);

interface Side {
  readonly schema: Schema;
  readonly alternatives: Alternative[];
}

/** Alternatives of one type. */
function compareGroup(old: Side, now: Side, comparison: Comparison): Difference[] {
  const [before, after] = [old.alternatives, now.alternatives];
  const [oldOne, ...oldOthers] = before;
  const [newOne, ...newOthers] = after;
  const isText = (one: Alternative, { schema }: Side) => comparison.asText === true && readsAsText(one, schema);
  if (!oldOne) return after.filter((one) => !isText(one, old)).map((one) => ofType('widens', one, now.schema));
  if (!newOne) return before.filter((one) => !isText(one, now)).map((one) => ofType('narrows', one, now.schema));
  if (oldOthers.length === 0 && newOthers.length === 0) return compareAlternatives(oldOne, newOne, comparison);
  const lost = before.filter((one) => !after.some((other) => alternativeIsWithin(one, other, comparison)));
  const gained = after.filter((one) => !before.some((other) => alternativeIsWithin(one, other, comparison)));
  return compareLeftOver(lost, gained, { before, after }, now.schema, comparison);
}

/** Where values travel as text, a number or a boolean is one of the texts that a string without limits allows. */
function readsAsText({ type }: Alternative, schema: Schema): boolean {
  if (!['integer', 'number', 'boolean'].includes(type)) return false;
  return alternativesOf(schema).some(
    (other) => other.type === 'string' && !other.values && Object.keys(other.limits).length === 0,
  );
}

/** Alternatives without an equal: where they are the same one, changed, what changed in it; else it came or went. */
function compareLeftOver(
  lost: readonly Alternative[],
  gained: readonly Alternative[],
  { before, after }: { before: Alternative[]; after: Alternative[] },
  schema: Schema,
  comparison: Comparison,
): Difference[] {
  const differences: Difference[] = [];
  const paired = new Set<Alternative>();
  for (const one of [...lost, ...gained]) {
    if (paired.has(one)) continue;
    const wasThere = lost.includes(one);
    const [mine, others] = wasThere ? [before, after] : [after, before];
    const twin =
      others.find((other) => originOf(other) === originOf(one)) ??
      (before.length === after.length ? others[mine.indexOf(one)] : undefined);
    const effect = wasThere ? 'narrows' : 'widens';
    if (!twin || paired.has(twin)) {
      differences.push(cameOrWent(effect, one, schema));
      continue;
    }
    paired.add(one).add(twin);
    const [old, now] = wasThere ? [one, twin] : [twin, one];
    const wanted = [lost.includes(old) && 'narrows', gained.includes(now) && 'widens'];
    for (const difference of compareAlternatives(old, now, comparison)) {
      const kept = difference.effects.filter((found) => wanted.includes(found));
      if (kept.length > 0 || difference.effects.length === 0) differences.push({ ...difference, effects: kept });
    }
  }
  return differences;
}

function alternativeIsWithin(one: Alternative, other: Alternative, comparison: Comparison): boolean {
  return !compareAlternatives(one, other, comparison).some(({ effects }) => effects.includes('narrows'));
}

/** Where an alternative comes from: the schemas it is made of. */
function originOf({ schema: { all, document } }: Alternative): string {
  return all.map((one) => document.pointerOf(one)).join(' ');
}

function nameOf(one: Alternative): string {
  const name = /.*components\/schemas\/([^/ ]+)$/.exec(originOf(one))?.[1];
  return name ?? `of type ${one.type}`;
}

function cameOrWent(effect: Effect, one: Alternative, schema: Schema): Difference {
  const what = `alternative ${nameOf(one)} ${effect === 'widens' ? 'added' : 'removed'}`;
  return { place: placeOf(schema), what, effects: [effect], keyword: 'alternative' };
}

function ofType(effect: Effect, { type, values }: Alternative, schema: Schema): Difference {
  const named = values && type !== 'boolean' ? values.map((value) => JSON.stringify(value)).join(', ') : type;
  const what = effect === 'widens' ? `${named} is now allowed` : `${named} is no longer allowed`;
  return { place: placeOf(schema, 'type'), what, effects: [effect], keyword: 'type' };
}

/** Types that came and types that went are one change of the type. */
function joinTypes(differences: readonly Difference[]): Difference[] {
  const types = differences.filter(({ keyword }) => keyword === 'type');
  const [first] = types;
  const found = new Set(types.flatMap(({ effects }) => effects));
  if (!first || types.length === 1) return [...differences];
  const what = types.map((one) => one.what).join(', ');
  return [...differences.filter((one) => one.keyword !== 'type'), { ...first, what, effects: [...found] }];
}

function compareAlternatives(old: Alternative, now: Alternative, comparison: Comparison): Difference[] {
  const kind = old.type === now.type ? [] : [compareNumbers(old, now)];
  if (old.values || now.values) return [...kind, ...compareValues(old, now)];
  return [
    ...kind,
    ...compareLimits(old.limits, now.limits).map((change) => ({
      place: placeOf(change.new === undefined ? old.schema : now.schema, change.keyword),
      what: `${change.keyword} ${showLimit(change.old)} became ${showLimit(change.new)}`,
      effects: effectsOf(change.narrows, change.widens),
      keyword: change.keyword,
    })),
    ...compareItems(old, now, comparison),
    ...compareFields(old, now, comparison, compareSchemas),
    ...compareNot(old, now, comparison),
    ...compareUnknown(old, now),
    ...(comparison.isXml === true && !sameValue(old.xml, now.xml)
      ? [
          {
            place: placeOf(now.schema, 'xml'),
            what: 'XML form changed',
            effects: effectsOf(true, true),
            keyword: 'xml',
          },
        ]
      : []),
  ];
}

function compareNumbers(old: Alternative, now: Alternative): Difference {
  const effect = now.type === 'integer' ? 'narrows' : 'widens';
  const what = `type ${old.type} became ${now.type}`;
  return { place: placeOf(now.schema, 'type'), what, effects: [effect], keyword: 'type' };
}

function compareValues(old: Alternative, now: Alternative): Difference[] {
  const show = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(', ');
  const place = placeOf(now.values ? now.schema : old.schema, 'enum');
  const difference = (what: string, effect: Effect): Difference => ({
    place,
    what,
    effects: [effect],
    keyword: 'enum',
  });
  if (!now.values) return [difference(`any ${now.type} is now allowed beside ${show(old.values ?? [])}`, 'widens')];
  if (!old.values) return [difference(`only ${show(now.values)} still allowed of any ${now.type}`, 'narrows')];
  const without = (values: readonly unknown[], others: readonly unknown[]) =>
    values.filter((value) => !others.some((other) => sameValue(other, value)));
  const lost = without(old.values, now.values);
  const gained = without(now.values, old.values);
  return [
    ...(lost.length > 0 ? [difference(`value ${show(lost)} removed`, 'narrows')] : []),
    ...(gained.length > 0 ? [difference(`value ${show(gained)} added`, 'widens')] : []),
  ];
}

function compareItems(old: Alternative, now: Alternative, comparison: Comparison): Difference[] {
  if (!old.items && !now.items) return [];
  return compareSchemas(old.items ?? anything(old.schema), now.items ?? anything(now.schema), comparison);
}

/** What may not be, narrows by growing. */
function compareNot(old: Alternative, now: Alternative, comparison: Comparison): Difference[] {
  const covers = (one: Schema, others: readonly Schema[]) => others.some((other) => isWithin(one, other, comparison));
  const narrows = now.not.some((one) => !covers(one, old.not));
  const widens = old.not.some((one) => !covers(one, now.not));
  if (!narrows && !widens) return [];
  const place = placeOf(now.not.length > 0 ? now.schema : old.schema, 'not');
  return [{ place, what: 'what may not be changed', effects: effectsOf(narrows, widens), keyword: 'not' }];
}

function compareUnknown(old: Alternative, now: Alternative): Difference[] {
  const keywords = new Set([...Object.keys(old.unknown), ...Object.keys(now.unknown)]);
  return [...keywords]
    .filter((keyword) => !sameValue(old.unknown[keyword], now.unknown[keyword]))
    .map((keyword) => ({
      place: placeOf(keyword in now.unknown ? now.schema : old.schema, keyword),
      what: `keyword ${keyword} changed`,
      effects: ['narrows', 'widens'],
      keyword,
      rule: 'not-judged',
    }));
}
