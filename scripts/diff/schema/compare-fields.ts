// Compares the fields of objects: added and removed ones, those that became required or optional, and other allowed
// fields.
import { presence } from '../verdict/presence.js';
import type { Effect, RuleName } from '../verdict/rules.js';
import { type Alternative, type Schema, firstOf, sameValue } from './alternatives.js';
import {
  type Comparison,
  type Difference,
  type Findings,
  type Travel,
  anything,
  effectsOf,
  placeOf,
} from './comparison.js';

/** A field in one direction. */
interface Field {
  readonly schema: Schema;
  readonly isRequired: boolean;
}

export function compareFields(findings: Findings, old: Alternative, now: Alternative, comparison: Comparison): void {
  if (old.type !== 'object' || now.type !== 'object') return;
  const before = fieldsOf(old, comparison);
  const after = fieldsOf(now, comparison);
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name), after.get(name)];
    if (was && is) compareField(findings, name, was, is, comparison);
    else if (is) fieldAdded(findings, name, is, old, comparison);
    else if (was) fieldRemoved(findings, name, was, now, comparison);
  }
  compareOtherFields(findings, old, now, comparison);
}

/** Without fields that are not sent in this direction. */
function fieldsOf(alternative: Alternative, { direction }: Comparison): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const [name, schema] of alternative.properties)
    if (!isAbsent(schema, direction)) fields.set(name, { schema, isRequired: alternative.required.has(name) });
  for (const name of alternative.required)
    if (!alternative.properties.has(name)) fields.set(name, { schema: otherFieldsOf(alternative), isRequired: true });
  return fields;
}

function isAbsent(schema: Schema, direction: Comparison['direction']): boolean {
  const keyword = direction === 'request' ? 'readOnly' : 'writeOnly';
  return firstOf(schema, (own) => (own[keyword] === true ? true : undefined)) ?? false;
}

function otherFieldsOf({ otherFields, schema }: Alternative): Schema {
  return typeof otherFields === 'object' ? otherFields : anything(schema);
}

function compareField(findings: Findings, name: string, was: Field, is: Field, comparison: Comparison): void {
  const { direction } = comparison;
  findings.include(comparison.compare(was.schema, is.schema, comparison));
  const became = presence(`${direction}-field`, { was: was.isRequired, is: is.isRequired }, `field '${name}'`);
  if (became) findings.add(difference(became.rule, is.schema, became.what, [is.isRequired ? 'narrows' : 'widens']));
  if (was.isRequired || is.isRequired) return;
  findings.add(...compareDefaults(`field '${name}'`, was.schema, is.schema, comparison));
}

/** The default, which has no meaning for a required field. */
export function compareDefaults(subject: string, was: Schema, is: Schema, { direction }: Travel): Difference[] {
  const find = (own: Record<string, unknown>) => ('default' in own ? { value: own['default'] } : undefined);
  const [before, after] = [firstOf(was, find), firstOf(is, find)];
  if (sameValue(before, after)) return [];
  const kind = !before ? 'added' : !after ? 'removed' : 'changed';
  const rule: RuleName = direction === 'response' ? `response-default-${kind}` : `default-${kind}`;
  const show = (found?: { value: unknown }) => (found ? JSON.stringify(found.value) : 'none');
  const place = placeOf(after ? is : was, 'default');
  const what = `default of ${subject}: ${show(before)} became ${show(after)}`;
  return [{ place, what, effects: [], keyword: 'default', rule }];
}

function fieldAdded(findings: Findings, name: string, is: Field, old: Alternative, comparison: Comparison): void {
  const { direction } = comparison;
  const found = presence(`${direction}-field`, { was: undefined, is: is.isRequired }, `field '${name}'`);
  const others = old.otherFields;
  const wasHidden = old.properties.has(name);
  const tell = (rule: RuleName | undefined, effects: readonly Effect[], what = found?.what ?? '') => {
    if (rule) findings.add(difference(rule, is.schema, what, effects));
  };
  if (direction === 'request') {
    if (wasHidden && !is.isRequired)
      tell('request-field-became-writable', ['widens'], `field '${name}' is no longer read-only`);
    // Its values may have been allowed before, as for any other field.
    else if (typeof others === 'object' && !is.isRequired)
      findings.include(comparison.compare(others, is.schema, comparison), 'widens');
    else tell(found?.rule, effectsOf(is.isRequired, true));
  } else if (others === false && !wasHidden) {
    tell('response-field-added-where-none-may-be', effectsOf(is.isRequired, true));
    if (is.isRequired) tell(found?.rule, ['narrows']);
  } else {
    tell(found?.rule, effectsOf(is.isRequired, false));
    if (typeof others === 'object') findings.include(comparison.compare(others, is.schema, comparison), 'widens');
  }
}

function fieldRemoved(findings: Findings, name: string, was: Field, now: Alternative, comparison: Comparison): void {
  const { direction } = comparison;
  const found = presence(`${direction}-field`, { was: was.isRequired, is: undefined }, `field '${name}'`);
  const others = now.otherFields;
  const isHidden = now.properties.has(name);
  const tell = (rule: RuleName | undefined, effects: readonly Effect[], what = found?.what ?? '') => {
    if (rule) findings.add(difference(rule, was.schema, what, effects));
  };
  if (direction === 'request') {
    const readOnly = was.isRequired ? 'required-request-field-became-read-only' : 'request-field-became-read-only';
    if (isHidden) tell(readOnly, effectsOf(true, was.isRequired), `field '${name}' became read-only`);
    else if (typeof others === 'object' && !was.isRequired)
      findings.include(comparison.compare(was.schema, others, comparison), 'narrows');
    else tell(found?.rule, effectsOf(true, was.isRequired));
  } else if (isHidden || others === false) {
    if (isHidden) tell('response-field-became-write-only', ['narrows'], `field '${name}' became write-only`);
    else tell('response-field-removed-where-none-may-be', effectsOf(true, was.isRequired));
    if (was.isRequired) tell(found?.rule, ['widens']);
  } else {
    tell(found?.rule, effectsOf(false, was.isRequired));
    if (typeof others === 'object') findings.include(comparison.compare(was.schema, others, comparison), 'narrows');
  }
}

function compareOtherFields(findings: Findings, old: Alternative, now: Alternative, comparison: Comparison): void {
  const [before, after] = [old.otherFields, now.otherFields];
  const tell = (what: string, effects: readonly Effect[]) =>
    findings.add({
      place: placeOf(after === true ? old.schema : now.schema, 'additionalProperties'),
      what,
      effects,
      keyword: 'additionalProperties',
    });
  if (before === after) return;
  if (after === false) tell('fields without a name here are no longer allowed', ['narrows']);
  else if (before === false) tell('fields without a name here are now allowed', ['widens']);
  else if (after === true) tell('fields without a name here may now be anything', ['widens']);
  else if (before === true) tell('fields without a name here must now fit a schema', ['narrows']);
  else findings.include(comparison.compare(before, after, comparison));
}

function difference(rule: RuleName, schema: Schema, what: string, effects: readonly Effect[]): Difference {
  return { place: placeOf(schema), what, effects, keyword: 'properties', rule };
}
