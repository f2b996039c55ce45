// One operation in both contracts, and the way of its differences into the list of changes.
import type { Operation } from '../document/operations.js';
import type { Schema } from '../schema/alternatives.js';
import type { SchemaComparer } from '../schema/compare-schemas.js';
import type { Changes, Use } from '../verdict/changes.js';
import type { Direction } from '../verdict/rules.js';

/** All inputs for a comparison of two operations. */
export interface Pair {
  readonly old: Operation;
  readonly now: Operation;
  readonly changes: Changes;
  readonly schemas: SchemaComparer;
}

/** A message of an operation. In a callback the provider calls, so that its requests are what clients read. */
export function useOf({ now }: Pair, direction: Direction, name: string): Use {
  const other = direction === 'request' ? 'response' : 'request';
  return { direction: now.isCallback ? other : direction, name };
}

/** Compares schemas in a message and lists the differences. */
export function listDifferences({ changes, schemas }: Pair, old: Schema, now: Schema, use: Use): void {
  schemas.compare(old, now, use).forEach((difference) => {
    changes.ofSchema(difference, use);
  });
}
