// Validators of values by the contract's schemas. In the build, this file is replaced: scripts/bundle/compile-schemas.ts
// makes the validators beforehand, since making them takes a sixth of a run.
import type { Options, ValidateFunction } from 'ajv';
import AjvModule from 'ajv-draft-04';
import formatsModule from 'ajv-formats';
import { loadContract } from '../spec.js';

export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  description?: string;
  type?: string;
  writeOnly?: boolean;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

// Both packages are CommonJS, whose default export lies one level deeper for TypeScript.
const Ajv = AjvModule.default;
const addFormats = formatsModule.default;

/** Ajv, to which the contract is known as `contract`. */
export function ajvWithContract(options: Options = {}) {
  // That the contract is one is tested where it is made; checking it anew would take a tenth of a run. Each schema sees
  // few values, so that faster functions would cost more time than they save.
  const code = { optimize: false, ...options.code };
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, ...options, code });
  addFormats(ajv, ['uri', 'byte', 'date-time', 'int32', 'int64']);
  ajv.addSchema(asReceived(loadContract()), 'contract');
  return ajv;
}

/** A schema of the contract as one of its own, which refers to the contract. */
export function standingAlone(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"contract#/')) as Schema;
}

/** A copy in which responses do not need fields of requests only (OpenAPI 3.0.3, `writeOnly`). */
function asReceived<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(asReceived) as Value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asReceived(member)])) as Schema;
  const { properties = {}, required } = copy;
  if (!Array.isArray(required)) return copy as Value;
  const kept = required.filter((name) => properties[name]?.writeOnly !== true);
  if (kept.length > 0) copy.required = kept;
  else delete copy.required;
  return copy as Value;
}

let ajv: ReturnType<typeof ajvWithContract> | undefined;
const compiled = new Map<Schema, ValidateFunction>();

/** The validator of a schema of the contract. */
export function validatorOf(schema: Schema): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  ajv ??= ajvWithContract();
  const made = ajv.compile(standingAlone(schema));
  compiled.set(schema, made);
  return made;
}
