// The list of changes of one comparison. The same change of a shared schema is listed once, with all its uses.
import { type ContractDocument, type JsonObject, join } from '../document/document.js';
import { type Effect, type RuleName, type Verdict, type Victim, rules, turn, verdictOf } from './rules.js';
import { type Direction } from './rules.js';

/** Whom a change harms, each with the reason. */
export type Harm = Readonly<Partial<Record<Victim, string>>>;

export interface Change {
  /** ID of the rule: a row of the rules, or keyword and effect on a schema: `request-maxLength-narrows`. */
  readonly rule: string;
  /** All its rules: a schema of requests and responses has one for each. */
  readonly rules: readonly string[];
  /** JSON pointer in the new document, or in the old one for a removed part. */
  readonly path: string;
  readonly line?: number;
  readonly document: 'old' | 'new';
  readonly what: string;
  /** The uses of the change: operations, and the part of their messages. */
  readonly uses: string[];
  readonly breaks: Harm;
  readonly mayBreak: Harm;
}

/** The place of a change. */
export interface Place {
  readonly document: ContractDocument;
  readonly object: JsonObject;
  readonly keys?: readonly (string | number)[];
}

/** The message with the change. */
export interface Use {
  readonly direction: Direction;
  readonly name: string;
  /** Values are text on the wire, as in parameters and headers. */
  readonly asText?: boolean;
  readonly isXml?: boolean;
}

/** A change of a schema's values: with a row of its own, or a keyword and its effect. */
export interface SchemaChange {
  readonly place: Place;
  readonly what: string;
  readonly keyword: string;
  readonly effects: readonly Effect[];
  readonly rule?: RuleName;
  readonly isCut?: boolean;
  readonly isUndecided?: boolean;
}

interface Entry {
  readonly rules: Set<string>;
  readonly path: string;
  readonly document: ContractDocument;
  readonly what: string;
  readonly uses: Set<string>;
  verdict: Verdict;
}

export class Changes {
  #isTurned = false;
  #byKey = new Map<string, Entry>();
  readonly #old: ContractDocument;

  constructor(old: ContractDocument) {
    this.#old = old;
  }

  get list(): Change[] {
    const entries = [...this.#byKey.values()];
    const lines = new Map<ContractDocument, ReadonlyMap<string, number>>();
    for (const document of new Set(entries.map((entry) => entry.document)))
      lines.set(document, document.linesOf(entries.filter((one) => one.document === document).map(({ path }) => path)));
    return entries.map(({ rules: found, path, document, what, uses, verdict }) => {
      const line = lines.get(document)?.get(path);
      const [rule = '', ...more] = found;
      return {
        rule,
        rules: [rule, ...more],
        path,
        ...(line === undefined ? {} : { line }),
        document: document === this.#old ? 'old' : 'new',
        what,
        uses: [...uses],
        ...split(verdict),
      };
    });
  }

  /** The same list for the provider's own calls, where server and client have changed places. */
  turned(): Changes {
    const turned = new Changes(this.#old);
    turned.#byKey = this.#byKey;
    turned.#isTurned = !this.#isTurned;
    return turned;
  }

  /** A change that has its own row. */
  rule(rule: RuleName, place: Place, use: string, what: string): void {
    this.#add(rule, this.#isTurned ? turn(rules[rule]) : rules[rule], place, use, what);
  }

  /** A change of a schema; the direction of the message is reversed already if needed. */
  ofSchema({ rule, keyword, effects, place, what, isCut, isUndecided }: SchemaChange, use: Use): void {
    const { id, verdict } = verdictOf(use.direction, { rule, keyword, effects, isCut, isUndecided });
    if (rule !== undefined || effects.length > 0) this.#add(id, verdict, place, use.name, what);
  }

  #add(rule: string, verdict: Verdict, place: Place, use: string, what: string): void {
    const path = join(place.document.pointerOf(place.object), ...(place.keys ?? []));
    const key = `${path} ${what}`;
    const known = this.#byKey.get(key);
    if (known) {
      known.verdict = worst(known.verdict, verdict);
      known.uses.add(use);
      known.rules.add(rule);
    } else
      this.#byKey.set(key, {
        rules: new Set([rule]),
        path,
        document: place.document,
        what,
        uses: new Set([use]),
        verdict,
      });
  }
}

/** Of two reasons, the one that breaks. */
function worst(one: Verdict, other: Verdict): Verdict {
  const victims = [...Object.keys(one), ...Object.keys(other)] as Victim[];
  return Object.fromEntries(
    victims.map((victim) => {
      const [left, right] = [one[victim], other[victim]];
      return [victim, left?.level === 'breaks' ? left : (right ?? left)];
    }),
  );
}

function split(verdict: Verdict): { breaks: Harm; mayBreak: Harm } {
  const of = (level: string) =>
    Object.fromEntries(
      Object.entries(verdict)
        .filter(([, reason]) => reason.level === level)
        .map(([victim, reason]) => [victim, reason.why]),
    ) as Harm;
  return { breaks: of('breaks'), mayBreak: of('may break') };
}
