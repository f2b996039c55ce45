// What is wrong with a request, in the form in which the validator says it.

export interface Violation {
  /** Such as `/query/limit` or `/body/name`. */
  path: string;
  message: string;
}

/** Becomes a 400 whose message names what was wrong. */
export class RequestViolation extends Error {
  readonly status = 400;
  readonly errors: Violation[];

  constructor(path: string, message: string, ...others: Violation[]) {
    super(message);
    this.errors = [{ path, message }, ...others];
  }
}

/** What a middleware handed on, which may be anything. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('a middleware failed', { cause: thrown });
}
