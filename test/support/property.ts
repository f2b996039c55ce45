// Properties that hold for every input, tried on random ones with fast-check. A failure shows the smallest input and
// the seed that finds it again; found inputs stay with their property as examples.
import { test } from '@jest/globals';
import fc from 'fast-check';

// The same inputs each time, so that a failure is somebody's change; others by hand with PROPERTY_SEED.
const seed = Number(process.env['PROPERTY_SEED'] ?? 1);
// The share of the inputs that is tried: a quarter in `npm test`, all in `npm run test:properties`, more by hand.
const factor = Number(process.env['PROPERTY_FACTOR'] ?? 0.25);
const limitMs = 5_000 * Math.max(1, factor);

/** How many of so many random inputs are tried in this run. */
export const share = (runs: number) => Math.ceil(runs * factor);

export interface PropertyOptions<Inputs extends unknown[]> {
  /** How many random inputs the whole suite tries, unless time runs out before. */
  runs: number;
  /** Inputs that were found to break the property once. */
  examples?: Inputs[];
  /** Where it needs a program: `testWith(…)`. */
  with?: typeof test | typeof test.skip;
}

/** A test that a predicate holds (does not throw) for all inputs. */
export function property<Inputs extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [Index in keyof Inputs]: fc.Arbitrary<Inputs[Index]> },
  { runs, examples = [], with: run = test }: PropertyOptions<Inputs>,
  predicate: (...inputs: Inputs) => Promise<void> | void,
): void {
  run(
    name,
    async () => {
      const until = performance.now() + limitMs;
      // Not fast-check's own limit, which leaves the last predicate running.
      const checked = fc.asyncProperty<Inputs>(...arbitraries, async (...inputs) => {
        if (performance.now() < until) await predicate(...inputs);
      });
      // Examples count as runs.
      await fc.assert(checked, { numRuns: share(runs) + examples.length, examples, seed });
    },
    limitMs + 30_000,
  );
}
