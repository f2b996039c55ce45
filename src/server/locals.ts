// What the steps of serving a request leave for each other, in `response.locals`.
import type { ServerResponse } from 'node:http';
import type { OperationId } from '../../generated/server.js';
import type { RequestLog } from './log.js';
import type { Caller } from '../registry/caller.js';

export interface Locals {
  /** Writes lines under the request's ID. */
  log?: RequestLog;
  /** The IP address that the request is from. */
  ip?: string;
  /** What the request is for, once it is known. */
  operationId?: OperationId;
  caller?: Caller;
  /** The Content-Type as it came; the validator does not see it. */
  contentType?: string | undefined;
  /** The bytes of the body as they came. */
  rawBody?: Uint8Array;
  /** Express knows the path as one of the contract's, to the letter. */
  isRouted?: boolean;
}

export type LocalsResponse = ServerResponse & { locals: Locals };
