// The facts in a request's URL: the operation and the values in the path.
import type { IncomingMessage } from 'node:http';
import type { OperationId } from '../../generated/server.js';
import type { RequestHeaderRules } from '../spec.js';
import type { ParameterValues } from './read-parameters.js';

/** An operation as the contract describes it. */
export interface Operation {
  operationId: OperationId;
  'x-request-headers'?: RequestHeaderRules;
}

/** The facts that the validator needs about a request with a known operation; it does not change them. */
export interface Match {
  schema: Operation;
  pathParams: Record<string, string>;
  /** Once they are validated. */
  parameters?: ParameterValues;
}

export type MatchedRequest = IncomingMessage & { openapi?: Match; originalUrl?: string; body?: unknown };
