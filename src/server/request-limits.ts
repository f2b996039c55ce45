// Limits the requests of an IP address and of a caller. Each process counts its own, unless a common store is given.
import { MemoryStore, type Options, ipKeyGenerator } from 'express-rate-limit';
import { ClusterCertError } from '../errors.js';
import type { Caller } from '../registry/caller.js';
import { LookUps } from '../registry/look-ups.js';
import type { LimitStore, RequestLimits } from './app-options.js';

const windowMs = 60_000;
// The longest wait of a request for its count.
const storeDeadlineMs = 1_000;

/** Counts a request; gives the count and the time until its reset, in ms. */
type Count = (key: string) => Promise<{ hits: number; endsInMs: number }>;

export class Limits {
  readonly #countAddress: (key: string) => Promise<void>;
  readonly #countCaller: (key: string) => Promise<void>;

  constructor({ perAddress, perCaller, store }: RequestLimits) {
    const shared = store && countIn(store);
    this.#countAddress = limit(perAddress, 'address', shared);
    this.#countCaller = limit(perCaller, 'caller', shared);
  }

  /** Throws `too_many_requests` for an IP address above its limit. */
  async countAddress(ip: string): Promise<void> {
    await this.#countAddress(ipKeyGenerator(ip));
  }

  /** The same for a caller; comes after authentication. */
  async countCaller({ userId }: Caller): Promise<void> {
    await this.#countCaller(userId);
  }
}

function limit(most: number, kind: string, shared: Count | undefined): (key: string) => Promise<void> {
  if (most === 0) return () => Promise.resolve();
  const own = countHere();
  const count: Count = shared ? (key) => shared(`${kind} ${key}`).catch(() => own(key)) : own;
  return async (key) => {
    const { hits, endsInMs } = await count(key);
    if (hits <= most) return;
    const retryAfterSeconds = Math.max(1, Math.ceil(endsInMs / 1000));
    throw new ClusterCertError('too_many_requests', `too many requests; try again in ${retryAfterSeconds} seconds`, {
      retryAfterSeconds,
    });
  };
}

/** Counts in this process. */
function countHere(): Count {
  const store = new MemoryStore();
  store.init({ windowMs } as Options);
  // Minutes are counted by a monotonic clock; with the time of day, setting the clock back would block callers for as
  // long.
  const startedAt = performance.now();
  return async (key) => {
    const elapsedMs = performance.now() - startedAt;
    const { totalHits } = await store.increment(`${Math.floor(elapsedMs / windowMs)} ${key}`);
    return { hits: totalHits, endsInMs: windowMs - (elapsedMs % windowMs) };
  };
}

/** Counts in a store of the embedder. */
function countIn(store: LimitStore): Count {
  store.init?.({ windowMs });
  const lookUps = new LookUps({ engine: 'store of limits', deadlineMs: storeDeadlineMs });
  return async (key) => {
    const { totalHits, resetTime } = await lookUps.run(async () => store.increment(key));
    // The store's clock may differ.
    const endsInMs = Math.min(windowMs, (resetTime?.getTime() ?? Infinity) - Date.now());
    return { hits: totalHits, endsInMs };
  };
}
