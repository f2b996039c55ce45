// How many requests an address and a caller may send. Each process counts its own, unless it is given a store that counts
// for all.
import { MemoryStore, type Options, ipKeyGenerator } from 'express-rate-limit';
import { ClusterCertError } from '../errors.js';
import type { Caller } from '../registry/caller.js';
import { LookUps } from '../registry/look-ups.js';
import type { LimitStore, RequestLimits } from './app-options.js';

const windowMs = 60_000;
// No request waits longer for its number.
const storeDeadlineMs = 1_000;

/** Counts a request; gives how many there were and when they are forgotten, in ms from now. */
type Count = (key: string) => Promise<{ hits: number; endsInMs: number }>;

export class Limits {
  readonly #countAddress: (key: string) => Promise<void>;
  readonly #countCaller: (key: string) => Promise<void>;

  constructor({ perAddress, perCaller, store }: RequestLimits) {
    const shared = store && countIn(store);
    this.#countAddress = limit(perAddress, 'address', shared);
    this.#countCaller = limit(perCaller, 'caller', shared);
  }

  /** Throws `too_many_requests` for an address that sends more than it may. */
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
  // Minutes are counted from here by a clock that nobody sets; by the time of day, a clock that is set back would hold
  // a caller up for as long.
  const startedAt = performance.now();
  return async (key) => {
    const elapsedMs = performance.now() - startedAt;
    const { totalHits } = await store.increment(`${Math.floor(elapsedMs / windowMs)} ${key}`);
    return { hits: totalHits, endsInMs: windowMs - (elapsedMs % windowMs) };
  };
}

/** Counts in a store of whoever embeds the provider. */
function countIn(store: LimitStore): Count {
  store.init?.({ windowMs });
  const lookUps = new LookUps({ engine: 'store of limits', deadlineMs: storeDeadlineMs });
  return async (key) => {
    const { totalHits, resetTime } = await lookUps.run(async () => store.increment(key));
    // Its clock may be another one.
    const endsInMs = Math.min(windowMs, (resetTime?.getTime() ?? Infinity) - Date.now());
    return { hits: totalHits, endsInMs };
  };
}
