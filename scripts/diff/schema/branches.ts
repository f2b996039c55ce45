// Multiplies out the choices of a schema: references, allOf, anyOf, oneOf and nullable become a list of branches, each
// a set of keyword objects that apply together.
import { type ContractDocument, type JsonObject, isObject, listAt } from '../document/document.js';

export type Branch = readonly JsonObject[];

export interface Branches {
  readonly branches: readonly Branch[];
  readonly hasTooMany: boolean;
}

/** The most combinations of choices that are multiplied out. A plain list of alternatives may be longer. */
const mostCombinations = 4096;

/** All combinations of the choices of schemas that apply together. */
export function branchesOf(document: ContractDocument, all: readonly unknown[]): Branches {
  return all.map((one) => split(document, one, [])).reduce(product, { branches: [[]], hasTooMany: false });
}

function split(document: ContractDocument, schema: unknown, within: readonly unknown[]): Branches {
  const own = document.resolve(schema);
  if (within.includes(own)) return { branches: [[]], hasTooMany: false };
  const inner = [...within, own];
  let result: Branches = { branches: [[own]], hasTooMany: false };
  // In OpenAPI 3.0, keys beside a $ref are ignored.
  if (isObject(schema) && '$ref' in schema && document.is31)
    result = product(result, split(document, besideOf(schema), inner));
  for (const member of listAt(own, 'allOf')) result = product(result, split(document, member, inner));
  for (const choice of ['anyOf', 'oneOf'])
    if (Array.isArray(own[choice]))
      result = product(
        result,
        listAt(own, choice)
          .map((member) => split(document, member, inner))
          .reduce(sum, { branches: [], hasTooMany: false }),
      );
  return isNull(document, own) ? sum(result, { branches: [[{ type: 'null' }]], hasTooMany: false }) : result;
}

// In OpenAPI 3.0, `nullable` has no effect without a type, but beside a combinator authors mean null.
function isNull({ is31 }: ContractDocument, own: JsonObject): boolean {
  const isCombined = ['allOf', 'anyOf', 'oneOf'].some((combinator) => combinator in own);
  return !is31 && own['nullable'] === true && (isCombined || own['type'] === undefined);
}

const besides = new WeakMap<JsonObject, JsonObject>();

function besideOf(schema: JsonObject): JsonObject {
  const known = besides.get(schema);
  if (known) return known;
  const beside = { ...schema };
  delete beside['$ref'];
  besides.set(schema, beside);
  return beside;
}

function sum(left: Branches, right: Branches): Branches {
  return { branches: [...left.branches, ...right.branches], hasTooMany: left.hasTooMany || right.hasTooMany };
}

function product(left: Branches, right: Branches): Branches {
  const hasTooMany = left.hasTooMany || right.hasTooMany;
  const count = left.branches.length * right.branches.length;
  if (count > mostCombinations && left.branches.length > 1 && right.branches.length > 1)
    return { branches: left.branches, hasTooMany: true };
  return { branches: left.branches.flatMap((one) => right.branches.map((other) => [...one, ...other])), hasTooMany };
}
