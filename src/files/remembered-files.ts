// Caches the content of files for exactly as long as they stay the same. The file system is checked once in every turn
// of the event loop, so that a change by anybody takes effect at once; only reading and parsing are saved.
import { type Stats, statSync } from 'node:fs';
import { ByteCache, type ByteCacheOptions } from '../cache/byte-cache.js';
import { thisTurn } from './this-turn.js';

type Versions = readonly (Stats | undefined)[];

interface Remembered<Value> {
  files: readonly string[];
  versions: Versions;
  value: Value;
  /** The turn in which the files were last seen to be these. */
  seenIn?: object;
}

// File systems count time in steps, network file systems in whole seconds: of two changes within a step, only the first
// shows. So files that changed this recently are read again.
const settledAfterMs = 2_000;
const mostReadings = 5;

// Memory of each file's version.
const versionBytes = 300;

export class RememberedFiles<Value extends object> {
  readonly #remembered: ByteCache<Remembered<Value>>;

  constructor({ maximumBytes, sizeOf }: ByteCacheOptions<Value>) {
    this.#remembered = new ByteCache({
      maximumBytes,
      sizeOf: ({ value, versions }, key) => sizeOf(value, key) + versions.length * versionBytes,
    });
  }

  /** Reads the files of a key anew the next time. */
  forget(key: string): void {
    this.#remembered.delete(key);
  }

  /**
   * The result of `read` for the files, the same object while none of them changes; undefined where all are missing.
   * Files that change during the reading are read again, so that the result is of one moment.
   */
  async get(
    key: string,
    filesOf: () => readonly string[],
    read: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    const seenIn = thisTurn();
    const known = this.#remembered.get(key);
    if (known?.seenIn === seenIn) return known.value;
    const now = Date.now();
    const files = known?.files ?? filesOf();
    const versions = versionsOf(files);
    if (versions.every((version) => version === undefined)) {
      this.#remembered.delete(key);
      return undefined;
    }
    if (known && areSame(versions, known.versions)) {
      known.seenIn = seenIn;
      return known.value;
    }
    const { value, versions: asRead } = await readAtOnce(files, versions, read);
    if (value && asRead.every((version) => !version || now - version.ctimeMs > settledAfterMs)) {
      this.#remembered.set(key, { files, versions: asRead, value });
    } else {
      this.#remembered.delete(key);
    }
    return value;
  }
}

/** Reads until the files are the same after as before, a few times at most; errors of a mixed reading are dropped. */
async function readAtOnce<Value>(files: readonly string[], versions: Versions, read: () => Promise<Value>) {
  for (let before = versions, attempt = 1; ; attempt++) {
    const outcome = await Promise.allSettled([read()]);
    const after = versionsOf(files);
    const settled = areSame(before, after) || attempt === mostReadings;
    if (settled && outcome[0].status === 'rejected') throw outcome[0].reason;
    if (settled && outcome[0].status === 'fulfilled') return { value: outcome[0].value, versions: before };
    before = after;
  }
}

function versionsOf(files: readonly string[]): Versions {
  // Synchronous, because a look-up in the kernel's cache takes less time than handing it to another thread.
  return files.map((file) => statSync(file, { throwIfNoEntry: false }));
}

function areSame(some: Versions, others: Versions): boolean {
  return some.every((version, index) => isSame(version, others[index]));
}

/** `ctime`, because nobody can set it: the time of the last change to a file or its metadata. */
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
