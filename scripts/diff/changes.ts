// The list of changes of one comparison. The same change of a shared schema is listed once, with all its uses.
import { type ContractDocument, type JsonObject, join } from './document.js';
import { type Direction, type Effect, type RuleName, type Verdict, type Victim, effects, rules } from './rules.js';

export interface Change {
  /** Row of the rules, or keyword and effect on a schema: `request-maxLength-narrows`. */
  readonly rule: string;
  /** JSON pointer in the new document, or in the old one where it is gone. */
  readonly path: string;
  readonly line?: number;
  readonly document: 'old' | 'new';
  readonly what: string;
  /** Where the change shows: operations, and the part of their messages. */
  readonly uses: string[];
  /** Each with the reason. */
  breaks: Verdict;
}

/** Where a change stands. */
export interface Place {
  readonly document: ContractDocument;
  readonly object: JsonObject;
  readonly keys?: readonly (string | number)[];
}

/** The message that a change is in. */
export interface Use {
  readonly direction: Direction;
  readonly name: string;
}

export class Changes {
  readonly #byKey = new Map<string, Change>();
  readonly #old: ContractDocument;

  constructor(old: ContractDocument) {
    this.#old = old;
  }

  get list(): Change[] {
    return [...this.#byKey.values()];
  }

  /** A change that has its own row. */
  rule(rule: RuleName, place: Place, use: string, what: string): void {
    this.#add(rule, rules[rule], place, use, what);
  }

  /** A change of what a schema allows. */
  effect(keyword: string, effect: readonly Effect[], place: Place, use: Use, what: string): void {
    const verdict: Verdict = Object.assign({}, ...effect.map((one) => effects[use.direction][one])) as Verdict;
    this.#add([use.direction, keyword, ...effect].join('-'), verdict, place, use.name, what);
  }

  #add(rule: string, breaks: Verdict, place: Place, use: string, what: string): void {
    const path = join(place.document.pointerOf(place.object), ...(place.keys ?? []));
    const key = `${path} ${what}`;
    const known = this.#byKey.get(key);
    if (known) {
      known.breaks = { ...known.breaks, ...breaks };
      if (!known.uses.includes(use)) known.uses.push(use);
      return;
    }
    const line = place.document.lineOf(path);
    const document = place.document === this.#old ? 'old' : 'new';
    const change: Change = { rule, path, document, what, uses: [use], breaks };
    this.#byKey.set(key, line === undefined ? change : { ...change, line });
  }
}

export function victimsOf({ breaks }: Pick<Change, 'breaks'>): Victim[] {
  return Object.keys(breaks) as Victim[];
}
