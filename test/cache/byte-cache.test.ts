import { expect, test } from '@jest/globals';
import { ByteCache } from '../../src/cache/byte-cache.js';
import { type CacheName, cacheBytesOf } from '../../src/cache/cache-shares.js';

/** A seeded random number generator, so that the figures are the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** The hit rate when a number of entries is requested in turn, once the cache is warm. */
function hitsInTurn(entries: number, room: number): number {
  const cache = new ByteCache<object>({ maximumBytes: room * 100, sizeOf: () => 100, random: randomFrom(7) });
  const rounds = 20;
  let hits = 0;
  for (let round = 0; round < 2 * rounds; round++) {
    for (let index = 0; index < entries; index++) {
      if (cache.get(`${index}`)) hits += round < rounds ? 0 : 1;
      else cache.set(`${index}`, {});
    }
  }
  return hits / (rounds * entries);
}

test('keeps what fits, by bytes', () => {
  const cache = new ByteCache<{ bytes: number }>({ maximumBytes: 1000, sizeOf: ({ bytes }) => bytes });
  cache.set('small', { bytes: 300 });
  cache.set('other', { bytes: 700 });
  expect([cache.get('small'), cache.get('other')]).toEqual([{ bytes: 300 }, { bytes: 700 }]);
  cache.set('too large', { bytes: 1001 });
  expect(cache.get('too large')).toBeUndefined();
});

test('has no cliff: with a tenth more in use than fits, most look-ups still hit', () => {
  expect(hitsInTurn(1000, 1000)).toBe(1);
  expect(hitsInTurn(1100, 1000)).toBeGreaterThan(0.75);
  expect(hitsInTurn(2000, 1000)).toBeGreaterThan(0.35);
});

test('replaces unused entries by those in use', () => {
  const cache = new ByteCache<object>({ maximumBytes: 100, sizeOf: () => 1, random: randomFrom(7) });
  for (let index = 0; index < 100; index++) cache.set(`old ${index}`, {});
  const use = (name: string) => cache.get(name) ?? cache.set(name, {});
  for (let round = 0; round < 60; round++) for (let index = 0; index < 50; index++) use(`new ${index}`);
  const found = Array.from({ length: 50 }, (_, index) => cache.get(`new ${index}`)).filter(Boolean);
  expect(found.length).toBeGreaterThan(45);
});

test('a key that is there is replaced or gone, also in a full cache', () => {
  const cache = new ByteCache<{ version: number }>({ maximumBytes: 2, sizeOf: () => 1, random: () => 0.99 });
  cache.set('a', { version: 1 });
  cache.set('b', { version: 1 });
  cache.set('a', { version: 2 });
  cache.set('c', { version: 1 });
  expect([cache.get('a'), cache.get('c')]).toEqual([{ version: 2 }, undefined]);
});

test('the shares of the caches are the whole', () => {
  const all: Record<CacheName, number> = {
    openedClusters: cacheBytesOf('openedClusters', 1),
    certificates: cacheBytesOf('certificates', 1),
    clusterRecords: cacheBytesOf('clusterRecords', 1),
    revocations: cacheBytesOf('revocations', 1),
    tokens: cacheBytesOf('tokens', 1),
    accessKeys: cacheBytesOf('accessKeys', 1),
    validatedUrls: cacheBytesOf('validatedUrls', 1),
  };
  expect(Object.values(all).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
});
