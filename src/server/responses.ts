// Sends responses: validated against the contract, in the form of their media type. An unchangeable body is validated
// and serialised twice at most; whenever a handler returns the same object again, the same bytes are sent.
import type { ServerResponse } from 'node:http';
import { type BodyForm, type HeaderValue, messageForms } from '../../generated/server.js';
import { ClusterCertError } from '../errors.js';
import type { ErrorResponse } from './error-response.js';
import type { MatchedRequest, Operation } from './match.js';
import type { ContractSchemas } from './schemas.js';

/** The result of a handler. */
export interface HandlerResult {
  status: number;
  headers?: Readonly<Record<string, HeaderValue>> | undefined;
  /** Of several that the contract has for the status. */
  contentType?: string | undefined;
  body?: unknown;
}

/** The validator's middleware for responses, which checks the argument of `json`. */
export type ValidateResponse = (
  request: MatchedRequest,
  response: ServerResponse & { json: (allowed: unknown) => unknown },
  next: (error?: unknown) => void,
) => unknown;

/** A response that passed the validator. */
interface Passed {
  operation: Operation;
  status: number;
  bytes: Buffer;
}

export class Responses {
  readonly #validate: ValidateResponse;
  readonly #schemas: ContractSchemas;
  readonly #whenLogged: (act: () => void) => void;
  readonly #passed = new WeakMap<object, Passed>();
  readonly #seen = new WeakSet();

  constructor(
    validate: ValidateResponse,
    { schemas, whenLogged }: { schemas: ContractSchemas; whenLogged: (act: () => void) => void },
  ) {
    this.#validate = validate;
    this.#schemas = schemas;
    this.#whenLogged = whenLogged;
  }

