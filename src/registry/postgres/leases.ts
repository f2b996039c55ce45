// Results are cached for one second, never longer, so that changes elsewhere take effect within that time. "Not found"
// is not cached. While the rows are the same, the object made of them stays the same.
import { createHash } from 'node:crypto';
import { ByteCache } from '../../cache/byte-cache.js';
import { ClusterCertError } from '../../errors.js';
import { lookUpMs } from './database.js';

/** How long a result is cached, in ms, from the request on. */
const leaseMs = lookUpMs;

export interface Found<Value> {
  /** The rows that it is made of. */
  readonly rows: unknown;
  make(): Value;
}

// A process that is paused again and again must not look for ever.
const mostLooks = 3;

interface Known<Value> {
  readonly content: string;
  readonly value: Value;
  readonly believedUntil: number;
}

export class Leases<Value extends object> {
  readonly #known: ByteCache<Known<Value>>;
  readonly #clock: () => number;
  #changes = 0;

  /** `clock` gives ms that never go back (default: those since the process began). */
  constructor(options: { maximumBytes: number; sizeOf: (value: Value) => number; clock?: () => number }) {
    const { maximumBytes, sizeOf, clock = () => performance.now() } = options;
    this.#known = new ByteCache({ maximumBytes, sizeOf: ({ value }) => sizeOf(value) });
    this.#clock = clock;
  }

  /**
   * The cached result of a key, or that of `look`: undefined for nothing, null for nothing that the caller may know of.
   */
  async get(key: string, look: () => Promise<Found<Value> | undefined | null>): Promise<Value | undefined> {
    const now = this.#clock();
    const believed = this.#known.get(key);
    if (believed && now < believed.believedUntil) return believed.value;
    const { found, askedAt, changes } = await this.#lookInTime(look);
    if (found === undefined) this.#known.delete(key);
    if (!found) return undefined;
    const content = createHash('sha256').update(JSON.stringify(found.rows)).digest('base64');
    const known = this.#known.get(key);
    const value = known?.content === content ? known.value : found.make();
    // A key that was changed here meanwhile must be looked up again.
    const believedUntil = changes === this.#changes ? askedAt + leaseMs : askedAt;
    this.#known.set(key, { content, value, believedUntil });
    return value;
  }

  /** A result that arrives after the lease is looked up again: this process was paused while others went on. */
  async #lookInTime(look: () => Promise<Found<Value> | undefined | null>) {
    for (let time = 0; time < mostLooks; time++) {
      const [askedAt, changes] = [this.#clock(), this.#changes];
      const found = await look();
      if (this.#clock() - askedAt <= leaseMs) return { found, askedAt, changes };
    }
    throw new ClusterCertError('unavailable', 'the response of the database comes too late to be used');
  }

  /** Called after a change by this process, which takes effect at once. */
  expire(key: string): void {
    this.#changes += 1;
    const known = this.#known.get(key);
    if (known) this.#known.set(key, { ...known, believedUntil: 0 });
  }

  /** Makes the next look-up create the object anew. */
  forget(key: string): void {
    this.#known.delete(key);
  }
}
