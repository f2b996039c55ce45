// A cache that is bounded by bytes and degrades gently: when more is in use than fits, most of its entries stay useful.
import { LRUCache } from 'lru-cache';

export interface ByteCacheOptions<Value> {
  maximumBytes: number;
  /** Bytes that an entry takes, roughly; a whole number from 1. */
  sizeOf: (value: Value, key: string) => number;
  /** A number from 0 to below 1 (default: `Math.random`). */
  random?: () => number;
}

// When slightly more entries than fit are requested in turn, a cache that admits everything evicts each entry just
// before it is needed and never has a hit. So of the entries that would evict another, only one in eight is admitted.
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

  /** Keeps a value, or not: the old value of the key is always replaced or removed. */
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
