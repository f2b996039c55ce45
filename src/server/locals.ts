// What the steps of serving a request leave for each other, in `response.locals`.
import type { Caller } from '../identity/identity.js';
import type { Answer } from './answers.js';
import type { Judged } from './judge-requests.js';

export interface Locals {
  /** Writes lines under the request's ID. */
  log?: Record<'info' | 'error', (fields: object, message: string) => void>;
  caller?: Caller;
  /** The Content-Type as it came; the validator does not see it. */
  contentType?: string | undefined;
  /** The bytes of the body as they came. */
  rawBody?: Uint8Array;
  authenticationFailure?: unknown;
  recalled?: Recalled;
}

/** What was found out about a request before Express saw it. */
export interface Recalled {
  judged: Judged;
  /** What was thrown, or else what is to be answered. */
  outcome: { error: unknown } | { answer: Answer };
}
