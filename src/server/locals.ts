// The values in `response.locals` that the steps of serving a request share.
import type { ServerResponse } from 'node:http';
import type { OperationId } from '../../generated/server.js';
import type { RequestLog } from './log.js';
import type { Caller } from '../registry/caller.js';

export interface Locals {
  /** Writes lines under the request's ID. */
  log?: RequestLog;
  /** The IP address that the request is from. */
  ip?: string;
  /** The operation of the request, once it is known. */
  operationId?: OperationId;
  caller?: Caller;
  /** The raw Content-Type; the validator does not see it. */
  contentType?: string | undefined;
  /** The raw bytes of the body. */
  rawBody?: Uint8Array;
}

export type LocalsResponse = ServerResponse & { locals: Locals };
