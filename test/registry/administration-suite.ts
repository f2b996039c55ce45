// What an engine must promise to the commands that administer clusters.
import { describe, expect, test } from '@jest/globals';
import { type TestedStore, authority, newRecord, otherProjectId, projectId, waitFor } from './tested-store.js';

const now = new Date();

/** The promises of `ClusterAdministration`, and of the store around it. */
export function describeAdministration(name: string, create: () => Promise<TestedStore>): void {
  describe(`${name}: administration of clusters`, () => {
    const prepared = async () => {
      const tested = await create();
      const [store, replica] = [await tested.open(), await tested.open()];
      await store.prepare();
      return { ...tested, store, replica, seen: () => waitFor(tested.leaseMs) };
    };

    test('is not there before it was prepared, and then is; preparing again changes nothing', async () => {
      const { open } = await create();
      const store = await open();
      expect(await store.exists()).toBe(false);
      expect(await store.clusters.list()).toEqual({ clusters: [], problems: [] });
      expect(await store.exists()).toBe(false);
      await store.prepare();
      await store.prepare();
      expect(await store.exists()).toBe(true);
      expect(store.location).not.toBe('');
      await store.close();
    });

    test('what was added and removed counts on every replica', async () => {
      const { store, replica, seen } = await prepared();
      const record = newRecord();
      await store.clusters.add(record, await authority(), { now });
      await seen();
      expect(await replica.clusters.findRecord(projectId, record.id)).toEqual(record);
      expect((await replica.clusters.listRecords(projectId)).map(({ id }) => id)).toEqual([record.id]);
      expect(await replica.clusters.ids()).toEqual([record.id]);
      expect(await store.clusters.remove(record.id.toUpperCase())).toBe(true);
      expect(await store.clusters.remove(record.id)).toBe(false);
      await seen();
      expect(await replica.clusters.find(projectId, record.id)).toBeUndefined();
      expect(await replica.clusters.listRecords(projectId)).toEqual([]);
    });

    test('of simultaneous additions of one ID, one succeeds', async () => {
      const { store, replica } = await prepared();
      const record = newRecord();
      const files = await authority();
      const outcomes = await Promise.allSettled(
        [store, replica, store, replica].map(({ clusters }) => clusters.add(record, files, { now })),
      );
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused).toHaveLength(3);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'already_exists' });
    });

    test('an authority that could not issue certificates now is refused, and nothing is kept', async () => {
      const { store } = await prepared();
      const [one, other] = [await authority(0), await authority(1)];
      const unusable = expect.objectContaining({ code: 'authority_unusable' });
      const mixed = { ...one, privateKeyPem: other.privateKeyPem };
      await expect(store.clusters.add(newRecord(), mixed, { now })).rejects.toEqual(unusable);
      const later = new Date(now.getTime() + 11 * 365 * 24 * 60 * 60 * 1000);
      await expect(store.clusters.add(newRecord(), one, { now: later })).rejects.toEqual(unusable);
      expect(await store.clusters.ids()).toEqual([]);
    });

    test('a cluster is found in any project by its ID, and listed', async () => {
      const { store } = await prepared();
      const files = await authority();
      const records = [newRecord(), newRecord({ projectId: otherProjectId })].sort((a, b) => (a.id < b.id ? -1 : 1));
      for (const record of records) await store.clusters.add(record, files, { now });
      const { clusters, problems } = await store.clusters.list();
      expect(problems).toEqual([]);
      expect(clusters).toEqual(records.map((record) => expect.objectContaining({ ...record })));
      expect(await store.clusters.get(records[0]?.id.toUpperCase() ?? '')).toMatchObject({ ...records[0] });
      expect(await store.clusters.get('unknown')).toBeUndefined();
    });

    test('a name and addresses are changed in place; what is not named stays', async () => {
      const { store, replica, seen } = await prepared();
      const record = newRecord({ externalServer: 'https://203.0.113.8:5443' });
      await store.clusters.add(record, await authority(), { now });
      const before = await replica.clusters.find(projectId, record.id);
      const changed = { ...record, name: 'renamed', server: 'https://10.0.0.1:6443' };
      expect(
        await store.clusters.set(record.id, { name: 'renamed', server: 'https://10.0.0.1:6443/' }, { now }),
      ).toEqual(changed);
      await seen();
      const after = await replica.clusters.find(projectId, record.id);
      expect(after).toMatchObject(changed);
      expect(after?.authority.fingerprint).toBe(before?.authority.fingerprint);
      expect(after?.authority.seed).toEqual(before?.authority.seed);
      const internal = { ...record, name: changed.name, server: changed.server, externalServer: undefined };
      expect(await store.clusters.set(record.id, { externalServer: null }, { now })).toEqual(internal);
    });

    test('an authority is changed together with its seed, and a CA of the server comes and goes', async () => {
      const { store, replica, seen } = await prepared();
      const record = newRecord();
      const [first, second, server] = [await authority(0), await authority(1), await authority(2)];
      await store.clusters.add(record, first, { now });
      const before = await replica.clusters.find(projectId, record.id);
      expect(before?.authority.serverCertificatePem).toBe(before?.authority.certificatePem);
      await store.clusters.set(record.id, { authority: second, serverCertificatePem: server.certificatePem }, { now });
      await seen();
      const after = await replica.clusters.find(projectId, record.id);
      expect(after?.authority.certificatePem.trim()).toBe(second.certificatePem.trim());
      expect(after?.authority.serverCertificatePem.trim()).toBe(server.certificatePem.trim());
      expect(after?.authority.seed).not.toEqual(before?.authority.seed);
      await store.clusters.set(record.id, { serverCertificatePem: null }, { now });
      await seen();
      const last = await replica.clusters.find(projectId, record.id);
      expect(last?.authority.serverCertificatePem).toBe(last?.authority.certificatePem);
    });

    test('a change that is refused changes nothing', async () => {
      const { store, replica } = await prepared();
      const record = newRecord();
      const [own, other] = [await authority(0), await authority(1)];
      await store.clusters.add(record, own, { now });
      const mixed = { ...own, privateKeyPem: other.privateKeyPem };
      await expect(store.clusters.set(record.id, { name: 'x', authority: mixed }, { now })).rejects.toMatchObject({
        code: 'authority_unusable',
      });
      await expect(store.clusters.set(record.id, { server: 'http://plain' }, { now })).rejects.toMatchObject({
        code: 'invalid_argument',
      });
      expect(await replica.clusters.find(projectId, record.id)).toMatchObject({ ...record });
      expect(await store.clusters.set(newRecord().id, { name: 'x' }, { now })).toBeUndefined();
    });

    test('while it is changed, a cluster is never missing, and has its old address and CA or its new ones', async () => {
      const { store, replica } = await prepared();
      const record = newRecord();
      const authorities = [await authority(0), await authority(1)] as const;
      await store.clusters.add({ ...record, server: 'https://10.0.0.0:5443' }, authorities[0], { now });
      const work = { isDone: false };
      const looking = (async () => {
        let looks = 0;
        for (; !work.isDone; looks++) {
          const found = await replica.clusters.find(projectId, record.id);
          const [, at = ''] = /^https:\/\/10\.0\.0\.([01]):5443$/.exec(found?.server ?? '') ?? [];
          const files = authorities[at === '0' ? 0 : 1];
          expect(found?.authority.certificatePem.trim()).toBe(files.certificatePem.trim());
          await new Promise(setImmediate);
        }
        return looks;
      })();
      for (let round = 1; round <= 6; round++) {
        const next = round % 2 === 0 ? 0 : 1;
        const server = `https://10.0.0.${next}:5443`;
        await store.clusters.set(record.id, { server, authority: authorities[next] }, { now });
      }
      work.isDone = true;
      expect(await looking).toBeGreaterThan(0);
    });
  });
}
