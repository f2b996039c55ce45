// The list of changes of one comparison. The same change of a shared schema is listed once, with all its uses.
import { type ContractDocument, type JsonObject, join } from '../document/document.js';
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
  /** Values travel as text: as parameters and headers do. */
  readonly asText?: boolean;
  readonly isXml?: boolean;
}

export class Changes {
  #isTurned = false;
  #byKey = new Map<string, Change>();
  readonly #old: ContractDocument;

  constructor(old: ContractDocument) {
    this.#old = old;
  }

  get list(): Change[] {
    return [...this.#byKey.values()];
  }

  /** The same list for calls that the provider makes: who serves and who calls have changed places. */
  turned(): Changes {
    const turned = new Changes(this.#old);
    turned.#byKey = this.#byKey;
    turned.#isTurned = true;
    return turned;
  }

  /** A change that has its own row. */
  rule(rule: RuleName, place: Place, use: string, what: string): void {
    this.#add(rule, this.#isTurned ? turn(rules[rule]) : rules[rule], place, use, what);
  }

  /** A change of a schema that has its own row; the row is that of the message's direction already. */
  ofSchema(rule: RuleName, place: Place, use: string, what: string): void {
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

function turn(verdict: Verdict): Verdict {
  const turned = Object.entries(verdict).map(([victim, why]) => [
    victim === 'providers' ? 'reading clients' : 'providers',
    why.replaceAll(/clients?|providers?/g, (word) => opposites[word] ?? word),
  ]);
  return Object.fromEntries(turned) as Verdict;
}

const opposites: Readonly<Record<string, string>> = {
  client: 'provider',
  clients: 'providers',
  provider: 'client',
  providers: 'clients',
};

export function victimsOf({ breaks }: Pick<Change, 'breaks'>): Victim[] {
  return Object.keys(breaks) as Victim[];
}