  /** Sends a handler's result. Throws, or passes to `next`, violations of the contract. */
  send(request: MatchedRequest, response: ServerResponse, result: HandlerResult, next: (error: unknown) => void): void {
    const operation = request.openapi?.schema;
    if (!operation) throw broken('a response was given that has no operation');
    const { status, body } = result;
    const forms = formsOf(operation, status);
    if (!forms) throw broken(`${operation.operationId} has no response for the status ${status}`);
    const fault = this.#schemas.headersFault(operation.operationId, status, result.headers ?? {});
    if (fault !== undefined) throw broken(`a header of ${operation.operationId}: ${fault}`);
    if (this.#sendAgain(operation, response, result)) return;
    const [only, ...others] = Object.keys(forms);
    if (only === undefined) {
      if (body !== undefined) throw broken(`${operation.operationId} has no body with the status ${status}`);
      setHead(response, result);
      this.#end(response, undefined);
      return;
    }
    const type = result.contentType ?? (others.length === 0 ? only : undefined);
    const form = type === undefined ? undefined : forms[type];
    if (type === undefined || !form)
      throw broken(`${operation.operationId} has no content of the type ${type ?? 'undefined'}`);
    if (form === 'json') this.#sendJson(request, response, { operation, type, result }, next);
    else this.#sendRaw(response, { operation, type, result }, form);
  }

  /** Sends one of the provider's own refusals, which every operation may answer with. Throws for one that is none. */
  refuse(response: ServerResponse, { status, headers, body }: ErrorResponse): void {
    const fault = this.#schemas.refusalFault(body);
    if (fault !== undefined) throw broken(`a refusal: ${fault}`);
    setHead(response, { status, headers });
    setType(response, 'application/json');
    this.#end(response, Buffer.from(JSON.stringify(body)));
  }

  #sendJson(request: MatchedRequest, response: ServerResponse, sent: Sent, next: (error: unknown) => void): void {
    const { operation, type, result } = sent;
    const { status, body } = result;
    // To the validator, null is no body.
    const fault = body === null ? this.#schemas.bodyFault(operation.operationId, status, type, body) : undefined;
    if (fault !== undefined) throw broken(`the body of ${operation.operationId}: ${fault}`);
    setHead(response, result);
    setType(response, type);
    if (body === null) {
      this.#end(response, Buffer.from('null'));
      return;
    }
    // The validator calls this with a valid body.
    const json = (allowed: unknown) => {
      const bytes = Buffer.from((JSON.stringify(allowed) as string | undefined) ?? '');
      if (isObject(body) && allowed === body && type === 'application/json')
        this.#keep(body, { operation, status, bytes });
      this.#end(response, bytes);
      return response;
    };
    const validated = Object.assign(response, { json });
    void this.#validate(request, validated, (error?: unknown) => {
      if (error === undefined) validated.json(body);
      else next(error);
    });
  }

  #sendRaw(response: ServerResponse, sent: Sent, form: BodyForm): void {
    const { operation, type, result } = sent;
    const { status, body } = result;
    const isRight = form === 'text' ? typeof body === 'string' : body instanceof Uint8Array;
    if (!isRight) throw broken(`the body of ${operation.operationId} is no ${form === 'text' ? 'text' : 'Uint8Array'}`);
    const fault =
      typeof body === 'string' ? this.#schemas.bodyFault(operation.operationId, status, type, body) : undefined;
    if (fault !== undefined) throw broken(`the body of ${operation.operationId}: ${fault}`);
    setHead(response, result);
    setType(response, type);
    this.#end(response, Buffer.from(body as string | Uint8Array));
  }

  /** Only the second time: most responses are sent once, and checking costs more than it saves. */
  #keep(body: object, passed: Passed): void {
    if (!this.#seen.has(body)) this.#seen.add(body);
    else if (isUnchangeable(body)) this.#passed.set(body, passed);
  }

  /** Sends a body if the same object has passed as a response of this operation before; false otherwise. */
  #sendAgain(operation: Operation, response: ServerResponse, result: HandlerResult): boolean {
    const { status, body, contentType = 'application/json' } = result;
    const known = isObject(body) ? this.#passed.get(body) : undefined;
    if (known?.status !== status || known.operation !== operation || contentType !== 'application/json') return false;
    setHead(response, result);
    setType(response, contentType);
    this.#end(response, known.bytes);
    return true;
  }

  /**
   * No response is sent before its audit line is written. One without content has no Content-Length where that is
   * forbidden (RFC 9110, section 8.6).
   */
  #end(response: ServerResponse, bytes: Buffer | undefined): void {
    if (response.statusCode !== 204) response.setHeader('Content-Length', bytes?.length ?? 0);
    this.#whenLogged(() => response.end(bytes));
  }
}

interface Sent {
  operation: Operation;
  type: string;
  result: HandlerResult;
}

/** The body forms of a status by media type: its own, its range's, or the default's. */
function formsOf({ operationId }: Operation, status: number): Readonly<Record<string, BodyForm>> | undefined {
  const { responses } = messageForms[operationId];
  return responses[String(status)] ?? responses[`${String(status).charAt(0)}XX`] ?? responses['default'];
}

function broken(message: string): ClusterCertError {
  return new ClusterCertError('internal', message);
}

function setHead(response: ServerResponse, { status, headers }: Omit<HandlerResult, 'body'>): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value === undefined) continue;
    // The one header whose values cannot be joined (RFC 9110, section 5.3).
    const isCookies = Array.isArray(value) && name.toLowerCase() === 'set-cookie';
    response.setHeader(name, isCookies ? value.map(String) : [value].flat().join(', '));
  }
}

function setType(response: ServerResponse, type: string): void {
  const isText = type.startsWith('text/') || type === 'application/json';
  response.setHeader('Content-Type', isText ? `${type}; charset=utf-8` : type);
}

/** Whether a value can never change: deeply frozen, without computed properties. */
function isUnchangeable(value: unknown): boolean {
  if (!isObject(value)) return typeof value !== 'function';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false;
  const members = Object.values(Object.getOwnPropertyDescriptors(value));
  return Object.isFrozen(value) && members.every((member) => 'value' in member && isUnchangeable(member.value));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
