// Compares two alternatives of one type: their values, limits, items, fields and other keywords.
import type { Effect } from '../verdict/rules.js';
import { type Alternative, type Schema, sameValue } from './alternatives.js';
import { compareFields } from './compare-fields.js';
import { type Comparison, type Difference, type Findings, anything, effectsOf, placeOf } from './comparison.js';
import { constraints } from './keywords.js';
import { compareLimits, showLimit } from './limits.js';

export function compareAlternatives(
  findings: Findings,
  old: Alternative,
  now: Alternative,
  comparison: Comparison,
): void {
  if (old.type !== now.type) findings.add(compareNumbers(old, now));
  if (old.values || now.values) {
    findings.add(...compareValues(old, now));
    return;
  }
  for (const change of compareLimits(old.limits, now.limits))
    findings.add({
      place: placeOf(change.new === undefined ? old.schema : now.schema, change.keyword),
      what: `${change.keyword} ${showLimit(change.old)} became ${showLimit(change.new)}`,
      effects: effectsOf(change.narrows, change.widens),
      keyword: change.keyword,
      ...(change.isUndecided === true ? { isUndecided: true } : {}),
    });
  if (old.items || now.items)
    findings.include(
      comparison.compare(old.items ?? anything(old.schema), now.items ?? anything(now.schema), comparison),
    );
  compareFields(findings, old, now, comparison);
  findings.add(...compareNot(old, now, comparison), ...compareUnknown(old, now, comparison));
  if (comparison.isXml === true && !sameValue(old.xml, now.xml))
    findings.add({
      place: placeOf(now.schema, 'xml'),
      what: 'XML form changed',
      effects: ['narrows', 'widens'],
      keyword: 'xml',
    });
}

/** Countable values, as texts on the wire: 1 and "1" are equal. */
export function valuesAsText(alternatives: readonly Alternative[]): Alternative[] {
  const isText = ({ type, values }: Alternative) => values && ['string', 'integer', 'number', 'boolean'].includes(type);
  const counted = alternatives.filter(isText);
  const [first] = counted;
  if (!first) return [...alternatives];
  const values = [...new Set(counted.flatMap((one) => (one.values ?? []).map(String)))];
  return [...alternatives.filter((one) => !isText(one)), { ...first, type: 'string', limits: {}, values }];
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
  if (!now.values) return [difference(`any ${now.type} is now allowed besides ${show(old.values ?? [])}`, 'widens')];
  if (!old.values) return [difference(`only ${show(now.values)} still allowed of any ${now.type}`, 'narrows')];
  const without = (values: readonly unknown[], others: readonly unknown[]) => {
    const known = new Set(others.map((other) => JSON.stringify(other)));
    return values.filter((value) => !known.has(JSON.stringify(value)));
  };
  const lost = without(old.values, now.values);
  const gained = without(now.values, old.values);
  return [
    ...(lost.length > 0 ? [difference(`value ${show(lost)} removed`, 'narrows')] : []),
    ...(gained.length > 0 ? [difference(`value ${show(gained)} added`, 'widens')] : []),
  ];
}

/** `not` narrows by growing. */
function compareNot(old: Alternative, now: Alternative, comparison: Comparison): Difference[] {
  // Whether each allows all values of the other.
  const isWithin = (one: Schema, other: Schema) => {
    const isOld = one.document === old.schema.document;
    return isOld
      ? !comparison.compare(one, other, comparison).has('narrows')
      : !comparison.compare(other, one, comparison).has('widens');
  };
  const narrows = now.not.some((one) => !old.not.some((other) => isWithin(one, other)));
  const widens = old.not.some((one) => !now.not.some((other) => isWithin(one, other)));
  if (!narrows && !widens) return [];
  const place = placeOf(now.not.length > 0 ? now.schema : old.schema, 'not');
  return [{ place, what: 'what may not be changed', effects: effectsOf(narrows, widens), keyword: 'not' }];
}

/** Opaque constraints narrow when added and widen when removed; other unknown changes are `not-judged`. */
function compareUnknown(old: Alternative, now: Alternative, { shapes }: Comparison): Difference[] {
  const { is31 } = now.schema.document;
  const shapeOf = ({ unknown, schema }: Alternative, keyword: string) =>
    shapes.of(schema.document, keyword in unknown ? { [keyword]: unknown[keyword] } : {});
  return [...new Set([...Object.keys(old.unknown), ...Object.keys(now.unknown)])]
    .filter((keyword) => shapeOf(old, keyword) !== shapeOf(now, keyword))
    .map((keyword) => {
      const place = placeOf(keyword in now.unknown ? now.schema : old.schema, keyword);
      const [was, is] = [keyword in old.unknown, keyword in now.unknown];
      const isConstraint = is31 && constraints.has(keyword) && !(was && is) && keyword !== 'prefixItems';
      if (isConstraint)
        return { place, what: `${keyword} ${is ? 'added' : 'removed'}`, effects: effectsOf(is, was), keyword };
      return { place, what: `keyword ${keyword} changed`, effects: ['narrows', 'widens'], keyword, rule: 'not-judged' };
    });
}
