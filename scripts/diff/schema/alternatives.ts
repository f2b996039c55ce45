// Brings a schema into one form, whatever way it is spelled: a list of alternatives, each of one JSON type, with $ref,
// allOf, anyOf, oneOf, nullable and lists of types worked into it. Leaves comparing them to compare-schemas.ts.
import { type ContractDocument, type JsonObject, isObject, listAt, objectAt } from '../document/document.js';
import { type Limits, accepts, mergeLimits, readLimits } from './limits.js';

export const jsonTypes = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'] as const;
export type JsonType = (typeof jsonTypes)[number];

/** Schemas of one document that all hold for the same value. */
export interface Schema {
  readonly document: ContractDocument;
  readonly all: readonly JsonObject[];
}

export interface Alternative {
  readonly type: JsonType;
  /** The only values there are, where they can be counted. */
  readonly values: readonly unknown[] | undefined;
  readonly limits: Limits;
  readonly items: Schema | undefined;
  readonly properties: ReadonlyMap<string, Schema>;
  readonly required: ReadonlySet<string>;
  /** What other fields may be: anything, nothing, or what fits the schema. */
  readonly otherFields: Schema | boolean;
  readonly not: readonly Schema[];
  /** What XML makes of it, without the prefix, which readers go past. */
  readonly xml: unknown;
  /** Keywords that nothing here knows. */
  readonly unknown: Readonly<Record<string, unknown>>;
  /** The schemas it was made of, for the places of changes. */
  readonly schema: Schema;
}

/** The most that a schema may split into; beyond it the schema counts as one whose meaning is not known. */
const mostAlternatives = 500;

type Branch = readonly JsonObject[];

/** Every combination of choices that a schema offers, each as keyword objects without any combinator. */
function branches(document: ContractDocument, schema: unknown, within: readonly unknown[] = []): Branch[] {
  // Boolean schemas of 3.1: anything, nothing.
  if (schema === false) return [];
  const own = document.resolve(schema);
  if (within.includes(own)) return [[]];
  const inner = [...within, own];
  let result: Branch[] = [[own]];
  if (isObject(schema) && '$ref' in schema && siblingsCount(document)) {
    const siblings = { ...schema };
    delete siblings['$ref'];
    result = [[own, siblings]];
  }
  for (const member of listAt(own, 'allOf')) result = product(result, branches(document, member, inner));
  for (const choice of ['anyOf', 'oneOf'])
    if (Array.isArray(own[choice]))
      result = product(
        result,
        listAt(own, choice).flatMap((member) => branches(document, member, inner)),
      );
  // OpenAPI 3.0 lets `nullable` do nothing without a type, but whoever writes it beside a combinator means null.
  const isCombined = ['allOf', 'anyOf', 'oneOf'].some((combinator) => combinator in own);
  if (own['nullable'] === true && (isCombined || own['type'] === undefined)) result = [...result, [{ type: 'null' }]];
  return result;
}

// In 3.0 what stands beside a $ref is ignored.
function siblingsCount(document: ContractDocument): boolean {
  return String(document.root['openapi']).startsWith('3.1');
}

function product(left: readonly Branch[], right: readonly Branch[]): Branch[] {
  return left.flatMap((one) => right.map((other) => [...one, ...other])).slice(0, mostAlternatives);
}

function typesOf(own: JsonObject): readonly JsonType[] {
  const { type } = own;
  if (type === undefined) return jsonTypes.filter((name) => name !== 'integer');
  const named = (Array.isArray(type) ? type : [type]) as JsonType[];
  return own['nullable'] === true ? [...named, 'null'] : named;
}

/** Types that both lists allow; integers are numbers. */
function commonTypes(left: readonly JsonType[], right: readonly JsonType[]): JsonType[] {
  const allows = (list: readonly JsonType[], type: JsonType) =>
    list.includes(type) || (type === 'integer' && list.includes('number'));
  const common = jsonTypes.filter((type) => allows(left, type) && allows(right, type));
  return common.includes('number') ? common.filter((type) => type !== 'integer') : common;
}

const memory = new WeakMap<JsonObject, { key: string; alternatives: Alternative[] }[]>();

/** The alternatives of a schema; none when no value fits it. */
export function alternativesOf(schema: Schema): Alternative[] {
  const [first] = schema.all;
  const key = schemaKey(schema);
  const known = first && memory.get(first)?.find((entry) => entry.key === key);
  if (known) return known.alternatives;
  let combined: Branch[] = [[]];
  for (const one of schema.all) combined = product(combined, branches(schema.document, one));
  const alternatives = joinValues(combined.flatMap((branch) => alternativesOfBranch(schema, branch)));
  if (first) memory.set(first, [...(memory.get(first) ?? []), { key, alternatives }]);
  return alternatives;
}

function alternativesOfBranch(schema: Schema, branch: Branch): Alternative[] {
  const types = branch.map(typesOf).reduce(commonTypes, [...jsonTypes]);
  return types.flatMap((type) => {
    const alternative = alternativeOf(schema, branch, type);
    const isEmpty = alternative.values?.length === 0 || alternative.not.some(({ all }) => isAnything(all[0]));
    return isEmpty ? [] : [alternative];
  });
}

function isAnything(schema: JsonObject | undefined): boolean {
  return schema !== undefined && Object.keys(schema).length === 0;
}

