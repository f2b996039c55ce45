// What a comparison of two schemas finds, and where it stands.
import type { Schema } from './alternatives.js';
import type { Place } from '../verdict/changes.js';
import type { JsonObject } from '../document/document.js';
import type { Direction, Effect, RuleName } from '../verdict/rules.js';

/** A found difference: a row of the rules, or a keyword with its effect on the set of values. */
export type Difference = {
  readonly place: Place;
  readonly what: string;
  readonly effects: readonly Effect[];
  readonly keyword: string;
  /** Where the rules have a row of its own for it. */
  readonly rule?: RuleName;
};

/** One comparison of two documents in one direction. */
export interface Comparison {
  readonly direction: Direction;
  /** Values travel as text: as parameters and headers do. */
  readonly asText?: boolean;
  readonly isXml?: boolean;
  /** Pairs under comparison: a schema within itself is no difference until something else is. */
  readonly open: Set<string>;
}

/** Compares two schemas, those within them too. */
export type Compare = (old: Schema, now: Schema, comparison: Comparison) => Difference[];

export function effectsOf(narrows: boolean, widens: boolean): Effect[] {
  return [...(narrows ? (['narrows'] as const) : []), ...(widens ? (['widens'] as const) : [])];
}

const anythings = new WeakMap<object, JsonObject>();

/** A schema that allows anything, the same one at the same place. */
export function anything({ all, document }: Schema): Schema {
  const owner = all[0] ?? document.root;
  const schema = anythings.get(owner) ?? {};
  anythings.set(owner, schema);
  return { document, all: [schema] };
}

/** The object that has the keyword, or the first of those that the schema is made of. */
export function placeOf({ document, all }: Schema, keyword?: string): Place {
  const owner = all.find((one) => keyword !== undefined && keyword in one);
  if (owner && keyword !== undefined) return { document, object: owner, keys: [keyword] };
  return { document, object: document.resolve(all[0]) };
}
