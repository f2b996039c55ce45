// Compares the parameters of an operation: which there are, whether they must come, how their values are written.
import { type Schema, alternativesOf } from '../schema/alternatives.js';
import type { Place, Use } from '../verdict/changes.js';
import { type Pair, listAll, listDifferences, useOf } from './pair.js';
import { compareDefaults } from '../schema/compare-fields.js';
import { anything } from '../schema/difference.js';
import { type ContractDocument, type JsonObject, isObject, objectAt } from '../document/document.js';
import { parametersOf, pathNames } from '../document/operations.js';
import type { RuleName } from '../verdict/rules.js';

export function comparePathParameters({ old, now, changes }: Pair): void {
  const before = pathNames(old);
  pathNames(now).forEach((name, index) => {
    const was = before[index] ?? '';
    if (was !== name)
      changes.rule('path-parameter-renamed', now, now.name, `path parameter '${was}' is called '${name}' now`);
  });
}

export function compareParameters({ old, now, changes }: Pair): void {
  const [before, after] = [parametersOf(old), parametersOf(now)];
  for (const [key, is] of after) {
    const was = before.get(key);
    const place = { document: now.document, object: is };
    const subject = describe(is);
    if (was) compareParameter(was, is, { old, now, changes });
    else if (is['required'] === true)
      changes.rule('required-parameter-added', place, now.name, `required ${subject} added`);
    else changes.rule('parameter-added', place, now.name, `${subject} added`);
  }
  for (const [key, was] of before) {
    if (after.has(key)) continue;
    const place = { document: old.document, object: was };
    if (was['required'] === true)
      changes.rule('required-parameter-removed', place, now.name, `required ${describe(was)} removed`);
    else changes.rule('parameter-removed', place, now.name, `${describe(was)} removed`);
  }
}

function describe(parameter: JsonObject): string {
  return `${String(parameter['in'])} parameter '${String(parameter['name'])}'`;
}

function compareParameter(was: JsonObject, is: JsonObject, pair: Pair): void {
  const { old, now, changes } = pair;
  const place: Place = { document: now.document, object: is };
  const subject = describe(is);
  const use = useOfParameter(pair, is);
  const say = (rule: RuleName, what: string, ...keys: string[]) =>
    changes.rule(rule, { ...place, keys: keys.filter((key) => key in is) }, now.name, what);

  const [wasRequired, isRequired] = [was['required'] === true, is['required'] === true];
  if (!wasRequired && isRequired) say('parameter-became-required', `${subject} became required`, 'required');
  if (wasRequired && !isRequired) say('parameter-became-optional', `${subject} became optional`, 'required');
  compareFlag(was, is, 'allowEmptyValue', (rule, what) => say(rule, `${subject} ${what}`, 'allowEmptyValue'));
  compareFlag(was, is, 'allowReserved', (rule, what) => say(rule, `${subject} ${what}`, 'allowReserved'));
  if (is['deprecated'] === true && was['deprecated'] !== true)
    say('deprecated', `${subject} is deprecated`, 'deprecated');

  const [oldSchema, newSchema] = [schemaOf(old.document, was), schemaOf(now.document, is)];
  const [oldForm, newForm] = [formOf(was, oldSchema), formOf(is, newSchema)];
  if (oldForm !== newForm)
    say('parameter-serialised-otherwise', `${subject} is written as ${newForm} instead of ${oldForm}`, 'style');
  listDifferences(changes, oldSchema, newSchema, use);
  if (wasRequired || isRequired) return;
  listAll(changes, compareDefaults(subject, oldSchema, newSchema, { ...use, open: new Set() }), use);
}

function useOfParameter(pair: Pair, parameter: JsonObject): Use {
  return { ...useOf(pair, 'request', `${pair.now.name} request`), asText: !('content' in parameter) };
}

const flags = {
  allowEmptyValue: {
    gained: ['parameter-may-be-empty', 'may be empty now'],
    lost: ['parameter-may-not-be-empty', 'may no longer be empty'],
  },
  allowReserved: {
    gained: ['reserved-characters-allowed', 'may hold reserved characters as they are now'],
    lost: ['reserved-characters-refused', 'may no longer hold reserved characters as they are'],
  },
} as const;

/** Both flags mean something in a query only. */
function compareFlag(
  was: JsonObject,
  is: JsonObject,
  flag: keyof typeof flags,
  say: (rule: RuleName, what: string) => void,
): void {
  if (is['in'] !== 'query' || (was[flag] === true) === (is[flag] === true)) return;
  const [rule, what] = flags[flag][is[flag] === true ? 'gained' : 'lost'];
  say(rule, what);
}

/** The schema of a parameter or header, whether in `schema` or in `content`. */
export function schemaOf(document: ContractDocument, parameter: JsonObject): Schema {
  const [content] = Object.values(objectAt(parameter, 'content'));
  const schema = isObject(content) ? content['schema'] : parameter['schema'];
  return isObject(schema) ? { document, all: [schema] } : anything({ document, all: [parameter] });
}

const defaultStyles: Readonly<Record<string, string>> = {
  query: 'form',
  cookie: 'form',
  path: 'simple',
  header: 'simple',
};

/** How a value is written on the wire. Single values come out the same in most styles, with and without `explode`. */
function formOf(parameter: JsonObject, schema: Schema): string {
  const [mediaType] = Object.keys(objectAt(parameter, 'content'));
  if (mediaType !== undefined) return mediaType;
  const place = String(parameter['in']);
  const style = typeof parameter['style'] === 'string' ? parameter['style'] : (defaultStyles[place] ?? 'form');
  // The name of a path parameter shows in this style only.
  const named = style === 'matrix' ? `${style} ${String(parameter['name'])}` : style;
  const types = alternativesOf(schema).map(({ type }) => type);
  if (!types.includes('array') && !types.includes('object'))
    return ['label', 'matrix'].includes(style) ? named : 'a plain value';
  if (style === 'simple' && !types.includes('object')) return style;
  if (style === 'deepObject') return style;
  const explode = parameter['explode'] ?? style === 'form';
  return `${named}${explode === true ? ', exploded' : ''}`;
}

/** Response headers are written one way only, but for `explode` of objects. */
export function headerFormOf(header: JsonObject, schema: Schema): string {
  return formOf({ ...header, in: 'header', style: 'simple' }, schema);
}
