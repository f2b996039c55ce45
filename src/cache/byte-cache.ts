// A cache that is bounded by bytes and degrades gently: with more in use than fits, most of what is kept stays useful.
import { LRUCache } from 'lru-cache';

export interface ByteCacheOptions<Value> {
  maximumBytes: number;
  /** Bytes that an entry takes, roughly; a whole number from 1. */
  sizeOf: (value: Value, key: string) => number;
  /** A number from 0 to below 1 (default: `Math.random`). */
  random?: () => number;
}

// Where entries are asked for in turn, and are a few more than fit, a cache that admits everything throws out each entry just
// before it is needed: nothing is ever found. Of those that would throw something out, one in eight is admitted.
const admittedWhenFull = 1 / 8;

export class ByteCache<Value extends object> {
  readonly #entries: LRUCache<string, Value>;
  readonly #options: ByteCacheOptions<Value>;

  constructor(options: ByteCacheOptions<Value>) {
    this.#options = options;
    this.#entries = new LRUCache({ maxSize: Math.max(1, Math.floor(options.maximumBytes)) });
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  /** Keeps a value, or not: a key that is there is always replaced or removed. */
  set(key: string, value: Value): void {
    const { sizeOf, random = Math.random } = this.#options;
    const size = sizeOf(value, key);
    const isFull = this.#entries.calculatedSize + size > this.#entries.maxSize;
    if (!isFull || this.#entries.has(key) || random() < admittedWhenFull) this.#entries.set(key, value, { size });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
