// Decides whether one set of patterns and lengths allows all texts of another, with automata (refa) if the patterns are
// regular, so that another spelling of a pattern is no change.
import { createRequire } from 'node:module';
import type { DFA as Dfa, NoParent, Element as RegexElement } from 'refa';

type Element = NoParent<RegexElement>;

export interface TextLimits {
  readonly pattern?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
}

// Loaded for the first changed pattern: it takes half of the time of a run without one.
let library: typeof import('refa') | undefined;
const refa = () => (library ??= createRequire(import.meta.url)('refa') as typeof import('refa'));

/** Keeps automata small; larger ones count as different. */
const maxNodes = 20_000;
const longestLength = 2000;

/** Undefined where it cannot be decided. */
export function textIsWithin(one: TextLimits, other: TextLimits): boolean | undefined {
  // With `u` as JSON Schema recommends; without it if the pattern is valid only so.
  for (const flags of ['u', ''])
    try {
      const inside = automataOf(one, flags);
      return automataOf(other, flags).every((outside) => {
        outside.complement();
        return isDisjoint([...inside, outside]);
      });
    } catch {
      // The other flags may understand it.
    }
  return undefined;
}

function automataOf({ pattern = [], minLength, maxLength }: TextLimits, flags: string): Dfa[] {
  const sources = [...pattern];
  if (minLength !== undefined || maxLength !== undefined) {
    if (Math.max(minLength ?? 0, maxLength ?? 0) > longestLength) throw new RangeError('too long');
    sources.push(`^[^]{${minLength ?? 0},${maxLength ?? ''}}$`);
  }
  return sources.map((source) => automaton(source, flags));
}

function automaton(source: string, flags: string): Dfa {
  const { DFA, NFA, Transformers, transform } = refa();
  const { expression, maxCharacter } = parse(source, flags);
  for (const { elements } of expression.alternatives) matchWhole(elements, flags);
  const plain = transform(Transformers.applyAssertions(), expression);
  const nodes = new NFA.LimitedNodeFactory(maxNodes);
  return DFA.fromFA(NFA.fromRegex(plain, { maxCharacter }, {}, nodes), new DFA.LimitedNodeFactory(maxNodes));
}

function parse(source: string, flags: string) {
  return refa().JS.Parser.fromLiteral({ source, flags }).parse();
}

/** A pattern matches anywhere in a text, an automaton all of it. So sides without an anchor get any text. */
function matchWhole(elements: Element[], flags: string): void {
  const anything = () => parse('[^]*', flags).expression.alternatives[0]?.elements ?? [];
  if (isAnchor(elements[0], 'behind')) elements.shift();
  else elements.unshift(...anything());
  if (isAnchor(elements.at(-1), 'ahead')) elements.pop();
  else elements.push(...anything());
}

/** `^` is 'nothing behind here', `$` is 'nothing ahead'; other assertions have the same form with other contents. */
function isAnchor(element: Element | undefined, kind: 'ahead' | 'behind'): boolean {
  if (element?.type !== 'Assertion' || !element.negate || element.kind !== kind) return false;
  const [first, ...others] = element.alternatives;
  const [held, ...more] = first?.elements ?? [];
  return others.length + more.length === 0 && held?.type === 'CharacterClass' && held.characters.isAll;
}

/** Whether no text is in all of them. */
function isDisjoint(automata: readonly Dfa[]): boolean {
  const { DFA, isDisjointWith } = refa();
  const [first, ...others] = automata;
  const last = others.pop();
  if (!first) return false;
  if (!last) return first.isEmpty;
  return isDisjointWith(
    others.reduce<Dfa>((all, other) => DFA.fromIntersection(all, other), first),
    last,
  );
}
