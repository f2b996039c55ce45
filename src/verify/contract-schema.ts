// Validates bodies and headers of responses against the schemas of generated/openapi.json.
import type { ErrorObject } from 'ajv';
import { loadContract } from '../spec.js';
import { type Exchange, headerOf } from './exchange.js';
import { type Fault, show } from './finding.js';
import { type Schema, validatorOf } from './schema-validators.js';
import type { Parsed } from './strict-json.js';

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
  const schema = bodySchemaOf(response);
  if (!schema || parsed.problem !== undefined || answer.status >= 400) return headers;
  return [...headers, ...judgeValue(schema, parsed.value)];
}

const described = 'the contract, responses of the operation';

/** The faults of a value by a schema of the contract. `where` is the place of the value itself. */
export function judgeValue(schema: Schema, value: unknown, where = '', source?: string): Fault[] {
  const validate = validatorOf(schema);
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

const errorComponent = 'ErrorStatus';

/** The schema of one property of errors. */
export function errorPropertyOf(property: string): Schema | undefined {
  return resolve(componentSchema(errorComponent))?.properties?.[property];
}

const bodySchemaOf = ({ content }: Pick<ResponseObject, 'content'>) => content?.['application/json']?.schema;

/** Every schema that a response may be validated against: the build makes their validators. */
export function judgedSchemas(): Schema[] {
  const operations = Object.values(contract.paths).flatMap((path) => Object.values(path) as Partial<Operation>[]);
  const inResponses = operations.flatMap(({ responses = {} }) =>
    Object.values(responses).flatMap((response) => {
      const described = resolve(response) ?? {};
      const headers = Object.values(described.headers ?? {}).map((header) => resolve(header)?.schema ?? {});
      return [...headers, bodySchemaOf(described)];
    }),
  );
  const { properties = {} } = resolve(componentSchema(errorComponent)) ?? {};
  return [...inResponses, ...Object.values(properties)].filter((schema) => schema !== undefined);
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
