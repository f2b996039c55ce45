// How answers leave: past the validator, as JSON. An answer that can never change again is judged and written out twice
// at most; whenever a handler gives that same object again, the same bytes are sent.
import type { ServerResponse } from 'node:http';
import type { Judged, JudgedRequest } from './validate-requests.js';

export interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>> | undefined;
  body: unknown;
}

/** The validator's middleware for answers: it looks at what is given to `json`. */
export type JudgeAnswer = (
  request: JudgedRequest,
  response: ServerResponse & { json: (allowed: unknown) => unknown },
  next: (error?: unknown) => void,
) => unknown;

/** What was true of an answer when it passed the validator. */
interface Passed {
  operation: object | undefined;
  status: number;
  bytes: Buffer;
}

export class Answers {
  readonly #judge: JudgeAnswer;
  readonly #passed = new WeakMap<object, Passed>();
  readonly #seen = new WeakSet();

  constructor(judge: JudgeAnswer) {
    this.#judge = judge;
  }

  /** Sends an answer, or hands on the error that the validator makes of one that the contract does not allow. */
  send(request: JudgedRequest, response: ServerResponse, answer: Answer, next: (error: unknown) => void): void {
    const operation = request.openapi?.schema;
    const { status, headers, body } = answer;
    if (this.sendAgain(operation, response, answer)) return;
    setHead(response, { status, headers });
    // The validator calls this with what it lets through.
    const json = (allowed: unknown) => {
      const bytes = Buffer.from((JSON.stringify(allowed) as string | undefined) ?? '');
      if (isObject(body) && allowed === body) this.#keep(body, { operation, status, bytes });
      end(response, bytes);
      return response;
    };
    const judged = Object.assign(response, { json });
    void this.#judge(request, judged, (error?: unknown) => {
      if (error === undefined) judged.json(body);
      else next(error);
    });
  }

  /** From the second time on: where most answers are given once, none is looked at for what only the next time needs. */
  #keep(body: object, passed: Passed): void {
    if (!this.#seen.has(body)) this.#seen.add(body);
    else if (isUnchangeable(body)) this.#passed.set(body, passed);
  }

  /** Sends an answer whose very object has passed before as an answer of this operation. False for any other. */
  sendAgain(
    operation: Judged['schema'] | undefined,
    response: ServerResponse,
    { status, headers, body }: Answer,
  ): boolean {
    const known = isObject(body) ? this.#passed.get(body) : undefined;
    if (known?.status !== status || known.operation !== operation) return false;
    setHead(response, { status, headers });
    end(response, known.bytes);
    return true;
  }
}

function setHead(response: ServerResponse, { status, headers }: Omit<Answer, 'body'>): void {
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
