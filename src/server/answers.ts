// How answers leave: past the validator, as JSON. An answer that can never change again is judged and written out once;
// whenever a handler gives that same object again, the same bytes are sent.
import type { NextFunction, RequestHandler, Response } from 'express';
import type { JudgedRequest } from './judge-requests.js';

export interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>> | undefined;
  body: unknown;
}

/** What was true of an answer when it passed the validator. */
interface Passed {
  /** The operation in the contract, which the validator found for the request. */
  operation: unknown;
  status: number;
  bytes: Buffer;
}

/** Sends an answer, or hands on the error that the validator makes of one that the contract does not allow. */
export type SendAnswer = (request: JudgedRequest, response: Response, answer: Answer, next: NextFunction) => void;

/** `judge` is the validator's middleware for answers: it looks at what is given to `response.json`. */
export function createSender(judge: RequestHandler): SendAnswer {
  const passed = new WeakMap<object, Passed>();
  return (request, response, { status, headers = {}, body }, next) => {
    const operation = request.openapi?.schema;
    response.statusCode = status;
    for (const name in headers) response.setHeader(name, headers[name] ?? '');
    const known = isObject(body) ? passed.get(body) : undefined;
    if (known?.status === status && known.operation === operation) {
      endWith(response, known.bytes);
      return;
    }
    // The validator calls this with what it lets through.
    response.json = (allowed: unknown) => {
      const bytes = Buffer.from((JSON.stringify(allowed) as string | undefined) ?? '');
      if (isObject(body) && allowed === body && isUnchangeable(body)) passed.set(body, { operation, status, bytes });
      return endWith(response, bytes);
    };
    void judge(request, response, (error?: unknown) => {
      if (error === undefined) response.json(body);
      else next(error);
    });
  };
}

function endWith(response: Response, bytes: Buffer): Response {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', bytes.length);
  return response.end(bytes);
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
