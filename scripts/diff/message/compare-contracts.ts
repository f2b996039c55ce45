// Compares two contracts, operation by operation. Only what an operation uses is looked at, so that moving, renaming or
// inlining shared parts is no change.
import { isDeepStrictEqual } from 'node:util';
import { type Change, Changes } from '../verdict/changes.js';
import { comparePathParameters, compareParameters } from './compare-parameters.js';
import { compareResponses } from './compare-responses.js';
import { compareBodies } from './compare-bodies.js';
import { compareExtensions } from './compare-extensions.js';
import { type ContractDocument, type JsonObject, objectAt } from '../document/document.js';
import { type Operation, operationsOf } from '../document/operations.js';
import type { Pair } from './pair.js';
import { compareSecurity } from './compare-security.js';
import { basePathOf, compareServers } from './compare-servers.js';

/** All changes that can be seen on the wire, and those that only look like it. */
export function compareContracts(old: ContractDocument, now: ContractDocument): Change[] {
  const changes = new Changes(old);
  compareOperations(operationsOf(old), operationsOf(now), changes);
  // Of OpenAPI 3.1, and of no use to a contract that is called and never calls.
  if (!isDeepStrictEqual(old.root['webhooks'], now.root['webhooks']))
    changes.rule('not-judged', { document: now, object: now.root, keys: ['webhooks'] }, 'webhooks', 'webhooks changed');
  return changes.list;
}

function compareOperations(before: Map<string, Operation>, after: Map<string, Operation>, changes: Changes): void {
  const added = new Map([...after].filter(([key]) => !before.has(key)));
  for (const [key, old] of before) {
    const [newKey, now] = findSame(key, old, after, added);
    if (now) compareOperation({ old, now, changes });
    else changes.rule('operation-removed', old, old.name, `operation ${old.name} removed`);
    added.delete(newKey);
  }
  for (const now of added.values()) changes.rule('operation-added', now, now.name, `operation ${now.name} added`);
}

/** The operation at the same path; or at the same address, when a part of the path went into the servers or out of them. */
function findSame(
  key: string,
  old: Operation,
  after: ReadonlyMap<string, Operation>,
  added: ReadonlyMap<string, Operation>,
): [string, Operation?] {
  const same = after.get(key);
  if (same) return [key, same];
  const address = fullKey(key, old);
  return [...added].find(([newKey, now]) => address !== undefined && fullKey(newKey, now) === address) ?? [key];
}

function fullKey(key: string, operation: Operation): string | undefined {
  const basePath = basePathOf(operation);
  return basePath === undefined ? undefined : key.replace(' ', ` ${basePath}`);
}

function compareOperation(pair: Pair): void {
  const { old, now, changes } = pair;
  comparePathParameters(pair);
  compareParameters(pair);
  compareBodies(pair);
  compareResponses(pair);
  if (!now.isCallback) compareSecurity(pair);
  if (!now.isCallback) compareServers(pair);
  compareCallbacks(pair);
  compareExtensions(pair);
  const [id, newId] = [old.object['operationId'], now.object['operationId']];
  if (id !== newId)
    changes.rule('operation-id-changed', now, now.name, `operationId ${String(id)} became ${String(newId)}`);
  if (now.object['deprecated'] === true && old.object['deprecated'] !== true)
    changes.rule('deprecated', { ...now, keys: ['deprecated'] }, now.name, `operation ${now.name} is deprecated`);
}

/** Calls that the provider makes: whoever serves and whoever calls change places. */
function compareCallbacks({ old, now, changes }: Pair): void {
  const before = callbacksOf(old);
  const after = callbacksOf(now);
  for (const [name, callback] of after) {
    const old_ = before.get(name);
    if (old_) compareOperation({ old: old_, now: callback, changes: changes.turned() });
    else changes.rule('callback-added', now, now.name, `callback ${name} added`);
  }
  for (const name of before.keys())
    if (!after.has(name)) changes.rule('callback-removed', old, old.name, `callback ${name} removed`);
}

function callbacksOf(operation: Operation): Map<string, Operation> {
  const { document, object } = operation;
  const all = new Map<string, Operation>();
  for (const [name, callback] of Object.entries(objectAt(object, 'callbacks')))
    for (const [url, item] of Object.entries(document.resolve(callback)))
      for (const [key, inner] of operationsOf(document, { [url]: item as JsonObject }))
        all.set(key, { ...inner, name: `${operation.name} callback ${name}`, isCallback: true });
  return all;
}
