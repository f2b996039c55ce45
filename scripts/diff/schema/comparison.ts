// What a comparison of two schemas finds, and where it stands. Findings form a graph, one node for each pair, so that a
// pair that is met a thousand times is compared once, and a schema within itself comes to an end.
import type { JsonObject } from '../document/document.js';
import type { Place } from '../verdict/changes.js';
import type { Direction, Effect, RuleName } from '../verdict/rules.js';
import type { Schema } from './alternatives.js';
import type { Shapes } from './shapes.js';

/** A found difference: a row of the rules, or a keyword with its effect on the set of values. */
export interface Difference {
  readonly place: Place;
  readonly what: string;
  readonly effects: readonly Effect[];
  readonly keyword: string;
  /** Where the rules have a row of its own for it. */
  readonly rule?: RuleName;
  /** Only some of its effects count, so that only those whom they concern are told. */
  readonly isCut?: boolean;
  /** It cannot be decided whether anything was lost or gained. */
  readonly isUndecided?: boolean;
}

/** How the values of a message travel. */
export interface Travel {
  readonly direction: Direction;
  /** Values travel as text: as parameters and headers do. */
  readonly asText?: boolean;
  readonly isXml?: boolean;
}

/** One comparison of two documents. */
export interface Comparison extends Travel {
  readonly compare: Compare;
  readonly shapes: Shapes;
}

/** Compares two schemas, those within them too. */
export type Compare = (old: Schema, now: Schema, comparison: Comparison) => Findings;

/** `all` also lets through what has no effect on the set of values, as a changed default. */
export type Kept = Effect | 'all' | 'none';

/** What was found of one pair, and the pairs within it. */
export class Findings {
  readonly own: Difference[] = [];
  readonly inner: { findings: Findings; kept: Kept }[] = [];
  isOpen = true;
  readonly #decided = new Map<Effect, boolean>();

  add(...differences: readonly Difference[]): void {
    this.own.push(...differences);
  }

  /** Includes what was found of a pair within this one, or only the differences of one effect. */
  include(findings: Findings, kept: Kept = 'all'): void {
    if (findings !== nothing && kept !== 'none') this.inner.push({ findings, kept });
  }

  /** Whether anything in here has the effect. Pairs that are still being compared count as equal so far. */
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

  /** Calls `found` with each difference once, cut down to the effects that count where it was met. */
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

/** A schema that allows anything, the same one at the same place. */
export function anything({ all, document }: Schema): Schema {
  const owner = all[0] ?? document.root;
  const schema = anythings.get(owner) ?? {};
  anythings.set(owner, schema);
  return { document, all: [schema] };
}

/** The object that has the keyword, or the first of those that the schema is made of. */
export function placeOf({ document, all }: Schema, keyword?: string): Place {
  const owner = all.map((one) => document.resolve(one)).find((one) => keyword !== undefined && keyword in one);
  if (owner && keyword !== undefined) return { document, object: owner, keys: [keyword] };
  return { document, object: document.resolve(all[0]) };
}