function alternativeOf({ document }: Schema, all: Branch, type: JsonType): Alternative {
  const schemaOf = (...members: unknown[]): Schema => ({ document, all: members.filter(isObject) });
  const limits = all.map((own) => readLimits(own, type)).reduce(mergeLimits, {});
  const items = all.flatMap((own) => ('items' in own ? [own['items']] : []));
  return {
    type,
    limits,
    values: valuesOf(all, type, limits),
    items: type === 'array' && items.length > 0 ? schemaOf(...items) : undefined,
    ...fieldsOf(document, all, type),
    not: all.flatMap((own) => (isObject(own['not']) ? [schemaOf(own['not'])] : [])),
    xml: xmlOf(all),
    unknown: Object.fromEntries(
      all.flatMap((own) => Object.entries(own).filter(([key]) => !knownKeywords.has(key) && !key.startsWith('x-'))),
    ),
    schema: { document, all },
  };
}

function xmlOf(all: Branch): unknown {
  return all.flatMap((own) => {
    const xml = { ...objectAt(own, 'xml') };
    delete xml['prefix'];
    return Object.keys(xml).length > 0 ? [xml] : [];
  });
}

function fieldsOf(document: ContractDocument, all: Branch, type: JsonType) {
  const none = { properties: new Map<string, Schema>(), required: new Set<string>(), otherFields: true };
  if (type !== 'object') return none;
  const properties = new Map<string, Schema>();
  for (const own of all)
    for (const [name, field] of Object.entries(objectAt(own, 'properties')))
      properties.set(name, { document, all: [...(properties.get(name)?.all ?? []), field as JsonObject] });
  // A field that one schema names and another leaves to its additionalProperties must fit both.
  for (const own of all) {
    const others = own['additionalProperties'];
    const known = objectAt(own, 'properties');
    for (const [name, field] of properties) {
      if (name in known) continue;
      if (others === false) properties.delete(name);
      else if (isObject(others)) properties.set(name, { document, all: [...field.all, others] });
    }
  }
  const others = all.map((own) => own['additionalProperties']).filter((other) => other !== undefined && other !== true);
  const schemas = others.filter(isObject).filter((other) => !isAnything(other));
  return {
    properties,
    required: new Set(all.flatMap((own) => listAt(own, 'required').map(String))),
    otherFields: others.includes(false) ? false : schemas.length === 0 ? true : { document, all: schemas },
  };
}

function valuesOf(all: Branch, type: JsonType, limits: Limits): unknown[] | undefined {
  const lists = all.flatMap((own) => {
    if (type === 'null') return [];
    if (Array.isArray(own['enum'])) return [own['enum'] as unknown[]];
    return 'const' in own ? [[own['const']]] : [];
  });
  if (type === 'boolean') lists.push([true, false]);
  const [first, ...others] = lists;
  return first?.filter(
    (value) =>
      hasType(value, type) &&
      others.every((list) => list.some((other) => sameValue(other, value))) &&
      accepts(limits, value),
  );
}

function hasType(value: unknown, type: JsonType): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

export function sameValue(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** A choice between lists of values is one list of values; what is there twice is there once. */
function joinValues(alternatives: readonly Alternative[]): Alternative[] {
  const result: Alternative[] = [];
  for (const one of alternatives) {
    const place = result.findIndex(
      (other) => other.type === one.type && (bothCounted(one, other) || one.type === 'null'),
    );
    const other = result[place];
    if (!other) result.push(one);
    else if (one.values && other.values) {
      const further = one.values.filter((value) => !other.values?.some((known) => sameValue(known, value)));
      result[place] = { ...other, values: [...other.values, ...further] };
    }
  }
  return result;
}

function bothCounted(one: Alternative, other: Alternative): boolean {
  return one.values !== undefined && other.values !== undefined && !['array', 'object'].includes(one.type);
}

/** Calls `found` on the schema and on all that must hold with it: through references and allOf, not through choices. */
export function firstOf<Found>(schema: Schema, find: (own: JsonObject) => Found | undefined): Found | undefined {
  const visit = (one: unknown, within: readonly unknown[]): Found | undefined => {
    const own = schema.document.resolve(one);
    if (within.includes(own)) return undefined;
    const found = find(own);
    if (found !== undefined) return found;
    for (const member of listAt(own, 'allOf')) {
      const inner = visit(member, [...within, own]);
      if (inner !== undefined) return inner;
    }
    return undefined;
  };
  for (const one of schema.all) {
    const found = visit(one, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

/** The same for the same schema objects. */
export function schemaKey({ all }: Schema): string {
  return all
    .map((one) => {
      const identity = identities.get(one) ?? (lastIdentity += 1);
      identities.set(one, identity);
      return identity;
    })
    .join('&');
}

const annotations = ['title', 'xml', 'description', 'example', 'examples', 'externalDocs', 'deprecated', 'default'];
const identifiers = ['$ref', '$comment', '$id', '$anchor', '$schema', '$defs'];
const combinators = ['type', 'nullable', 'enum', 'const', 'allOf', 'anyOf', 'oneOf', 'not', 'discriminator'];
const ofObjects = ['properties', 'required', 'additionalProperties', 'readOnly', 'writeOnly'];
const limitKeywords = [
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'format'],
  ...['minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'uniqueItems', 'items'],
  ...['minProperties', 'maxProperties'],
];
const knownKeywords = new Set([...annotations, ...identifiers, ...combinators, ...ofObjects, ...limitKeywords]);
