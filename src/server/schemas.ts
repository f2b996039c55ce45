// Validates the parts that the validator beneath does not check: parameters, headers of responses, text, and the
// provider's own refusals.
import type { ErrorObject, ValidateFunction } from 'ajv';
import AjvModule from 'ajv-draft-04';
import formatsModule from 'ajv-formats';
import type { OperationId, ParameterForm } from '../../generated/server.js';
import type { ContractDocument } from '../spec.js';
import type { ParameterValues } from './read-parameters.js';
import { RequestViolation, type Violation } from './violation.js';

// Both packages are CommonJS, whose default export lies one level deeper for TypeScript.
const Ajv = AjvModule.default;
const addFormats = formatsModule.default;

type Objects = Record<string, unknown>;

interface ResponseObject {
  headers?: Record<string, { required?: boolean; schema?: object }>;
  content?: Record<string, { schema?: object }>;
}

/** The places of parameters in errors. */
const places = { path: 'params', query: 'query', header: 'headers', cookie: 'cookies' } as const;
/** Set by the provider, whatever a handler gives. */
const ownHeaders = /^(x-request-id|content-type|content-length|www-authenticate|cache-control)$/i;

export class ContractSchemas {
  // The generator has checked the schemas; checking them again at each start would compile the meta-schema for it.
  readonly #ajv = new Ajv({ strict: false, allErrors: true, useDefaults: true, logger: false, validateSchema: false });
  readonly #contract: ContractDocument;
  readonly #operations = new Map<OperationId, { operation: Objects; item: Objects }>();
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(contract: ContractDocument) {
    addFormats(this.#ajv);
    this.#contract = contract;
    for (const item of Object.values(contract.paths) as Objects[]) {
      for (const operation of Object.values(item) as Objects[]) {
        const id = (operation as Objects | null)?.['operationId'];
        if (typeof id === 'string') this.#operations.set(id as OperationId, { operation, item });
      }
    }
  }

  /** Throws for values that break the contract; fills in defaults. */
  checkParameters(id: OperationId, values: ParameterValues): void {
    const validate = this.#schema(`${id} parameters`, () => this.#parametersOf(id));
    const { path: params, query, header: headers, cookie: cookies } = values;
    if (validate({ params, query, headers, cookies })) return;
    const [first, ...others] = (validate.errors ?? []).map(toViolation);
    throw new RequestViolation(first?.path ?? '', first?.message ?? '', ...others);
  }

  /** The fault of the headers that a handler gives, or undefined. */
  headersFault(id: OperationId, status: number, headers: Readonly<Record<string, unknown>>): string | undefined {
    const declared = Object.entries(this.#responseOf(id, status)?.headers ?? {}).filter(
      ([name]) => !ownHeaders.test(name),
    );
    if (declared.length === 0) return undefined;
    const validate = this.#schema(`${id} ${status} headers`, () => {
      const resolved = declared.map(
        ([name, header]) =>
          [
            name.toLowerCase(),
            resolveComponent(header, this.#contract) as { required?: boolean; schema?: object },
          ] as const,
      );
      return {
        properties: Object.fromEntries(resolved.map(([name, { schema = {} }]) => [name, schema])),
        required: resolved.filter(([, { required }]) => required === true).map(([name]) => name),
      };
    });
    const given = Object.entries(headers).filter(([, value]) => value !== undefined);
    return validate(Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value])))
      ? undefined
      : faultOf(validate);
  }

  /** The fault of a text or null that a handler gives, or undefined. */
  bodyFault(id: OperationId, status: number, type: string, body: string | null): string | undefined {
    const schema = this.#responseOf(id, status)?.content?.[type]?.schema ?? {};
    const validate = this.#schema(`${id} ${status} ${type}`, () => ({ properties: { body: schema } }));
    return validate({ body }) ? undefined : faultOf(validate);
  }

  /** The fault of the body of one of the provider's own refusals, or undefined. */
  refusalFault(body: unknown): string | undefined {
    const validate = this.#schema('refusal', () => ({
      properties: { body: { $ref: '#/components/schemas/ErrorStatus' } },
    }));
    return validate({ body }) ? undefined : faultOf(validate);
  }

  #schema(key: string, make: () => object): ValidateFunction {
    const known = this.#compiled.get(key);
    if (known) return known;
    // The components are included so that the contract's references work.
    const required = (schema: object & { required?: string[] }) =>
      schema.required?.length === 0 ? { ...schema, required: undefined } : schema;
    const schema = JSON.parse(
      JSON.stringify({ type: 'object', ...required(make()), components: this.#contract.components }),
    ) as object;
    const validate = this.#ajv.compile(schema);
    this.#compiled.set(key, validate);
    return validate;
  }

  #parametersOf(id: OperationId): object {
    const { operation, item } = this.#operations.get(id) ?? { operation: {}, item: {} };
    const described = [item['parameters'], operation['parameters']].flatMap((list) =>
      Array.isArray(list) ? (list as unknown[]) : [],
    );
    const properties: Record<string, { type: string; properties: Objects; required?: string[] }> = {};
    for (const place of Object.values(places)) properties[place] = { type: 'object', properties: {} };
    for (const one of described) {
      const {
        name,
        in: place,
        required,
        schema,
        content,
      } = resolveComponent(one, this.#contract) as unknown as ParameterForm & Described;
      const holder = properties[places[place]];
      if (!holder) continue;
      holder.properties[name] = schema ?? Object.values(content ?? {})[0]?.schema ?? {};
      // An operation's own parameter replaces that of its path.
      const others = (holder.required ?? []).filter((other) => other !== name);
      const names = required === true ? [...others, name] : others;
      if (names.length > 0) holder.required = names;
      else delete holder.required;
    }
    return { properties };
  }

  #responseOf(id: OperationId, status: number): ResponseObject | undefined {
    const responses = (this.#operations.get(id)?.operation['responses'] ?? {}) as Objects;
    const found = responses[String(status)] ?? responses[`${String(status).charAt(0)}XX`] ?? responses['default'];
    return found === undefined ? undefined : resolveComponent(found, this.#contract);
  }
}

/** The object itself, or the component that it refers to. */
export function resolveComponent(value: unknown, { components }: ContractDocument): Objects {
  let current = value as Objects;
  while (typeof current['$ref'] === 'string') {
    const [, , section = '', name = ''] = current['$ref'].split('/');
    current = (components as Record<string, Record<string, Objects>>)[section]?.[name] ?? {};
  }
  return current;
}

interface Described {
  required?: boolean;
  schema?: object;
  content?: Record<string, { schema?: object }>;
}

function toViolation({ instancePath, message = '', params }: ErrorObject): Violation {
  const missing = (params as { missingProperty?: string }).missingProperty;
  const path = instancePath.replaceAll('~1', '/').replaceAll('~0', '~');
  return { path: missing === undefined ? path : `${path}/${missing}`, message };
}

/** Without values, which may be secret. */
function faultOf({ errors }: ValidateFunction): string {
  return (errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`).join('; ');
}
