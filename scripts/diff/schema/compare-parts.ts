// Compares schemas with too many combinations of alternatives: part by part, each part of an allOf with its equal. A
// part without an equal is compared if it is the only one; otherwise the result is not known.
import { type JsonObject, isObject, listAt } from '../document/document.js';
import type { Schema } from './alternatives.js';
import { type Comparison, type Findings, placeOf } from './comparison.js';
import { combinators } from './keywords.js';

export function compareParts(findings: Findings, old: Schema, now: Schema, comparison: Comparison): void {
  const { shapes } = comparison;
  const [before, after] = [old, now].map((schema) =>
    partsOf(schema).map((part) => ({ part, shape: shapes.of(schema.document, part) })),
  );
  const lost = before?.filter(({ shape }) => !after?.some((other) => other.shape === shape)) ?? [];
  const gained = after?.filter(({ shape }) => !before?.some((other) => other.shape === shape)) ?? [];
  if (lost.length === 0 && gained.length === 0) return;
  const [was, ...moreOld] = lost;
  const [is, ...moreNew] = gained;
  const isSmaller = lost.length + gained.length < (before?.length ?? 0) + (after?.length ?? 0);
  if (moreOld.length + moreNew.length === 0 && isSmaller) {
    const side = ({ document }: Schema, part?: JsonObject): Schema => ({ document, all: [part ?? anyValue] });
    findings.include(comparison.compare(side(old, was?.part), side(now, is?.part), comparison));
    return;
  }
  findings.add({
    place: placeOf(now),
    what: 'changed, and its alternatives combine to more than can be compared',
    effects: ['narrows', 'widens'],
    keyword: 'alternative',
    rule: 'not-judged',
  });
}

const anyValue: JsonObject = {};
const parts = new WeakMap<JsonObject, JsonObject[]>();

/** The parts that apply together: a schema's own keywords, and each choice. */
function partsOf({ document, all }: Schema): JsonObject[] {
  return all.flatMap((one) => split(one));

  function split(schema: JsonObject): JsonObject[] {
    const own = document.resolve(schema);
    const known = parts.get(own);
    if (known) return known;
    // A schema within itself adds nothing.
    parts.set(own, []);
    const bare = Object.fromEntries(Object.entries(own).filter(([keyword]) => !combinators.has(keyword)));
    const choices = ['anyOf', 'oneOf'].filter((choice) => choice in own).map((choice) => ({ [choice]: own[choice] }));
    const found = [bare, ...choices, ...listAt(own, 'allOf').filter(isObject).flatMap(split)];
    parts.set(own, found);
    return found;
  }
}
