// Finds the lines of members of a JSON text, in one pass over the text and for the wanted pointers only.
import { type LinesOf, pointerKeys } from './document.js';

/** The wanted pointers as a tree of keys. */
interface Wanted {
  readonly pointers: string[];
  readonly members: Map<string, Wanted>;
}

export function jsonLinesOf(text: string): LinesOf {
  return (pointers) => {
    const wanted: Wanted = { pointers: [], members: new Map() };
    for (const pointer of pointers) {
      let place = wanted;
      for (const key of pointerKeys(pointer)) place = memberOf(place, key);
      place.pointers.push(pointer);
    }
    return new Scan(text).lines(wanted);
  };
}

function memberOf(place: Wanted, key: string): Wanted {
  const known = place.members.get(key) ?? { pointers: [], members: new Map() };
  place.members.set(key, known);
  return known;
}

/** Reads a text that is known to be JSON. */
class Scan {
  readonly #text: string;
  #at = 0;
  #line = 1;
  readonly #found = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  lines(wanted: Wanted): Map<string, number> {
    this.#value(wanted);
    return this.#found;
  }

  #value(wanted?: Wanted): void {
    this.#space();
    for (const pointer of wanted?.pointers ?? []) this.#found.set(pointer, this.#line);
    const first = this.#text[this.#at];
    if (first === '{' || first === '[') {
      if (wanted && wanted.members.size > 0) this.#members(wanted, first === '{');
      else this.#skip();
    } else if (first === '"') this.#string();
    else while (this.#at < this.#text.length && !/[\s,\]}]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #members(wanted: Wanted, isObject: boolean): void {
    for (let index = 0; ; index += 1) {
      this.#at += 1;
      this.#space();
      if (/[\]}]/.test(this.#text[this.#at] ?? ']')) break;
      const key = isObject ? (JSON.parse(this.#string()) as string) : String(index);
      this.#space();
      const line = this.#line;
      if (isObject) this.#at += 1;
      const member = wanted.members.get(key);
      this.#value(member);
      // The place of a member is that of its name.
      if (isObject) for (const pointer of member?.pointers ?? []) this.#found.set(pointer, line);
      this.#space();
      if (this.#text[this.#at] !== ',') break;
    }
    this.#at += 1;
  }

  /** Skips an object or a list without wanted parts. */
  #skip(): void {
    let depth = 0;
    do {
      const character = this.#text[this.#at] ?? '}';
      if (character === '"') {
        this.#string();
        continue;
      }
      if (character === '{' || character === '[') depth += 1;
      if (character === '}' || character === ']') depth -= 1;
      if (character === '\n') this.#line += 1;
      this.#at += 1;
    } while (depth > 0);
  }

  #string(): string {
    const start = this.#at;
    for (this.#at += 1; this.#at < this.#text.length && this.#text[this.#at] !== '"'; this.#at += 1)
      if (this.#text[this.#at] === '\\') this.#at += 1;
    this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) {
      if (this.#text[this.#at] === '\n') this.#line += 1;
      this.#at += 1;
    }
  }
}
