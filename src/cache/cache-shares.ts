// Divides one number of bytes among the caches of a provider. An active cluster takes some 20 KB as an opened authority
// and 20 KB as a certificate with its response, as `npm run bench -- --only active` measures.

/** Bytes of all caches of a provider together: enough for some 5,000 active clusters. */
export const defaultCacheBytes = 256 * 2 ** 20;

/** The share of each cache; together they are 1. */
const cacheShares = {
  openedClusters: 0.46,
  certificates: 0.36,
  clusterRecords: 0.06,
  revocations: 0.02,
  tokens: 0.04,
  accessKeys: 0.02,
  validatedUrls: 0.04,
} as const;

export type CacheName = keyof typeof cacheShares;

/** The bytes of one cache. */
export function cacheBytesOf(cache: CacheName, total = defaultCacheBytes): number {
  return total * cacheShares[cache];
}
