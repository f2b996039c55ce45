// Compares two contracts, operation by operation. Only used parts count, so that moving, renaming or inlining shared
// parts is no change.
import type { ContractDocument } from '../document/document.js';
import { type Operation, operationsOf } from '../document/operations.js';
import { SchemaComparer } from '../schema/compare-schemas.js';
import { type Change, Changes } from '../verdict/changes.js';
import { compareBodies } from './compare-bodies.js';
import { callbacksOf, webhooksOf } from './calls.js';
import { compareExtensions } from './compare-extensions.js';
import { compareParameters, comparePathParameters } from './compare-parameters.js';
import { compareResponses } from './compare-responses.js';
import { compareSecurity } from './compare-security.js';
import { basePathOf, compareServers } from './compare-servers.js';
import type { Pair } from './pair.js';

/** All changes that show on the wire, and those that only seem to. */
export function compareContracts(old: ContractDocument, now: ContractDocument): Change[] {
  if (old.root === now.root) return [];
  const changes = new Changes(old);
  const comparison = new ContractComparison(changes, new SchemaComparer(old, now));
  comparison.compareOperations(operationsOf(old), operationsOf(now));
  comparison.compareWebhooks(old, now);
  return changes.list;
}

class ContractComparison {
  /** Operations that were compared, because callbacks may lead back to their own operation. */
  readonly #done = new Map<object, Set<object>>();

  constructor(
    readonly changes: Changes,
    readonly schemas: SchemaComparer,
  ) {}

  compareOperations(before: Map<string, Operation>, after: Map<string, Operation>): void {
    const { changes } = this;
    const added = new Map([...after].filter(([key]) => !before.has(key)));
    const moved = movable(added);
    for (const [key, old] of before) {
      const newKey = after.has(key) ? key : (moved.get(fullKey(key, old) ?? '') ?? key);
      const now = after.get(newKey);
      if (now) this.#compare({ old, now, changes, schemas: this.schemas });
      else changes.rule('operation-removed', old, old.name, `operation ${old.name} removed`);
      added.delete(newKey);
    }
    for (const now of added.values()) changes.rule('operation-added', now, now.name, `operation ${now.name} added`);
  }

  /** Webhooks of OpenAPI 3.1: calls of the provider without a request. */
  compareWebhooks(old: ContractDocument, now: ContractDocument): void {
    const [before, after] = [webhooksOf(old), webhooksOf(now)];
    this.#compareCalls(before, after, this.changes, {
      added: (call) => this.changes.rule('webhook-added', call, call.name, `${call.name} added`),
      removed: (call) => this.changes.rule('webhook-removed', call, call.name, `${call.name} removed`),
    });
  }

  #compare(pair: Pair): void {
    const { old, now, changes } = pair;
    const done = this.#done.get(old.object) ?? new Set();
    if (done.has(now.object)) return;
    this.#done.set(old.object, done.add(now.object));
    comparePathParameters(pair);
    compareParameters(pair);
    compareBodies(pair);
    compareResponses(pair);
    if (!now.isCallback) compareSecurity(pair);
    if (!now.isCallback) compareServers(pair);
    this.#compareCallbacks(pair);
    compareExtensions(pair);
    const [id, newId] = [old.object['operationId'], now.object['operationId']];
    if (id !== newId)
      changes.rule('operation-id-changed', now, now.name, `operationId ${String(id)} became ${String(newId)}`);
    if (now.object['deprecated'] === true && old.object['deprecated'] !== true)
      changes.rule('deprecated', { ...now, keys: ['deprecated'] }, now.name, `operation ${now.name} is deprecated`);
  }

  #compareCallbacks({ old, now, changes }: Pair): void {
    this.#compareCalls(callbacksOf(old), callbacksOf(now), changes, {
      added: (call) => changes.rule('callback-added', now, now.name, `${call.callback} added`),
      removed: (call) => changes.rule('callback-removed', old, old.name, `${call.callback} removed`),
    });
  }

  /** Server and client change places. */
  #compareCalls<Call extends Operation>(
    before: ReadonlyMap<string, Call>,
    after: ReadonlyMap<string, Call>,
    changes: Changes,
    tell: { added: (call: Call) => void; removed: (call: Call) => void },
  ): void {
    for (const [key, now] of after) {
      const old = before.get(key);
      if (old) this.#compare({ old, now, changes: changes.turned(), schemas: this.schemas });
      else tell.added(now);
    }
    for (const [key, old] of before) if (!after.has(key)) tell.removed(old);
  }
}

/** New operations by full URL, because a part of the path may have moved into the servers or out of them. */
function movable(added: ReadonlyMap<string, Operation>): Map<string, string> {
  return new Map([...added].map(([key, now]) => [fullKey(key, now) ?? `nowhere ${key}`, key]));
}

function fullKey(key: string, operation: Operation): string | undefined {
  const basePath = basePathOf(operation);
  return basePath === undefined ? undefined : key.replace(' ', ` ${basePath}`);
}
