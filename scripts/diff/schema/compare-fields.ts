// Compares the fields of objects: those that came, went, became required or optional, and all others that may be there.
import { type Alternative, type Schema, firstOf, sameValue } from './alternatives.js';
import { type Compare, type Comparison, type Difference, anything, effectsOf, placeOf } from './difference.js';
import type { Effect, RuleName } from '../verdict/rules.js';

/** A field as one direction sees it. */
interface Field {
  readonly schema: Schema;
  readonly isRequired: boolean;
}

export function compareFields(
  old: Alternative,
  now: Alternative,
  comparison: Comparison,
  compare: Compare,
): Difference[] {
  if (old.type !== 'object' || now.type !== 'object') return [];
  const before = fieldsOf(old, comparison);
  const after = fieldsOf(now, comparison);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [
    ...[...names].flatMap((name) => {
      const [was, is] = [before.get(name), after.get(name)];
      if (was && is) return compareField(name, was, is, comparison, compare);
      if (is) return fieldAdded(name, is, old, comparison, compare);
      return was ? fieldRemoved(name, was, now, comparison, compare) : [];
    }),
    ...compareOtherFields(old, now, comparison, compare),
  ];
}

/** Without those that do not travel in this direction. */
function fieldsOf(alternative: Alternative, { direction }: Comparison): Map<string, Field> {
  const absent = direction === 'request' ? 'readOnly' : 'writeOnly';
  const fields = new Map<string, Field>();
  for (const [name, schema] of alternative.properties) {
    const isAbsent = firstOf(schema, (own) => (own[absent] === true ? true : undefined)) ?? false;
    if (!isAbsent) fields.set(name, { schema, isRequired: alternative.required.has(name) });
  }
  for (const name of alternative.required)
    if (!alternative.properties.has(name)) fields.set(name, { schema: otherFieldsOf(alternative), isRequired: true });
  return fields;
}

function otherFieldsOf({ otherFields, schema }: Alternative): Schema {
  return typeof otherFields === 'object' ? otherFields : anything(schema);
}

function compareField(name: string, was: Field, is: Field, comparison: Comparison, compare: Compare): Difference[] {
  const differences = compare(was.schema, is.schema, comparison);
  if (was.isRequired !== is.isRequired) {
    const became = is.isRequired ? 'required' : 'optional';
    const effect = is.isRequired ? 'narrows' : 'widens';
    const rule = `${comparison.direction}-field-became-${became}` as const;
    differences.push(difference(rule, is.schema, `field '${name}' became ${became}`, [effect]));
  }
  if (was.isRequired || is.isRequired) return differences;
  return [...differences, ...compareDefaults(`field '${name}'`, was.schema, is.schema, comparison)];
}

/** What is taken when nothing comes; of no interest where something must come. */
export function compareDefaults(subject: string, was: Schema, is: Schema, { direction }: Comparison): Difference[] {
  const find = (own: Record<string, unknown>) => ('default' in own ? { value: own['default'] } : undefined);
  const [before, after] = [firstOf(was, find), firstOf(is, find)];
  if (sameValue(before, after)) return [];
  const kind = !before ? 'added' : !after ? 'removed' : 'changed';
  const rule: RuleName = direction === 'response' ? `response-default-${kind}` : `default-${kind}`;
  const show = (found?: { value: unknown }) => (found ? JSON.stringify(found.value) : 'none');
  const place = placeOf(after ? is : was, 'default');
  return [
    {
      place,
      what: `default of ${subject}: ${show(before)} became ${show(after)}`,
      effects: [],
      keyword: 'default',
      rule,
    },
  ];
}

function fieldAdded(name: string, is: Field, old: Alternative, comparison: Comparison, compare: Compare): Difference[] {
  const required = is.isRequired ? ' required' : '';
  const what = `${required ? 'required ' : ''}field '${name}' added`;
  const narrows = is.isRequired;
  if (comparison.direction === 'request') {
    // Its values may have been allowed before, as those of any other field.
    if (typeof old.otherFields === 'object' && !narrows)
      return onlyEffect('widens', compare(old.otherFields, is.schema, comparison));
    const rule = required ? 'required-request-field-added' : 'request-field-added';
    return [difference(rule, is.schema, what, effectsOf(narrows, true))];
  }
  if (old.otherFields === false)
    return [
      difference('response-field-added-where-none-may-be', is.schema, what, effectsOf(narrows, true)),
      ...(required ? [difference('required-response-field-added', is.schema, what, ['narrows'])] : []),
    ];
  const rule = required ? 'required-response-field-added' : 'response-field-added';
  const inner = typeof old.otherFields === 'object' ? compare(old.otherFields, is.schema, comparison) : [];
  return [difference(rule, is.schema, what, effectsOf(narrows, false)), ...onlyEffect('widens', inner)];
}

function fieldRemoved(
  name: string,
  was: Field,
  now: Alternative,
  comparison: Comparison,
  compare: Compare,
): Difference[] {
  const what = `${was.isRequired ? 'required ' : ''}field '${name}' removed`;
  const widens = was.isRequired;
  if (comparison.direction === 'request') {
    if (typeof now.otherFields === 'object' && !widens)
      return onlyEffect('narrows', compare(was.schema, now.otherFields, comparison));
    const rule = widens ? 'required-request-field-removed' : 'request-field-removed';
    return [difference(rule, was.schema, what, effectsOf(true, widens))];
  }
  const isHidden = now.properties.has(name);
  if (isHidden) {
    const hidden = difference('response-field-became-write-only', was.schema, `${what} from responses`, ['narrows']);
    return widens ? [hidden, difference('required-response-field-removed', was.schema, what, ['widens'])] : [hidden];
  }
  const gone: RuleName = widens ? 'required-response-field-removed' : 'response-field-removed';
  if (now.otherFields === false)
    return [
      difference('response-field-removed-where-none-may-be', was.schema, what, effectsOf(true, widens)),
      ...(widens ? [difference(gone, was.schema, what, ['widens'])] : []),
    ];
  const inner = typeof now.otherFields === 'object' ? compare(was.schema, now.otherFields, comparison) : [];
  return [difference(gone, was.schema, what, effectsOf(false, widens)), ...onlyEffect('narrows', inner)];
}

function onlyEffect(effect: Effect, differences: readonly Difference[]): Difference[] {
  return differences.filter(({ effects }) => effects.includes(effect)).map((one) => ({ ...one, effects: [effect] }));
}

function compareOtherFields(
  old: Alternative,
  now: Alternative,
  comparison: Comparison,
  compare: Compare,
): Difference[] {
  const [before, after] = [old.otherFields, now.otherFields];
  const difference = (what: string, effects: readonly Effect[]): Difference[] => [
    {
      place: placeOf(after === true ? old.schema : now.schema, 'additionalProperties'),
      what,
      effects,
      keyword: 'additionalProperties',
    },
  ];
  if (before === after) return [];
  if (after === false) return difference('fields without a name here are no longer allowed', ['narrows']);
  if (before === false) return difference('fields without a name here are now allowed', ['widens']);
  if (after === true) return difference('fields without a name here may now be anything', ['widens']);
  if (before === true) return difference('fields without a name here must now fit a schema', ['narrows']);
  return compare(before, after, comparison);
}

function difference(rule: RuleName, schema: Schema, what: string, effects: readonly Effect[]): Difference {
  return { place: placeOf(schema), what, effects, keyword: 'properties', rule };
}
