// How answers leave: past the validator, as JSON. An answer that can never change again is judged and written out once;
// whenever a handler gives that same object again, the same bytes are sent.
import type { ServerResponse } from 'node:http';
import type { NextFunction, RequestHandler, Response } from 'express';
import type { Judged, JudgedRequest } from './judge-requests.js';

export interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>> | undefined;
  body: unknown;
}

/** What was true of an answer when it passed the validator. */
interface Passed {
  operation: object | undefined;
  status: number;
  bytes: Buffer;
}

export class Answers {
  readonly #judge: RequestHandler;
  readonly #passed = new WeakMap<object, Passed>();

  /** `judge` is the validator's middleware for answers: it looks at what is given to `response.json`. */
  constructor(judge: RequestHandler) {
    this.#judge = judge;
  }

  /** Sends an answer, or hands on the error that the validator makes of one that the contract does not allow. */
  send(request: JudgedRequest, response: Response, answer: Answer, next: NextFunction): void {
    const operation = request.openapi?.schema;
    const { status, headers, body } = answer;
    if (this.sendAgain(operation, response, answer)) return;
    setHead(response, { status, headers });
    // The validator calls this with what it lets through.
    response.json = (allowed: unknown) => {
      const bytes = Buffer.from((JSON.stringify(allowed) as string | undefined) ?? '');
      if (isObject(body) && allowed === body && isUnchangeable(body))
        this.#passed.set(body, { operation, status, bytes });
      end(response, bytes);
      return response;
    };
    void this.#judge(request, response, (error?: unknown) => {
      if (error === undefined) response.json(body);
      else next(error);
    });
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
