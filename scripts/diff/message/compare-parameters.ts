// Compares the parameters of an operation: their existence, whether they are required, and their serialisation.
import { type Schema, alternativesOf } from '../schema/alternatives.js';
import type { Place } from '../verdict/changes.js';
import { presence } from '../verdict/presence.js';
import { type Pair, listDifferences, useOf } from './pair.js';
import { compareDefaults } from '../schema/compare-fields.js';
import { anything } from '../schema/comparison.js';
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

export function compareParameters(pair: Pair): void {
  const { old, now, changes } = pair;
  const [before, after] = [parametersOf(old), parametersOf(now)];
  for (const key of new Set([...after.keys(), ...before.keys()])) {
    const [was, is] = [before.get(key), after.get(key)];
    const one = is ?? was ?? {};
    const keys = was && is && 'required' in is ? ['required'] : [];
    const place: Place = { document: is ? now.document : old.document, object: one, keys };
    const found = presence('parameter', { was: needOf(was), is: needOf(is) }, describe(one));
    if (found) changes.rule(found.rule, place, now.name, found.what);
    if (was && is) compareParameter(was, is, pair);
  }
}

const needOf = (parameter: JsonObject | undefined) =>
  parameter && (parameter['required'] === true || parameter['in'] === 'path');

function describe(parameter: JsonObject): string {
  return `${String(parameter['in'])} parameter '${String(parameter['name'])}'`;
}

function compareParameter(was: JsonObject, is: JsonObject, pair: Pair): void {
  const { old, now, changes } = pair;
  const subject = describe(is);
  const use = { ...useOf(pair, 'request', `${now.name} request`), asText: !('content' in is) };
  const say = (rule: RuleName, what: string, ...keys: string[]) => {
    const place: Place = { document: now.document, object: is, keys: keys.filter((key) => key in is) };
    changes.rule(rule, place, now.name, what);
  };
  compareFlag(was, is, 'allowEmptyValue', (rule, what) => say(rule, `${subject} ${what}`, 'allowEmptyValue'));
  compareFlag(was, is, 'allowReserved', (rule, what) => say(rule, `${subject} ${what}`, 'allowReserved'));
  if (is['deprecated'] === true && was['deprecated'] !== true)
    say('deprecated', `${subject} is deprecated`, 'deprecated');

  const schemas = [schemaOf(old.document, was), schemaOf(now.document, is)] as const;
  const [oldSchema, newSchema] = asLists(was, is, schemas);
  const [oldForm, newForm] = [formOf(was, oldSchema), formOf(is, newSchema)];
  if (oldForm !== newForm)
    say('parameter-serialised-otherwise', `${subject} is written as ${newForm} instead of ${oldForm}`, 'style');
  listDifferences(pair, oldSchema, newSchema, use);
  if (needOf(was) || needOf(is)) return;
  for (const difference of compareDefaults(subject, ...schemas, use)) changes.ofSchema(difference, use);
}

/** One value looks like a list of one in the form `a=1&a=2`, so it is compared as such a list. */
function asLists(was: JsonObject, is: JsonObject, [old, now]: readonly [Schema, Schema]): readonly [Schema, Schema] {
  const isList = (parameter: JsonObject, schema: Schema) =>
    formOf(parameter, schema) === 'form, exploded' && typesOf(schema).every((type) => type === 'array');
  const isPlain = (parameter: JsonObject, schema: Schema) =>
    parameter['in'] === 'query' && formOf(parameter, schema) === 'a plain value';
  if (isPlain(was, old) && isList(is, now)) return [listOfOne(old), now];
  if (isList(was, old) && isPlain(is, now)) return [old, listOfOne(now)];
  return [old, now];
}

const lists = new WeakMap<JsonObject, JsonObject>();

function listOfOne({ document, all }: Schema): Schema {
  const [schema = {}] = all;
  const list = lists.get(schema) ?? { type: 'array', minItems: 1, maxItems: 1, items: schema };
  lists.set(schema, list);
  return { document, all: [list] };
}

const typesOf = (schema: Schema) => alternativesOf(schema).map(({ type }) => type);

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

/** Both flags have a meaning in queries only. */
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

const plainInJson: readonly string[] = ['integer', 'number', 'boolean'];

/** The form of a value on the wire. Single values look the same in most styles, with and without `explode`. */
function formOf(parameter: JsonObject, schema: Schema): string {
  const [mediaType] = Object.keys(objectAt(parameter, 'content'));
  // A number or a boolean looks the same in JSON.
  const isPlainJson = mediaType === 'application/json' && typesOf(schema).every((type) => plainInJson.includes(type));
  if (mediaType !== undefined) return isPlainJson ? 'a plain value' : mediaType;
  const place = String(parameter['in']);
  const style = typeof parameter['style'] === 'string' ? parameter['style'] : (defaultStyles[place] ?? 'form');
  // The name of a path parameter shows in this style only.
  const named = style === 'matrix' ? `${style} ${String(parameter['name'])}` : style;
  const types = typesOf(schema);
  if (!types.includes('array') && !types.includes('object'))
    return ['label', 'matrix'].includes(style) ? named : 'a plain value';
  if (style === 'simple' && !types.includes('object')) return style;
  if (style === 'deepObject') return style;
  const explode = parameter['explode'] ?? style === 'form';
  return `${named}${explode === true ? ', exploded' : ''}`;
}

/** Response headers have one form only, except for `explode` of objects. */
export function headerFormOf(header: JsonObject, schema: Schema): string {
  return formOf({ ...header, in: 'header', style: 'simple' }, schema);
}
