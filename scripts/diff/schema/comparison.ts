// The findings of a comparison of two schemas, with their places. Findings form a graph with one node for each pair, so
// that a repeated pair is compared once, and recursive schemas end.
import type { JsonObject } from '../document/document.js';
import type { Place } from '../verdict/changes.js';
import type { Direction, Effect, RuleName } from '../verdict/rules.js';
import type { Schema } from './alternatives.js';
import type { Shapes } from './shapes.js';

/** A difference: a row of the rules, or a keyword with its effect on the set of values. */
export interface Difference {
  readonly place: Place;
  readonly what: string;
  readonly effects: readonly Effect[];
  readonly keyword: string;
  /** If the rules have a row for it. */
  readonly rule?: RuleName;
  /** Only some of its effects count here. */
  readonly isCut?: boolean;
  /** Whether anything was lost or gained cannot be decided. */
  readonly isUndecided?: boolean;
}

/** The form of a message's values. */
export interface Travel {
  readonly direction: Direction;
  /** Values are text on the wire, as in parameters and headers. */
  readonly asText?: boolean;
  readonly isXml?: boolean;
}

/** One comparison of two documents. */
export interface Comparison extends Travel {
  readonly compare: Compare;
  readonly shapes: Shapes;
}

/** Compares two schemas, including nested ones. */
export type Compare = (old: Schema, now: Schema, comparison: Comparison) => Findings;

/** `all` also keeps differences without an effect on the set of values, such as a changed default. */
export type Kept = Effect | 'all' | 'none';

/** The findings of one pair, and the pairs within it. */
export class Findings {
  readonly own: Difference[] = [];
  readonly inner: { findings: Findings; kept: Kept }[] = [];
  isOpen = true;
  readonly #decided = new Map<Effect, boolean>();

  add(...differences: readonly Difference[]): void {
    this.own.push(...differences);
  }

  /** Includes the findings of a nested pair, or only those with one effect. */
  include(findings: Findings, kept: Kept = 'all'): void {
    if (findings !== nothing && kept !== 'none') this.inner.push({ findings, kept });
  }

  /** Whether any finding has the effect. Pairs that are still being compared count as equal so far. */
  has(effect: Effect): boolean {
    const known = this.#decided.get(effect);
    if (known !== undefined) return known;
    const seen = new Set<Findings>();
    const found = this.#search(effect, seen);
    if (found || ![...seen].some(({ isOpen }) => isOpen)) this.#decided.set(effect, found);
    return found;
  }

  #search(effect: Effect, seen: Set<Findings>): boolean {
    const known = this.#decided.get(effect);
    if (known !== undefined) return known;
    if (seen.has(this)) return false;
    seen.add(this);
    if (this.own.some(({ effects }) => effects.includes(effect))) return true;
    return this.inner.some(
      ({ findings, kept }) => (kept === 'all' || kept === effect) && findings.#search(effect, seen),
    );
  }

  /** Calls `found` with each difference once, reduced to the effects that count at its place. */
  forEach(found: (difference: Difference) => void): void {
    const seen = new Map<Findings, Set<Kept>>();
    const open: { findings: Findings; kept: Kept }[] = [{ findings: this, kept: 'all' }];
    for (let one = open.pop(); one; one = open.pop()) {
      const { findings, kept } = one;
      const known = seen.get(findings) ?? new Set();
      if (known.has(kept) || known.has('all')) continue;
      seen.set(findings, known.add(kept));
      for (const difference of findings.own) {
        const cut = cutTo(difference, kept);
        if (cut) found(cut);
      }
      for (const inner of [...findings.inner].reverse()) {
        const both = narrowest(kept, inner.kept);
        if (both !== 'none') open.push({ findings: inner.findings, kept: both });
      }
    }
  }
}

/** Of equal schemas. */
export const nothing = new Findings();
nothing.isOpen = false;

function narrowest(one: Kept, other: Kept): Kept {
  if (one === 'all' || one === other) return other;
  return other === 'all' ? one : 'none';
}

function cutTo(difference: Difference, kept: Kept): Difference | undefined {
  if (kept === 'all') return difference;
  const effects = difference.effects.filter((effect) => effect === kept);
  if (effects.length === 0) return undefined;
  return effects.length === difference.effects.length ? difference : { ...difference, effects, isCut: true };
}

export function effectsOf(narrows: boolean, widens: boolean): Effect[] {
  return [...(narrows ? (['narrows'] as const) : []), ...(widens ? (['widens'] as const) : [])];
}

const anythings = new WeakMap<object, JsonObject>();

/** A schema that allows anything, always the same object for the same place. */
export function anything({ all, document }: Schema): Schema {
  const owner = all[0] ?? document.root;
  const schema = anythings.get(owner) ?? {};
  anythings.set(owner, schema);
  return { document, all: [schema] };
}

/** The source schema that has the keyword, else the first one. */
export function placeOf({ document, all }: Schema, keyword?: string): Place {
  const owner = all.map((one) => document.resolve(one)).find((one) => keyword !== undefined && keyword in one);
  if (owner && keyword !== undefined) return { document, object: owner, keys: [keyword] };
  return { document, object: document.resolve(all[0]) };
}
