// oneOf is exclusive: a value that fits two of its alternatives does not fit the schema. Reports where a change makes,
// or ends, such a conflict for values that both versions could have.
import { type JsonObject, isObject, listAt } from '../document/document.js';
import type { Effect } from '../verdict/rules.js';
import { type Alternative, type Schema, alternativesOf } from './alternatives.js';
import { type Findings, placeOf } from './comparison.js';
import { areApart } from './pair-alternatives.js';
import type { Shapes } from './shapes.js';

interface Group {
  readonly owner: JsonObject;
  readonly members: readonly Member[];
}

interface Member {
  readonly name: string;
  readonly shape: number;
  readonly schema: Schema;
  readonly alternatives: readonly Alternative[];
}

/** The most pairs of a group that are checked for values that fit both. */
const mostPairs = 20_000;

export function compareExclusive(findings: Findings, old: Schema, now: Schema, shapes: Shapes): void {
  const [before, after] = [groupsOf(old, shapes), groupsOf(now, shapes)];
  tell('narrows', old, now, before, after);
  tell('widens', now, old, after, before);

  /** Conflicts in `into` for values of `from`, where there were none. */
  function tell(effect: Effect, from: Schema, into: Schema, known: readonly Group[], groups: readonly Group[]): void {
    for (const group of groups) {
      const conflict = conflictIn(group, known, from);
      if (!conflict) continue;
      const place = placeOf({ document: into.document, all: [group.owner] }, 'oneOf');
      const verb = effect === 'narrows' ? 'no longer allowed' : 'now allowed';
      if (conflict === 'not known') {
        const what = 'whether values fit two alternatives at once is not known: oneOf has too many of them';
        findings.add({ place, what, effects: [effect], keyword: 'oneOf', rule: 'not-judged', isCut: true });
      } else {
        const what = `values that fit both ${conflict.join(' and ')} are ${verb}: oneOf is exclusive`;
        findings.add({ place, what, effects: [effect], keyword: 'oneOf' });
      }
    }
  }
}

/** The first two members that a value fits at once, though no group excluded that. */
function conflictIn(
  { members }: Group,
  known: readonly Group[],
  from: Schema,
): [string, string] | 'not known' | undefined {
  const rivals = known.map((group) => ({
    shapes: new Set(group.members.map(({ shape }) => shape)),
    byName: new Map(group.members.map((member) => [member.name, member])),
  }));
  if (rivals.some(({ shapes }) => members.every(({ shape }) => shapes.has(shape)))) return undefined;
  const values = sendable(from);
  const candidates = members.map((member) => new Set(values.filter((value) => mayBeOneOf(value, member))));
  let pairs = 0;
  for (const [index, one] of members.entries())
    for (const [next, other] of members.entries()) {
      if (next <= index || rivals.some(({ shapes }) => shapes.has(one.shape) && shapes.has(other.shape))) continue;
      const common = [...(candidates[index] ?? [])].filter((value) => candidates[next]?.has(value));
      if (common.length === 0 || areMembersApart(one, other)) continue;
      pairs += 1;
      if (pairs > mostPairs) return 'not known';
      const wereRivals = rivals.some(({ byName }) => {
        const [was, wasOther] = [byName.get(one.name), byName.get(other.name)];
        return was && wasOther && overlap(was, wasOther, sendable(was.schema));
      });
      if (!wereRivals && overlap(one, other, common)) return [one.name, other.name];
    }
  return undefined;
}

function mayBeOneOf(value: Alternative, { alternatives }: Member): boolean {
  return alternatives.some((alternative) => mayBe(value, alternative));
}

function areMembersApart(one: Member, other: Member): boolean {
  return one.alternatives.every((left) =>
    other.alternatives.every((right) => !haveCommonType(left, right) || areApart(left, right)),
  );
}

function overlap(one: Member, other: Member, values: readonly Alternative[]): boolean {
  const both = alternativesOf({ document: one.schema.document, all: [...one.schema.all, ...other.schema.all] });
  return both.some((common) => isPossible(common) && values.some((value) => mayBe(value, common)));
}

const numeric = ['integer', 'number'];

function haveCommonType(one: Alternative, other: Alternative): boolean {
  return one.type === other.type || (numeric.includes(one.type) && numeric.includes(other.type));
}

/** The alternatives as sent, with their declared fields: with anyOf, those of several alternatives together. */
function sendable(schema: Schema): Alternative[] {
  const alternatives = alternativesOf(schema);
  if (!schema.all.some((own) => 'anyOf' in schema.document.resolve(own))) return [...alternatives];
  const properties = new Map(alternatives.flatMap((one) => [...one.properties]));
  const required = new Set(alternatives.flatMap((one) => [...one.required]));
  return alternatives.map((one) => (one.type === 'object' ? { ...one, properties, required } : one));
}

/** Whether a value may fit, only with declared fields, since nobody sends others. */
function mayBe(value: Alternative, common: Alternative): boolean {
  if (!haveCommonType(value, common)) return false;
  if (value.values && common.values) {
    const known = new Set(common.values.map((one) => JSON.stringify(one)));
    return value.values.some((one) => known.has(JSON.stringify(one)));
  }
  if (value.type !== 'object') return true;
  if (areApart(value, common)) return false;
  return [...common.required].every((name) => value.properties.has(name) || value.required.has(name));
}

/** Whether all its required fields are possible. */
function isPossible({ properties, required, otherFields }: Alternative): boolean {
  return [...required].every((name) => {
    const field = properties.get(name);
    return field ? alternativesOf(field).length > 0 : otherFields !== false;
  });
}

const bare = new WeakMap<JsonObject, JsonObject>();

/**
 * The oneOf lists that apply to a schema: its own, and those in its allOf. Lists with a discriminator cannot conflict.
 */
function groupsOf({ document, all }: Schema, shapes: Shapes): Group[] {
  const seen = new Set<JsonObject>();
  const visit = (schema: unknown): Group[] => {
    const own = document.resolve(schema);
    if (seen.has(own)) return [];
    seen.add(own);
    const inner = listAt(own, 'allOf').flatMap(visit);
    const members = listAt(own, 'oneOf').filter(isObject);
    return members.length < 2 || 'discriminator' in own
      ? inner
      : [{ owner: own, members: members.map((one) => member(own, one)) }, ...inner];
  };
  const member = (owner: JsonObject, one: JsonObject): Member => {
    const rest = { ...owner };
    delete rest['oneOf'];
    const beside = bare.get(owner) ?? rest;
    bare.set(owner, beside);
    const name =
      typeof one['$ref'] === 'string'
        ? (one['$ref'].split('/').at(-1) ?? '')
        : `alternative ${listAt(owner, 'oneOf').indexOf(one) + 1}`;
    const schema = { document, all: [beside, one] };
    return { name, shape: shapes.of(document, one), schema, alternatives: alternativesOf(schema) };
  };
  return all.flatMap(visit);
}
