import { expect, test } from '@jest/globals';
import { drawToken } from '../../src/registry/draw-token.js';

test('a token can follow an option of a command as it is', () => {
  const tokens = Array.from({ length: 3000 }, () => drawToken(32));
  expect(tokens.filter((token) => !/^\w[\w-]{42}$/.test(token))).toEqual([]);
  expect(new Set(tokens).size).toBe(3000);
});
