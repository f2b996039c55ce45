// One operation in both contracts, and how what is found in its messages gets into the list of changes.
import type { Schema } from '../schema/alternatives.js';
import type { Changes, Use } from '../verdict/changes.js';
import { compareSchemas } from '../schema/compare-schemas.js';
import type { Comparison, Difference } from '../schema/difference.js';
import type { Operation } from '../document/operations.js';
import type { Direction } from '../verdict/rules.js';

/** Everything a comparison of two operations needs. */
export interface Pair {
  readonly old: Operation;
  readonly now: Operation;
  readonly changes: Changes;
}

/** A message of an operation. In a callback the provider calls, so that its requests are what clients read. */
export function useOf({ now }: Pair, direction: Direction, name: string): Use {
  const other = direction === 'request' ? 'response' : 'request';
  return { direction: now.isCallback ? other : direction, name };
}

/** Compares schemas in a message and lists what was found. */
export function listDifferences(changes: Changes, old: Schema, now: Schema, use: Use): void {
  const comparison: Comparison = { ...use, open: new Set() };
  listAll(changes, compareSchemas(old, now, comparison), use);
}

export function listAll(changes: Changes, differences: readonly Difference[], use: Use): void {
  for (const { rule, place, keyword, effects, what } of differences)
    if (rule) changes.ofSchema(rule, place, use.name, what);
    else if (effects.length > 0) changes.effect(keyword, effects, place, use, what);
}
