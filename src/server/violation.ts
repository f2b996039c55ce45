// A violation of the contract by a request, in the validator's form.

export interface Violation {
  /** Such as `/query/limit` or `/body/name`. */
  path: string;
  message: string;
}

/** Becomes a 400 whose message names the violations. */
export class RequestViolation extends Error {
  readonly status = 400;
  readonly errors: Violation[];

  constructor(path: string, message: string, ...others: Violation[]) {
    super(message);
    this.errors = [{ path, message }, ...others];
  }
}

/** Turns the value that a middleware passed on, which may be anything, into an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('a middleware failed', { cause: thrown });
}
