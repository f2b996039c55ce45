// Remembers what was read from files for exactly as long as they stay the same. Every look-up asks the file system, so
// that a change counts at once, whoever made it; only reading and making sense of the files is saved.
import { type Stats, statSync } from 'node:fs';
import { LRUCache } from 'lru-cache';

interface Remembered<Value> {
  versions: readonly (Stats | undefined)[];
  value: Value;
}

// File systems count time in steps, network file systems in whole seconds: of two changes within a step, only the first
// shows. What changed so recently is read again instead.
const settledAfterMs = 2_000;

export class RememberedFiles<Value extends object> {
  readonly #remembered: LRUCache<string, Remembered<Value>>;

  /** Keeps the values of so many keys, those that were asked for last. */
  constructor({ most }: { most: number }) {
    this.#remembered = new LRUCache({ max: most });
  }

  /** What `read` makes of the files, the same object while none of them changes; undefined where all are missing. */
  async get(key: string, files: readonly string[], read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const now = Date.now();
    // Synchronous, because a look-up in the kernel's cache takes less than handing it to another thread.
    const versions = files.map((file) => statSync(file, { throwIfNoEntry: false }));
    if (versions.every((version) => version === undefined)) {
      this.#remembered.delete(key);
      return undefined;
    }
    const known = this.#remembered.get(key);
    if (known && versions.every((version, index) => isSame(version, known.versions[index]))) return known.value;
    const value = await read();
    if (value && versions.every((version) => !version || now - version.ctimeMs > settledAfterMs)) {
      this.#remembered.set(key, { versions, value });
    } else {
      this.#remembered.delete(key);
    }
    return value;
  }
}

/** The time of the last change to a file or what is known of it (`ctime`) cannot be set by whoever changes it. */
function isSame(one: Stats | undefined, other: Stats | undefined): boolean {
  if (!one || !other) return one === other;
  return (
    one.ino === other.ino &&
    one.ctimeMs === other.ctimeMs &&
    one.mtimeMs === other.mtimeMs &&
    one.size === other.size &&
    one.dev === other.dev
  );
}
