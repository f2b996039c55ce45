import { expect, test } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { boundTokens } from '../../src/registry/look-ups.js';

const caller = { userId: 'user', projectId: 'project', groups: [] };

/** Tokens that count how often they are looked up, and are unknown from when they are revoked. */
function countedTokens(options: { isLocal?: boolean }) {
  const counted = {
    ...options,
    lookUps: 0,
    isRevoked: false,
    findByToken: async () => {
      counted.lookUps += 1;
      const found = counted.isRevoked ? undefined : caller;
      await setImmediate();
      return found;
    },
  };
  return counted;
}

test('equal look-ups of a local engine are one within a turn of the event loop, and new in the next', async () => {
  const tokens = countedTokens({ isLocal: true });
  const bound = boundTokens(tokens);
  const [first, second] = [bound.findByToken('a'), bound.findByToken('a')];
  await bound.findByToken('b');
  expect(tokens.lookUps).toBe(2);
  // The first look-up has not ended yet for others that would take it over later.
  tokens.isRevoked = true;
  await setImmediate();
  await setImmediate();
  expect(await bound.findByToken('a')).toBeUndefined();
  expect(tokens.lookUps).toBe(3);
  expect(await Promise.all([first, second])).toEqual([caller, caller]);
});

test('a look-up that began in an earlier turn is not taken over, though it still runs', async () => {
  const tokens = countedTokens({ isLocal: true });
  const bound = boundTokens({
    isLocal: true,
    findByToken: async (token) => {
      const found = await tokens.findByToken();
      for (let turn = 0; turn < 5; turn++) await setImmediate();
      return token === 'a' ? found : undefined;
    },
  });
  const slow = bound.findByToken('a');
  await setImmediate();
  await setImmediate();
  tokens.isRevoked = true;
  expect(await bound.findByToken('a')).toBeUndefined();
  expect(await slow).toEqual(caller);
});

test('equal look-ups of any other engine are one for as long as they run', async () => {
  const tokens = countedTokens({});
  const bound = boundTokens(tokens);
  const first = bound.findByToken('a');
  await Promise.resolve();
  const second = bound.findByToken('a');
  expect(await Promise.all([first, second])).toEqual([caller, caller]);
  expect(tokens.lookUps).toBe(1);
});
