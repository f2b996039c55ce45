// Brings a schema into one form, however it is spelled: a list of alternatives of one JSON type each, with $ref, allOf,
// anyOf, oneOf, nullable and lists of types resolved. compare-schemas.ts compares them.
import { type ContractDocument, type JsonObject, isObject, listAt, objectAt, objectsIn } from '../document/document.js';
import { type Branch, branchesOf } from './branches.js';
import { annotations, known } from './keywords.js';
import { type Limits, accepts, mergeLimits, readLimits } from './limits.js';

const jsonTypes = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'] as const;
export type JsonType = (typeof jsonTypes)[number];

/** Schemas of one document that all apply to the same value. */
export interface Schema {
  readonly document: ContractDocument;
  readonly all: readonly JsonObject[];
}

export interface Alternative {
  readonly type: JsonType;
  /** All allowed values, if they can be counted. */
  readonly values: readonly unknown[] | undefined;
  readonly limits: Limits;
  readonly items: Schema | undefined;
  readonly properties: ReadonlyMap<string, Schema>;
  readonly required: ReadonlySet<string>;
  /** Other fields: any, none, or those that fit a schema. */
  readonly otherFields: Schema | boolean;
  readonly not: readonly Schema[];
  /** Its XML form, without the prefix, which readers ignore. */
  readonly xml: unknown;
  /** Unknown keywords. */
  readonly unknown: Readonly<Record<string, unknown>>;
  /** Its source schemas, for the places of changes. */
  readonly schema: Schema;
}

interface Known {
  readonly key: string;
  readonly alternatives: readonly Alternative[];
  readonly hasTooMany: boolean;
}

const memory = new WeakMap<JsonObject, Known[]>();

/** The alternatives of a schema; none when no value fits it. */
export function alternativesOf(schema: Schema): readonly Alternative[] {
  return read(schema).alternatives;
}

/** Its choices have too many combinations, so its alternatives are incomplete. */
export function hasTooManyAlternatives(schema: Schema): boolean {
  return read(schema).hasTooMany;
}

function read(schema: Schema): Known {
  const [first] = schema.all;
  const key = schemaKey(schema);
  const known = first && memory.get(first)?.find((entry) => entry.key === key);
  if (known) return known;
  const { branches, hasTooMany } = branchesOf(schema.document, schema.all);
  const alternatives = joinValues(branches.flatMap((branch) => alternativesOfBranch(schema, branch)));
  const found = { key, alternatives, hasTooMany };
  if (first) memory.set(first, [...(memory.get(first) ?? []), found]);
  return found;
}

function alternativesOfBranch(schema: Schema, branch: Branch): Alternative[] {
  const types = branch.map((own) => typesOf(own, schema.document)).reduce(commonTypes, [...jsonTypes]);
  return types.flatMap((type) => {
    const alternative = alternativeOf(schema, branch, type);
    const isEmpty = alternative.values?.length === 0 || alternative.not.some(({ all }) => isAnything(all[0]));
    return isEmpty ? [] : [alternative];
  });
}

function typesOf(own: JsonObject, { is31 }: ContractDocument): readonly JsonType[] {
  const { type } = own;
  if (type === undefined) return jsonTypes.filter((name) => name !== 'integer');
  const named = (Array.isArray(type) ? type : [type]) as JsonType[];
  return own['nullable'] === true && !is31 ? [...named, 'null'] : named;
}

/** Types that both lists allow; integers are numbers. */
function commonTypes(left: readonly JsonType[], right: readonly JsonType[]): JsonType[] {
  const allows = (list: readonly JsonType[], type: JsonType) =>
    list.includes(type) || (type === 'integer' && list.includes('number'));
  const common = jsonTypes.filter((type) => allows(left, type) && allows(right, type));
  return common.includes('number') ? common.filter((type) => type !== 'integer') : common;
}

function isAnything(schema: JsonObject | undefined): boolean {
  return schema !== undefined && Object.keys(schema).every((keyword) => annotations.has(keyword));
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
    unknown: Object.fromEntries(all.flatMap((own) => Object.entries(own).filter(([key]) => isUnknown(key)))),
    schema: { document, all },
  };
}

const isUnknown = (keyword: string) => !annotations.has(keyword) && !known.has(keyword) && !keyword.startsWith('x-');

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
    for (const [name, field] of objectsIn(own, 'properties'))
      properties.set(name, { document, all: [...(properties.get(name)?.all ?? []), field] });
  // A field that one schema names and another leaves to its additionalProperties must fit both.
  for (const own of all) {
    const others = own['additionalProperties'];
    const known = objectAt(own, 'properties');
    for (const [name, field] of properties) {
      if (Object.hasOwn(known, name)) continue;
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
  // A nullable type allows null on purpose, even if the enum lacks it.
  if (type === 'null') return all.some((own) => own['type'] === undefined && !countsNull(own)) ? [] : undefined;
  const lists = all.flatMap((own) => {
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

function countsNull(own: JsonObject): boolean {
  if (Array.isArray(own['enum'])) return own['enum'].includes(null);
  return !('const' in own) || own['const'] === null;
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

/** Joins a choice of lists of values into one list, with null once. */
function joinValues(alternatives: readonly Alternative[]): Alternative[] {
  const result: Alternative[] = [];
  const counted = new Map<JsonType, { index: number; values: Map<string, unknown> }>();
  for (const one of alternatives) {
    const isCounted = one.type === 'null' || (one.values && !['array', 'object'].includes(one.type));
    const known = isCounted ? counted.get(one.type) : undefined;
    if (known) for (const value of one.values ?? []) known.values.set(JSON.stringify(value), value);
    else result.push(one);
    if (!isCounted || known) continue;
    const values = new Map((one.values ?? []).map((value) => [JSON.stringify(value), value]));
    counted.set(one.type, { index: result.length - 1, values });
  }
  for (const { index, values } of counted.values()) {
    const first = result[index];
    if (first?.values) result[index] = { ...first, values: [...values.values()] };
  }
  return result;
}

/** Calls `found` on the schema and on all that apply with it: through references and allOf, not through choices. */
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
