import { expect, test } from '@jest/globals';
import { lookUpMs } from '../../../src/registry/postgres/database.js';
import { Leases } from '../../../src/registry/postgres/leases.js';

/** A lease with the test's own clock and look-ups. */
function create() {
  const state = { now: 0, content: 'first', tookMs: 1, looks: 0 };
  const leases = new Leases<{ content: string }>({ maximumBytes: 10_000, sizeOf: () => 1, clock: () => state.now });
  const get = () =>
    leases.get('key', () => {
      const { content } = state;
      state.looks += 1;
      state.now += state.tookMs;
      return Promise.resolve({ rows: content, make: () => ({ content }) });
    });
  return { state, leases, get };
}

test('a result is cached for the lease, from the request on', async () => {
  const { state, get } = create();
  const first = await get();
  state.content = 'second';
  state.now = lookUpMs - 1;
  expect(await get()).toBe(first);
  state.now = lookUpMs;
  expect(await get()).toEqual({ content: 'second' });
});

test('an unchanged result stays the same object', async () => {
  const { state, get } = create();
  const first = await get();
  state.now = 10 * lookUpMs;
  expect(await get()).toBe(first);
  expect(state.looks).toBe(2);
});

test('a result that arrives after the lease, because the process was paused, is looked up again', async () => {
  const { state, leases } = create();
  const answers = ['before the stop', 'after it'];
  const found = await leases.get('key', () => {
    const content = answers.shift() ?? '';
    if (answers.length === 1) state.now += lookUpMs + 1;
    return Promise.resolve({ rows: content, make: () => ({ content }) });
  });
  expect(found).toEqual({ content: 'after it' });
});

test('a result that always comes too late is never used', async () => {
  const { state, get } = create();
  state.tookMs = 2 * lookUpMs;
  await expect(get()).rejects.toMatchObject({ code: 'unavailable' });
});
