import { expect, test } from '@jest/globals';
import { Leases, leaseMs } from '../../../src/registry/postgres/leases.js';

/** A lease whose clock and whose look-ups are in the test's hands. */
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

test('what was found is believed for the lease, counted from when it was asked for', async () => {
  const { state, get } = create();
  const first = await get();
  state.content = 'second';
  state.now = leaseMs - 1;
  expect(await get()).toBe(first);
  state.now = leaseMs;
  expect(await get()).toEqual({ content: 'second' });
});

test('what has not changed stays the same object', async () => {
  const { state, get } = create();
  const first = await get();
  state.now = 10 * leaseMs;
  expect(await get()).toBe(first);
  expect(state.looks).toBe(2);
});

test('what comes later than the lease ends, because the process was stopped, is looked up again', async () => {
  const { state, leases } = create();
  const answers = ['before the stop', 'after it'];
  const found = await leases.get('key', () => {
    const content = answers.shift() ?? '';
    if (answers.length === 1) state.now += leaseMs + 1;
    return Promise.resolve({ rows: content, make: () => ({ content }) });
  });
  expect(found).toEqual({ content: 'after it' });
});

test('what always comes too late is never believed', async () => {
  const { state, get } = create();
  state.tookMs = 2 * leaseMs;
  await expect(get()).rejects.toMatchObject({ code: 'unavailable' });
});
