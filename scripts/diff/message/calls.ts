// Lists the provider's own calls: callbacks of an operation, webhooks of the contract.
import { type ContractDocument, isObject, objectAt, objectsIn } from '../document/document.js';
import { type Operation, operationsOf } from '../document/operations.js';

export interface Call extends Operation {
  /** In words, without its operation. */
  readonly callback: string;
}

/** By name, method and the expression for its URL. */
export function callbacksOf(operation: Operation): Map<string, Call> {
  const { document, object } = operation;
  const calls = new Map<string, Call>();
  for (const [name, callback] of objectsIn(object, 'callbacks'))
    for (const [url, item] of Object.entries(document.resolve(callback)).filter(([, one]) => isObject(one)))
      for (const call of operationsOf(document, { [url]: item }).values()) {
        const method = methodOf(call);
        const words = `callback ${name}`;
        calls.set(`${name} ${method} ${url}`, {
          ...call,
          name: `${operation.name} ${words}`,
          callback: words,
          isCallback: true,
        });
      }
  return calls;
}

export function webhooksOf(document: ContractDocument): Map<string, Call> {
  const calls = new Map<string, Call>();
  for (const [name, item] of objectsIn(document.root, 'webhooks'))
    for (const call of operationsOf(document, { [name]: item }).values()) {
      const words = `webhook ${name}`;
      calls.set(`${name} ${methodOf(call)}`, { ...call, name: words, callback: words, isCallback: true });
    }
  return calls;
}

function methodOf({ pathItem, object }: Operation): string {
  return Object.keys(pathItem).find((method) => objectAt(pathItem, method) === object) ?? '';
}
