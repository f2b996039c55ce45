// Whether all that was confirmed to writers is there in the end.
import { expect } from '@jest/globals';
import { openData } from '../../src/registry/open-data.js';
import { projectId } from '../registry/tested-store.js';
import type { Load } from './load.js';

/** Throws for a token, a cluster or a revocation that was confirmed and is lost, and for one that is back. */
export async function assertKept(load: Load, location: string, keyFile: string): Promise<void> {
  const found = await openData(location, { keyFile, lookUpMs: 60_000 });
  try {
    const ids = (await found.clusters.listRecords(projectId)).map(({ id }) => id);
    for (const cluster of load.clusters) {
      if (cluster.endedAt !== undefined) expect(ids).not.toContain(cluster.id);
      if (cluster.endBegan !== undefined) continue;
      expect(ids).toContain(cluster.id);
      const { users } = await found.revocations.listRevocations(cluster.id);
      for (const [userId, generations] of cluster.generations) {
        const kept = users.find((user) => user.userId === userId)?.generation ?? 0;
        expect(kept).toBeGreaterThanOrEqual(Math.max(...generations.map(({ generation }) => generation)));
      }
    }
    for (const token of load.tokens) {
      const caller = await found.tokens.findByToken(token.token);
      if (token.endedAt !== undefined) expect(caller).toBeUndefined();
      if (token.endBegan === undefined) expect(caller?.userId).toBe(token.userId);
    }
  } finally {
    await found.close();
  }
}
