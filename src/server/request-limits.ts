// How many requests an address and a caller may send. Each process counts its own.
import { MemoryStore, type Options, ipKeyGenerator } from 'express-rate-limit';
import { ClusterCertError } from '../errors.js';
import type { Caller } from '../registry/caller.js';
import type { RequestLimits } from './app-options.js';

const windowMs = 60_000;

export class Limits {
  readonly #countAddress: (key: string) => Promise<void>;
  readonly #countCaller: (key: string) => Promise<void>;

  constructor({ perAddress, perCaller }: RequestLimits) {
    this.#countAddress = limit(perAddress);
    this.#countCaller = limit(perCaller);
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

function limit(most: number): (key: string) => Promise<void> {
  if (most === 0) return () => Promise.resolve();
  const store = new MemoryStore();
  store.init({ windowMs } as Options);
  // Minutes are counted from here by a clock that nobody sets; by the time of day, a clock that is set back would hold
  // a caller up for as long.
  const startedAt = performance.now();
  return async (key) => {
    const elapsedMs = performance.now() - startedAt;
    const { totalHits } = await store.increment(`${Math.floor(elapsedMs / windowMs)} ${key}`);
    if (totalHits <= most) return;
    const retryAfterSeconds = Math.max(1, Math.ceil((windowMs - (elapsedMs % windowMs)) / 1000));
    throw new ClusterCertError('too_many_requests', `too many requests; try again in ${retryAfterSeconds} seconds`, {
      retryAfterSeconds,
    });
  };
}
