// What every engine must promise, as tests: call `describeClusters` for a registry of clusters, `describeStore` for an
// engine that keeps tokens, access keys and revocations too. An engine gives a way to open a store and its caching
// times.
import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { describeAccessKeys } from './access-key-suite.js';
import { describeAdministration } from './administration-suite.js';
import {
  type TestedClusters,
  type TestedStore,
  authority,
  newRecord,
  otherProjectId,
  projectId,
} from './tested-store.js';
import { describeRevocations } from './revocation-suite.js';
import { describeTokens } from './token-suite.js';

/** The promises of a registry of clusters; `create` makes one that has no clusters. */
export function describeClusters(name: string, create: () => Promise<TestedClusters>): void {
  describe(`${name}: clusters`, () => {
    test('finds a cluster by its ID in its project, whatever case the ID is written in', async () => {
      const { openClusters, put } = await create();
      const files = await authority();
      const record = await put(newRecord({ externalServer: 'https://203.0.113.8:5443' }), files);
      const registry = await openClusters();
      const cluster = await registry.find(projectId, record.id.toUpperCase());
      const { authority: opened, ...found } = cluster ?? {};
      expect(found).toEqual(record);
      expect(opened?.certificatePem.trim()).toBe(files.certificatePem.trim());
      expect(await registry.findRecord(projectId, record.id.toUpperCase())).toEqual(record);
    });

    test('finds no cluster of another project, and none of an ID that is unknown or no ID', async () => {
      const { openClusters, put } = await create();
      const record = await put(newRecord(), await authority());
      const registry = await openClusters();
      for (const [project, id] of [
        [otherProjectId, record.id],
        [projectId, randomUUID()],
        [projectId, '../clusters'],
        [projectId, ''],
      ] as const) {
        expect(await registry.find(project, id)).toBeUndefined();
        expect(await registry.findRecord(project, id)).toBeUndefined();
      }
    });

    test('gives the same object with the same authority while nothing changes', async () => {
      const { openClusters, put, settle } = await create();
      const record = await put(newRecord(), await authority());
      await settle();
      const registry = await openClusters();
      const first = await registry.find(projectId, record.id);
      const again = await registry.find(projectId, record.id);
      expect(first?.authority).toBeDefined();
      expect(again).toBe(first);
      expect(again?.authority).toBe(first?.authority);
    });

    test('gives every replica the same seed', async () => {
      const { openClusters, put } = await create();
      const record = await put(newRecord(), await authority());
      const [one, other] = [await openClusters(), await openClusters()];
      const seeds = [await one.find(projectId, record.id), await other.find(projectId, record.id)].map(
        (cluster) => cluster?.authority.seed,
      );
      expect(seeds[0]?.length).toBeGreaterThanOrEqual(32);
      expect(seeds[1]).toEqual(seeds[0]);
    });

    test('lists the clusters of a project, sorted by ID, and no others', async () => {
      const { openClusters, put } = await create();
      const files = await authority();
      const own = [await put(newRecord(), files), await put(newRecord({ name: 'b' }), files)];
      await put(newRecord({ projectId: otherProjectId }), files);
      const registry = await openClusters();
      expect(await registry.listRecords(projectId)).toEqual(own.sort((a, b) => (a.id < b.id ? -1 : 1)));
      expect(await registry.listRecords('0'.repeat(32))).toEqual([]);
    });

    test('is ready, and says `unavailable` while the engine fails, never that a cluster is missing', async () => {
      const { openClusters, put, interrupt } = await create();
      const record = await put(newRecord(), await authority());
      const registry = await openClusters();
      await registry.assertReady();
      if (!interrupt) return;
      const restore = await interrupt();
      try {
        const unavailable = expect.objectContaining({ code: 'unavailable' });
        await expect(registry.find(projectId, record.id)).rejects.toEqual(unavailable);
        await expect(registry.findRecord(projectId, record.id)).rejects.toEqual(unavailable);
        await expect(registry.listRecords(projectId)).rejects.toEqual(unavailable);
      } finally {
        await restore();
      }
      expect(await registry.findRecord(projectId, record.id)).toEqual(record);
    });
  });
}

/** All promises of an engine; `create` makes a place where nothing is kept yet. */
export function describeStore(name: string, create: () => Promise<TestedStore>): void {
  describeClusters(name, async () => {
    const { open, ...tested } = await create();
    const store = await open();
    await store.prepare();
    return {
      ...tested,
      openClusters: async () => (await open()).clusters,
      put: async (record, authority) => {
        await store.clusters.add(record, authority, { now: new Date() });
        return record;
      },
    };
  });
  describeAdministration(name, create);
  describeTokens(name, create);
  describeAccessKeys(name, create);
  describeRevocations(name, create);
}
