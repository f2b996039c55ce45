// How responses leave: past the validator, as JSON. A body that can never change again is validated and written out twice
// at most; whenever a handler gives that same object again, the same bytes are sent.
import type { ServerResponse } from 'node:http';
import type { MatchedRequest } from './match.js';

/** What a handler, or an error, becomes. */
export interface HandlerResult {
  status: number;
  headers?: Readonly<Record<string, string>> | undefined;
  body: unknown;
}

/** The validator's middleware for responses: it looks at what is given to `json`. */
export type ValidateResponse = (
  request: MatchedRequest,
  response: ServerResponse & { json: (allowed: unknown) => unknown },
  next: (error?: unknown) => void,
) => unknown;

/** What was true of a response when it passed the validator. */
interface Passed {
  operation: object | undefined;
  status: number;
  bytes: Buffer;
}

export class Responses {
  readonly #validate: ValidateResponse;
  readonly #passed = new WeakMap<object, Passed>();
  readonly #seen = new WeakSet();

  constructor(validate: ValidateResponse) {
    this.#validate = validate;
  }

  /** Sends a response, or hands on the error that the validator makes of one that the contract does not allow. */
  send(request: MatchedRequest, response: ServerResponse, result: HandlerResult, next: (error: unknown) => void): void {
    const operation = request.openapi?.schema;
    const { status, headers, body } = result;
    if (this.#sendAgain(operation, response, result)) return;
    setHead(response, { status, headers });
    // The validator calls this with what it lets through.
    const json = (allowed: unknown) => {
      const bytes = Buffer.from((JSON.stringify(allowed) as string | undefined) ?? '');
      if (isObject(body) && allowed === body) this.#keep(body, { operation, status, bytes });
      end(response, bytes);
      return response;
    };
    const validated = Object.assign(response, { json });
    void this.#validate(request, validated, (error?: unknown) => {
      if (error === undefined) validated.json(body);
      else next(error);
    });
  }

  /** Only the second time: most responses are sent once, and checking costs more than it saves. */
  #keep(body: object, passed: Passed): void {
    if (!this.#seen.has(body)) this.#seen.add(body);
    else if (isUnchangeable(body)) this.#passed.set(body, passed);
  }

  /** Sends a body whose very object has passed before as a response of this operation. False for any other. */
  #sendAgain(
    operation: object | undefined,
    response: ServerResponse,
    { status, headers, body }: HandlerResult,
  ): boolean {
    const known = isObject(body) ? this.#passed.get(body) : undefined;
    if (known?.status !== status || known.operation !== operation) return false;
    setHead(response, { status, headers });
    end(response, known.bytes);
    return true;
  }
}

function setHead(response: ServerResponse, { status, headers }: Omit<HandlerResult, 'body'>): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
}

function end(response: ServerResponse, bytes: Buffer): void {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}

/** Whether nothing about a value can change: frozen in depth, and nothing in it is computed. */
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
