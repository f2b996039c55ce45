// Validates bodies and headers of responses against the schemas of generated/openapi.json.
import type { ErrorObject, ValidateFunction } from 'ajv';
import AjvModule from 'ajv-draft-04';
import formatsModule from 'ajv-formats';
import { loadContract } from '../spec.js';
import { type Exchange, headerOf } from './exchange.js';
import { type Fault, show } from './finding.js';
import type { Parsed } from './strict-json.js';

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  description?: string;
  type?: string;
  writeOnly?: boolean;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface ResponseObject {
  $ref?: string;
  headers?: Record<string, { $ref?: string; required?: boolean; schema?: Schema }>;
  content?: Record<string, { schema?: Schema }>;
}

export interface Operation {
  operationId: string;
  responses: Record<string, ResponseObject>;
}

export const contract = loadContract();

// Both packages are CommonJS, whose default export lies one level deeper for TypeScript.
const Ajv = AjvModule.default;
const addFormats = formatsModule.default;
// That the contract is one is tested where it is made; checking it anew would take a tenth of a run. Each schema sees few
// values, so that faster functions would cost more time than they save.
const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, code: { optimize: false } });
addFormats(ajv, ['uri', 'byte', 'date-time', 'int32', 'int64']);
ajv.addSchema(asReceived(contract), 'contract');

/** The operation of a path and method of the contract. */
export function operationAt(path: string, method: string): Operation | undefined {
  return contract.paths[path]?.[method.toLowerCase()] as Operation | undefined;
}

/** The response of its status, of its range, or the default. */
function describedResponse({ responses }: Operation, status: number): ResponseObject | undefined {
  return responses[String(status)] ?? responses[`${String(status).charAt(0)}XX`] ?? responses['default'];
}

/** A header is text; numbers and flags of a schema are read in their JSON form. */
function valueOfHeader({ type }: Schema, text: string): unknown {
  const isValue = type === 'boolean' ? /^(true|false)$/ : /^-?\d+(\.\d+)?$/;
  return type !== undefined && type !== 'string' && isValue.test(text) ? (JSON.parse(text) as unknown) : text;
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

/** The faults of a response by its operation's description. Statuses that are not described are free. */
export function judgeByContract(operation: Operation, answer: Exchange, parsed: Parsed): Fault[] {
  const response = resolve(describedResponse(operation, answer.status));
  if (!response) return [];
  const headers = Object.entries(response.headers ?? {}).flatMap(([name, header]) => {
    const { required, schema = {} } = resolve(header) ?? {};
    const value = headerOf(answer, name);
    if (value === undefined) {
      return required
        ? [{ where: `header ${name}`, expected: 'to be there', received: 'nothing', source: described }]
        : [];
    }
    return judgeValue(schema, valueOfHeader(schema, value), `header ${name}`, described);
  });
  const schema = response.content?.['application/json']?.schema;
  if (!schema || parsed.problem !== undefined || answer.status >= 400) return headers;
  return [...headers, ...judgeValue(schema, parsed.value)];
}

const described = 'the contract, responses of the operation';

/** The faults of a value by a schema of the contract. `where` is the place of the value itself. */
export function judgeValue(schema: Schema, value: unknown, where = '', source?: string): Fault[] {
  const validate = compile(schema);
  if (validate(value)) return [];
  return distinctPlaces(validate.errors ?? []).map((error) => {
    const steps = stepsOf(error);
    const place = `${where}${format(steps)}`.replace(/^\./, '') || 'the body';
    return {
      where: place,
      expected: expectationOf(error),
      received: error.keyword === 'required' ? 'nothing' : received(valueAt(value, steps), steps.at(-1)),
      source: source ?? tableOf(schema, steps),
    };
  });
}

/** The schema of a component. */
function componentSchema(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** The schema of one property of a component. */
export function propertyOf(name: string, property: string): Schema | undefined {
  return resolve(componentSchema(name))?.properties?.[property];
}

const compiled = new Map<Schema, ValidateFunction>();

function compile(schema: Schema): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"contract#/')) as Schema;
  const made = ajv.compile(absolute);
  compiled.set(schema, made);
  return made;
}

/** Drops a parent's error about its child's type or enum, which the child's own error repeats. */
function distinctPlaces(errors: ErrorObject[]): ErrorObject[] {
  const seen = new Set<string>();
  return errors.filter((error) => {
    const key = `${format(stepsOf(error))} ${error.keyword}`;
    return !seen.has(key) && seen.add(key);
  });
}

function stepsOf({ instancePath, keyword, params }: ErrorObject): string[] {
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keyword === 'required' ? [...steps, (params as { missingProperty: string }).missingProperty] : steps;
}

function format(steps: string[]): string {
  return steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('');
}

function expectationOf({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'required') return 'to be there';
  if (keyword === 'enum')
    return `one of ${(params as { allowedValues: unknown[] }).allowedValues.map(show).join(', ')}`;
  if (keyword === 'type') return `type ${String((params as { type: unknown }).type)}`;
  return (message ?? keyword).replace(/^must /, 'to ');
}

/** Of fields with certificates and keys, only the size is shown. */
function received(value: unknown, field = ''): string {
  const secret = field.endsWith('-data') && typeof value === 'string';
  return secret ? `a string of ${value.length} characters` : show(value);
}

function valueAt(value: unknown, steps: string[]): unknown {
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], value);
}

/** The table of the API page for the place, from the descriptions of the schemas along its path. */
function tableOf(schema: Schema, steps: string[]): string {
  let at = schema as Schema | undefined;
  let table: string | undefined;
  let row = '';
  const enter = (next: Schema | undefined) => {
    for (at = next; at;) {
      table = /\((Table \d+)\)/.exec(at.description ?? '')?.[1] ?? table;
      const inner: Schema | undefined = at.$ref === undefined ? at.allOf?.[0] : at;
      if (inner === undefined) return;
      at = inner.$ref === undefined ? inner : resolve(inner);
    }
  };
  enter(schema);
  for (const step of steps) {
    if (/^\d+$/.test(step)) {
      enter(at?.items);
    } else {
      row = step;
      const next: Schema | undefined = at?.properties?.[step];
      if (step !== steps.at(-1)) enter(next);
    }
  }
  return [table ?? 'the contract', row].filter(Boolean).join(', ');
}

function resolve<T extends { $ref?: string }>(object: T | undefined): T | undefined {
  if (object?.$ref === undefined) return object;
  const steps = object.$ref.split('/').slice(1);
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], contract) as T;
}
