// What an engine must promise for access keys.
import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { type TestedStore, projectId, waitFor } from './tested-store.js';

const caller = { userId: 'alice', projectId, groups: ['developers'] };

/** The promises of `AccessKeys` and `AccessKeyAdministration`. */
export function describeAccessKeys(name: string, create: () => Promise<TestedStore>): void {
  describe(`${name}: access keys`, () => {
    const prepared = async (options?: { now?: () => Date }) => {
      const tested = await create();
      const [store, replica] = [await tested.open(options), await tested.open(options)];
      await store.prepare();
      return { ...tested, keys: store.accessKeys, replica: replica.accessKeys, seen: () => waitFor(tested.leaseMs) };
    };

    test('a key is found with its secret on every replica until it is revoked', async () => {
      const { keys, replica, seen } = await prepared();
      const { record, secret, securityToken } = await keys.add(caller);
      expect(record.id).toMatch(/^[A-Z0-9]{20}$/);
      expect(secret).toMatch(/^[A-Za-z0-9]{40}$/);
      expect(securityToken).toBeUndefined();
      await seen();
      const found = { ...caller, id: record.id, secret, expiresAt: undefined, securityTokenHash: undefined };
      expect(await replica.findAccessKey(record.id)).toEqual(found);
      expect(await replica.findAccessKey(record.id.toLowerCase())).toBeUndefined();
      expect(await keys.revoke(record.id)).toBe(true);
      expect(await keys.revoke(record.id)).toBe(false);
      await seen();
      expect(await replica.findAccessKey(record.id)).toBeUndefined();
    });

    test('a temporary key has an end and the hash of its security token, and is found after its end', async () => {
      let time = new Date();
      const { keys } = await prepared({ now: () => time });
      const { record, securityToken = '' } = await keys.add(caller, { lifetimeSeconds: 60 });
      time = new Date(time.getTime() + 3_600_000);
      expect(await keys.findAccessKey(record.id)).toMatchObject({
        expiresAt: record.expiresAt,
        securityTokenHash: createHash('sha256').update(securityToken).digest('hex'),
      });
    });

    test('gives the same object while nothing changes', async () => {
      const { keys, settle } = await prepared();
      const { record } = await keys.add(caller);
      await settle();
      const first = await keys.findAccessKey(record.id);
      expect(first).toBeDefined();
      expect(await keys.findAccessKey(record.id)).toBe(first);
      expect(Object.isFrozen(first) && Object.isFrozen(first?.groups)).toBe(true);
    });

    test('lists what is no secret, the oldest first', async () => {
      let time = new Date();
      const { keys, replica } = await prepared({ now: () => time });
      const made = [];
      for (const lifetimeSeconds of [undefined, 60]) {
        made.push(await keys.add(caller, { lifetimeSeconds }));
        time = new Date(time.getTime() + 1000);
      }
      const listed = await replica.list();
      expect(listed).toEqual(made.map(({ record }) => record));
      for (const { secret } of made) expect(JSON.stringify(listed)).not.toContain(secret);
    });

    test('refuses a caller who cannot stand in a certificate', async () => {
      const { keys } = await prepared();
      for (const wrong of [{ userId: '' }, { groups: ['a\nb'] }, { projectId: 'short' }]) {
        await expect(keys.add({ ...caller, ...wrong })).rejects.toMatchObject({ code: 'invalid_argument' });
      }
      expect(await keys.list()).toEqual([]);
    });
  });
}
