// Tokens that become keys when a colon follows them, one for each level of flow collections.
import type { Cursor } from './cursor.js';

export interface SimpleKey {
  /** Its number in the text. */
  token: number;
  /** Whether only a key is allowed there. */
  required: boolean;
  offset: number;
  line: number;
  column: number;
}

const longestKey = 1024;

export class SimpleKeys {
  readonly #keys: (SimpleKey | undefined)[] = [undefined];
  readonly #hadKey: boolean[] = [false];
  // At the end of an empty flow collection, go-yaml forgets that the first token may be a key.
  #isFirstForgotten = false;

  constructor(readonly cursor: Cursor) {}

  /** Whether the token of that number may become a key. */
  mayStartAt(token: number): boolean {
    if (token === 0 && this.#isFirstForgotten) return false;
    return this.#keys.some((key) => key?.token === token && this.#isPossible(key));
  }

  /** The next token may be a key. */
  save(token: number, required: boolean): void {
    this.drop();
    const { offset, line, column } = this.cursor;
    this.#keys[this.#keys.length - 1] = { token, required, offset, line, column };
    this.#hadKey[this.#hadKey.length - 1] = true;
  }

  /** The possible key is not one. */
  drop(): void {
    const key = this.#keys.at(-1);
    if (key?.required === true) throw this.cursor.error("a ':' is missing", key.offset);
    this.#keys[this.#keys.length - 1] = undefined;
  }

  /** The key that ends at a colon. */
  take(): SimpleKey | undefined {
    const key = this.#keys.at(-1);
    if (!key || !this.#isPossible(key)) return undefined;
    this.#keys[this.#keys.length - 1] = undefined;
    return key;
  }

  /** Into a flow collection. */
  enter(): void {
    this.#keys.push(undefined);
    this.#hadKey.push(false);
  }

  leave(): void {
    this.#keys.pop();
    if (this.#hadKey.pop() !== true) this.#isFirstForgotten = true;
  }

  /** Whether a key can still end here: it is on one line, and not longer than 1024 characters. */
  #isPossible(key: SimpleKey): boolean {
    const { line, offset } = this.cursor;
    if (key.line === line && key.offset + longestKey >= offset) return true;
    if (key.required) throw this.cursor.error("a ':' is missing", key.offset);
    return false;
  }
}
