// What is found out about a request from its URL: the operation and the values in the path.
import type { IncomingMessage } from 'node:http';
import type { OperationId } from '../../generated/server.js';
import type { RequestHeaderRules } from '../spec.js';
import type { ParameterValues } from './read-parameters.js';

/** An operation as the contract describes it. */
export interface Operation {
  operationId: OperationId;
  'x-request-headers'?: RequestHeaderRules;
}

/** What the validator needs of a request whose operation is known; it does not change that any more. */
export interface Match {
  schema: Operation;
  pathParams: Record<string, string>;
  /** Once they are validated. */
  parameters?: ParameterValues;
}

export type MatchedRequest = IncomingMessage & { openapi?: Match; originalUrl?: string; body?: unknown };
