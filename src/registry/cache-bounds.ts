// How large the caches of all engines become, and what their entries take, in bytes.
import { cacheBytesOf } from '../cache/cache-shares.js';

/** An opened authority holds OpenSSL's key and parsed certificates besides its texts; measured. */
export const openedBytesOf = (authority: { certificatePem: string; serverCertificatePem: string }): number =>
  16 * 1024 + 2 * (authority.certificatePem.length + authority.serverCertificatePem.length);

const recordBytes = 1024;
const checkedBytes = 200;
const callerBytesOf = ({ groups }: { groups: readonly string[] }): number => 1024 + 100 * groups.length;

/** Clusters with their opened authorities. */
export const openedBounds = (cacheBytes: number | undefined) => ({
  maximumBytes: cacheBytesOf('openedClusters', cacheBytes),
  sizeOf: ({ authority }: { authority: Parameters<typeof openedBytesOf>[0] }) => openedBytesOf(authority),
});

/** Records of clusters, without their authorities. */
export const recordBounds = (cacheBytes: number | undefined) => ({
  maximumBytes: cacheBytesOf('clusterRecords', cacheBytes) / 2,
  sizeOf: () => recordBytes,
});

/** Hashes of checked authorities. */
export const checkedBounds = (cacheBytes: number | undefined) => ({
  maximumBytes: cacheBytesOf('clusterRecords', cacheBytes) / 2,
  sizeOf: () => checkedBytes,
});

/** Tokens or access keys, with the groups of their callers. */
export const callerBounds = (cache: 'tokens' | 'accessKeys', cacheBytes: number | undefined) => ({
  maximumBytes: cacheBytesOf(cache, cacheBytes),
  sizeOf: callerBytesOf,
});
