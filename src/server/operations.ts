// Calls the handler of an operation with what is known of the request beside its parameters.
import type { Handler, OperationId } from '../../generated/server.js';
import { ClusterCertError } from '../errors.js';
import type { Answer } from './answers.js';
import type { Locals } from './locals.js';
import type { RequestContext } from './handlers.js';

/** The same as `Handlers`, in a form in which the compiler keeps an operation and its handler together. */
export type Operations = { [Id in OperationId]: Handler<Id, RequestContext> };

/** Calls an operation for the caller that was found; throws what its handler throws. */
export async function callOperation(
  operations: Operations,
  operationId: OperationId,
  parameters: { path: unknown; query: unknown; body: unknown },
  { caller, log }: Locals,
): Promise<Answer> {
  if (!caller || !log) throw new ClusterCertError('internal', `${operationId} was reached without a caller`);
  const audit: RequestContext['audit'] = (event, fields) => log.info({ audit: event, ...fields }, event);
  // The validator has seen to it that the parameters are those of the operation.
  const { status, headers, body } = await operations[operationId](parameters as never, { caller, audit });
  return { status, headers, body };
}
