// Checks for schemas that types and validator would read differently, so that code compiles but is refused, or the
// reverse.
import { type Path, isObject } from './places.js';
import type { Problem } from './references.js';
import { type Objects, type Resolver, typeOf } from './resolve.js';
import type { Part } from './shape.js';
import { type RefusedId, refusal } from './supported.js';

const combiners = ['allOf', 'oneOf', 'anyOf'] as const;

export function checkTyped({ value, at }: Part, resolver: Resolver): Problem[] {
  const wrong = (id: RefusedId, keys: Path, detail?: string, key = false): Problem[] => [
    { message: refusal(id, detail), at: [...at, ...keys], key },
  ];
  // The whole's own check covers its parts.
  const isPart = at.some(
    (key, index) => key === 'not' || (combiners.includes(key as never) && index === at.length - 2),
  );
  const ghost = isPart ? undefined : ghostOf(value, resolver);
  const typeless = isPart || typeOf(value, resolver) !== undefined ? undefined : typelessKey(value);
  return [
    ...(value['type'] === 'array' && value['items'] === undefined
      ? wrong('schema-items', ['type'], undefined, true)
      : []),
    ...(typeless === undefined ? [] : wrong('schema-type', [typeless], `'${typeless}'`, true)),
    ...(ghost === undefined ? [] : wrong('schema-required', ['required'], `'${ghost}'`, true)),
    ...closedParts(value, resolver).flatMap(({ index, name }) => wrong('schema-closed', ['allOf', index], `'${name}'`)),
    ...(value['nullable'] === true && !fits(null, value, resolver)
      ? wrong('schema-null', ['nullable'], undefined, true)
      : []),
    ...markersOf(value, at).flatMap((key) => wrong('schema-read-place', [key], key, true)),
    ...('default' in value && !fits(value['default'], value, resolver) ? wrong('schema-default', ['default']) : []),
  ];
}

/** Keywords that omit a property on one side, used outside of properties. */
function markersOf(value: Objects, at: Path): string[] {
  return at.at(-2) === 'properties' ? [] : ['readOnly', 'writeOnly'].filter((key) => value[key] === true);
}

function typelessKey(value: Objects): string | undefined {
  return ['properties', 'additionalProperties', 'items'].find((key) => value[key] !== undefined);
}

/** A required field without a description, which types do not have. */
function ghostOf(value: Objects, resolver: Resolver): string | undefined {
  const { required } = value;
  if (!Array.isArray(required)) return undefined;
  const known = fieldsOf(value, resolver);
  return required.map(String).find((name) => !known.has(name));
}

/** The names of all fields that a schema describes, by itself or by its parts. */
function fieldsOf(schema: unknown, resolver: Resolver, depth = 0): Set<string> {
  const { properties, ...others } = resolver.resolve(schema);
  const own = Object.keys(isObject(properties) ? properties : {});
  if (depth > 20) return new Set(own);
  const parts = combiners.flatMap((key) => (Array.isArray(others[key]) ? (others[key] as unknown[]) : []));
  return new Set([...own, ...parts.flatMap((part) => [...fieldsOf(part, resolver, depth + 1)])]);
}

/** Parts that refuse a field which another part, or the whole, describes. */
function closedParts(value: Objects, resolver: Resolver): { index: number; name: string }[] {
  const { allOf } = value;
  if (!Array.isArray(allOf)) return [];
  const all = fieldsOf(value, resolver);
  return allOf.flatMap((part, index) => {
    if (resolver.resolve(part)['additionalProperties'] !== false) return [];
    const { properties } = resolver.resolve(part);
    const name = [...all].find((one) => !Object.hasOwn(isObject(properties) ? properties : {}, one));
    return name === undefined ? [] : [{ index, name }];
  });
}

/** Whether a value fits the schema's own keywords. */
function fits(value: unknown, schema: unknown, resolver: Resolver, depth = 0): boolean {
  const resolved = resolver.resolve(schema);
  if (value === null && resolved['type'] !== undefined && resolved['nullable'] !== true) return false;
  const all = (key: string) => (Array.isArray(resolved[key]) && depth < 20 ? (resolved[key] as unknown[]) : []);
  const within = (part: unknown) => fits(value, part, resolver, depth + 1);
  const alternatives = [...all('oneOf'), ...all('anyOf')];
  if (!all('allOf').every(within) || (alternatives.length > 0 && !alternatives.some(within))) return false;
  const { enum: values } = resolved;
  if (Array.isArray(values) && !values.some((one) => JSON.stringify(one) === JSON.stringify(value))) return false;
  return (
    value === null ||
    (isOfType(value, resolved['type']) && isWithin(value, resolved) && membersFit(value, resolved, resolver, depth))
  );
}

export function isOfType(value: unknown, type: unknown): boolean {
  if (type === undefined) return true;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value) && !Array.isArray(value);
  return typeof value === type;
}

function isWithin(value: unknown, { pattern, ...limits }: Objects): boolean {
  const between = (size: number, least: unknown, most: unknown) =>
    !(typeof least === 'number' && size < least) && !(typeof most === 'number' && size > most);
  if (typeof value === 'number') return between(value, limits['minimum'], limits['maximum']);
  if (Array.isArray(value)) return between(value.length, limits['minItems'], limits['maxItems']);
  if (typeof value !== 'string') return true;
  if (!between(Array.from(value).length, limits['minLength'], limits['maxLength'])) return false;
  try {
    return typeof pattern !== 'string' || new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function membersFit(value: unknown, schema: Objects, resolver: Resolver, depth: number): boolean {
  const { items, properties, required } = schema;
  if (depth > 20) return true;
  if (Array.isArray(value)) return items === undefined || value.every((one) => fits(one, items, resolver, depth + 1));
  if (!isObject(value)) return true;
  const names = Array.isArray(required) ? required.map(String) : [];
  const known = Object.entries(isObject(properties) ? properties : {});
  return (
    names.every((name) => Object.hasOwn(value, name)) &&
    known.every(([name, one]) => !Object.hasOwn(value, name) || fits(value[name], one, resolver, depth + 1))
  );
}
