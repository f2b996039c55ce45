// What the validator finds out about a request from its URL: the operation and the values in the path.
import type { IncomingMessage } from 'node:http';
import type { OperationId } from '../../generated/server.js';
import type { RequestHeaderRules } from '../spec.js';

/** An operation as the contract describes it. */
export interface Operation {
  operationId: OperationId;
  requestBody?: object | null;
  'x-request-headers'?: RequestHeaderRules;
}

/** What the validator leaves with a request whose operation it knows; it does not change that any more. */
export interface Match {
  schema: Operation;
  pathParams: Record<string, string>;
}

export type MatchedRequest = IncomingMessage & { openapi?: Match };
