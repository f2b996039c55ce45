import { expect, test } from '@jest/globals';
import { urlOf } from '../src/url.js';

test('a URL is read the same way however often one was read before', () => {
  // Often enough for V8 to optimize the function.
  for (let count = 0; count < 100_000; count++) {
    if (urlOf('https://Ünicode.example/')?.hostname !== 'xn--nicode-2ya.example') throw new Error(`after ${count}`);
  }
  expect(urlOf('https://')).toBeUndefined();
  expect(urlOf('no URL')).toBeUndefined();
});
