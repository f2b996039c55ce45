// Checks schemas: patterns, limits, enums, discriminators, and schemas that are made of themselves.
import { isObject } from './places.js';
import type { Problem } from './references.js';
import { type Objects, type Resolver, refName, typeOf } from './resolve.js';
import type { Part } from './shape.js';
import { checkTyped, isOfType } from './check-typed.js';
import { type RefusedId, refusal } from './supported.js';

const lists = ['allOf', 'oneOf', 'anyOf'] as const;
const counts = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'];
const ranges = [
  ['minimum', 'maximum'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minProperties', 'maxProperties'],
] as const;

export function checkSchema(part: Part, resolver: Resolver): Problem[] {
  const { value } = part;
  const problems: Problem[] = [];
  const refuse = (id: RefusedId, key: string, detail?: string) =>
    problems.push({ message: refusal(id, detail), at: [...part.at, key] });
  for (const list of lists)
    if (Array.isArray(value[list]) && value[list].length === 0) refuse('schema-empty-list', list, list);
  checkPattern(value, refuse);
  checkLimits(value, refuse);
  checkEnum(value, resolver, refuse);
  if (value['readOnly'] === true && value['writeOnly'] === true) refuse('schema-read-write', 'writeOnly');
  if (isObject(value['discriminator'])) problems.push(...checkDiscriminator(part, resolver));
  if (isMadeOf(value, value, resolver)) problems.push({ message: refusal('schema-circle'), at: part.at, key: true });
  return [...problems, ...checkTyped(part, resolver)];
}

type Refuse = (id: RefusedId, key: string, detail?: string) => void;

function checkPattern({ pattern }: Objects, refuse: Refuse): void {
  if (typeof pattern !== 'string') return;
  try {
    new RegExp(pattern, 'u');
  } catch {
    refuse('schema-pattern', 'pattern', `the pattern '${pattern}'`);
  }
}

function checkLimits(value: Objects, refuse: Refuse): void {
  for (const key of counts) {
    const count = value[key];
    if (typeof count === 'number' && !(Number.isInteger(count) && count >= 0))
      refuse('schema-limit', key, `${key} ${count}`);
  }
  const { multipleOf } = value;
  if (typeof multipleOf === 'number' && multipleOf <= 0)
    refuse('schema-limit', 'multipleOf', `multipleOf ${multipleOf}`);
  if (typeof multipleOf === 'number' && multipleOf > 0 && !Number.isInteger(multipleOf * 2 ** 20))
    refuse('schema-multiple', 'multipleOf', `multipleOf ${multipleOf}`);
  for (const [least, most] of ranges) {
    const [low, high] = [value[least], value[most]];
    if (typeof low === 'number' && typeof high === 'number' && low > high)
      refuse('schema-limit', most, `${most} ${high} below ${least} ${low}`);
  }
}

function checkEnum(value: Objects, resolver: Resolver, refuse: Refuse): void {
  const { enum: values, nullable } = value;
  if (!Array.isArray(values)) return;
  const different = new Set(values.map((one) => JSON.stringify(one)));
  if (values.length === 0 || different.size !== values.length) {
    refuse('schema-enum', 'enum');
    return;
  }
  const type = typeOf(value, resolver);
  const fits = (one: unknown) => (one === null ? nullable === true : type === undefined || isOfType(one, type));
  if (!values.every(fits)) refuse('schema-enum', 'enum', `the type is ${type ?? 'unknown'}`);
}

/** Whether a schema is part of itself at the same place of the value, so that no end is ever reached. */
function isMadeOf(schema: Objects, wanted: Objects, resolver: Resolver, seen = new Set<Objects>()): boolean {
  const parts = [
    ...lists.flatMap((list) => (Array.isArray(schema[list]) ? (schema[list] as unknown[]) : [])),
    schema['not'],
    schema['items'],
  ];
  return parts.some((part) => {
    if (!isObject(part)) return false;
    const resolved = resolver.resolve(part);
    if (resolved === wanted) return true;
    if (seen.has(resolved)) return false;
    seen.add(resolved);
    return isMadeOf(resolved, wanted, resolver, seen);
  });
}

function checkDiscriminator({ value, at }: Part, resolver: Resolver): Problem[] {
  const { propertyName, mapping } = value['discriminator'] as Objects;
  const problem = (detail: string, ...keys: string[]): Problem[] => [
    { message: refusal('discriminator', detail), at: [...at, 'discriminator', ...keys] },
  ];
  const alternatives = value['oneOf'] ?? value['anyOf'];
  if (!Array.isArray(alternatives)) return problem('there is neither oneOf nor anyOf');
  if (typeof propertyName !== 'string') return problem('there is no propertyName');
  const names = alternatives.map(refName);
  if (names.includes(undefined)) return problem('an alternative is not a reference');
  const tags = tagsOf(value);
  for (const [index, one] of alternatives.entries()) {
    const found = propertyOf(one, propertyName, resolver);
    if (!found) return problem(`'${propertyName}' is not required by ${names[index] ?? ''}`, 'propertyName');
    if (typeOf(found, resolver) !== 'string')
      return problem(`'${propertyName}' of ${names[index] ?? ''} is no string`, 'propertyName');
    const allowed = resolver.resolve(found)['enum'];
    const values = tags.get(names[index] ?? '') ?? [];
    if (Array.isArray(allowed) && !values.some((tag) => allowed.includes(tag))) {
      return problem(`'${propertyName}' of ${names[index] ?? ''} cannot be '${values.join("' or '")}'`, 'propertyName');
    }
  }
  for (const [tag, target] of Object.entries(isObject(mapping) ? mapping : {})) {
    if (!names.includes(String(target).split('/').at(-1)))
      return problem(`'${tag}' is none of the alternatives`, 'mapping', tag);
  }
  return [];
}

/** The values of a discriminator's property by the name of their alternative. */
function tagsOf(schema: Objects): Map<string, string[]> {
  const { mapping } = schema['discriminator'] as Objects;
  const tags = new Map<string, string[]>();
  for (const [tag, target] of Object.entries(isObject(mapping) ? mapping : {})) {
    const name = String(target).split('/').at(-1) ?? '';
    tags.set(name, [...(tags.get(name) ?? []), tag]);
  }
  for (const one of (schema['oneOf'] ?? schema['anyOf']) as unknown[]) {
    const name = refName(one) ?? '';
    if (!tags.has(name)) tags.set(name, [name]);
  }
  return tags;
}

/** The schema of a property that an object requires, by itself or by its parts. */
function propertyOf(schema: unknown, name: string, resolver: Resolver): unknown {
  const wholes = wholesOf(schema, resolver);
  const isRequired = wholes.some(({ required }) => Array.isArray(required) && required.includes(name));
  const holder = wholes.find(({ properties }) => isObject(properties) && Object.hasOwn(properties, name));
  return isRequired && holder ? (holder['properties'] as Objects)[name] : undefined;
}

/** The schema and all that it joins by allOf. */
function wholesOf(schema: unknown, resolver: Resolver, depth = 0): Objects[] {
  const resolved = resolver.resolve(schema);
  const { allOf } = resolved;
  const parts = Array.isArray(allOf) && depth < 20 ? allOf.flatMap((one) => wholesOf(one, resolver, depth + 1)) : [];
  return [resolved, ...parts];
}
