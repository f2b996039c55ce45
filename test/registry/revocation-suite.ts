// What an engine must promise for revocations.
import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type TestedStore, waitFor } from './tested-store.js';

const credentialId = `X509SHA256=${'a'.repeat(64)}`;
const at = (time: string) => new Date(time);

/** The promises of `Revocations` and `RevocationAdministration`. */
export function describeRevocations(name: string, create: () => Promise<TestedStore>): void {
  describe(`${name}: revocations`, () => {
    const prepared = async (options?: { now?: () => Date }) => {
      const tested = await create();
      const [store, replica] = [await tested.open(options), await tested.open(options)];
      await store.prepare();
      return {
        ...tested,
        clusterId: randomUUID(),
        revocations: store.revocations,
        replica: replica.revocations,
        seen: () => waitFor(tested.leaseMs),
      };
    };

    test('knows nothing of a cluster in which nobody was revoked', async () => {
      const { revocations, clusterId } = await prepared();
      expect(await revocations.listRevocations(clusterId)).toEqual({ users: [], credentials: [] });
    });

    test('raises the generation of a user each time, seen by every replica', async () => {
      const { revocations, replica, clusterId, seen } = await prepared();
      const first = await revocations.revokeUser(clusterId, 'user1');
      await seen();
      const found = await replica.listRevocations(clusterId.toUpperCase());
      expect(found.users).toMatchObject([{ userId: 'user1', generation: first }]);
      const second = await replica.revokeUser(clusterId, 'user1');
      expect(second).toBeGreaterThan(first);
      await seen();
      expect((await revocations.listRevocations(clusterId)).users).toMatchObject([
        { userId: 'user1', generation: second },
      ]);
      expect((await revocations.listRevocations(randomUUID())).users).toEqual([]);
    });

    test('gives a generation that no earlier day can have given, so that a restored backup repeats none', async () => {
      const { revocations, clusterId } = await prepared({ now: () => at('2026-01-03T00:00:00Z') });
      expect(await revocations.revokeUser(clusterId, 'user1')).toBe(at('2026-01-03T00:00:00Z').getTime() / 1000);
      expect(await revocations.revokeUser(clusterId, 'user1')).toBe(at('2026-01-03T00:00:01Z').getTime() / 1000);
    });

    test('loses none of many revocations that are made at once', async () => {
      const { revocations, replica, clusterId, seen } = await prepared();
      const users = Array.from({ length: 20 }, (_, index) => `user${index}`);
      const [one, other] = [revocations, replica];
      await Promise.all(users.map((userId, index) => (index % 2 ? one : other).revokeUser(clusterId, userId)));
      await seen();
      const { users: revoked } = await revocations.listRevocations(clusterId);
      expect(revoked.map(({ userId }) => userId)).toEqual([...users].sort());
    });

    test('forgets a certificate when it has ended by itself', async () => {
      let now = at('2026-01-01T00:00:00Z');
      const { revocations, clusterId, seen } = await prepared({ now: () => now });
      const until = at('2026-02-01T00:00:00Z');
      await revocations.revokeCredential(clusterId, { credentialId, until });
      await seen();
      const { credentials } = await revocations.listRevocations(clusterId);
      expect(credentials).toMatchObject([{ credentialId, revokedAt: now, until }]);
      now = until;
      expect((await revocations.listRevocations(clusterId)).credentials).toEqual([]);
    });

    test.each(['__proto__', 'constructor', 'jürgen müller 李', "o'neill\\", '%_'])(
      'keeps a user called %s',
      async (userId) => {
        const { revocations, clusterId, seen } = await prepared();
        await revocations.revokeUser(clusterId, 'somebody');
        const generation = await revocations.revokeUser(clusterId, userId);
        await seen();
        const { users } = await revocations.listRevocations(clusterId);
        expect(users).toHaveLength(2);
        expect(users).toContainEqual(expect.objectContaining({ userId, generation }));
      },
    );

    test('refuses what cannot be revoked', async () => {
      const { revocations, clusterId } = await prepared();
      await expect(revocations.revokeUser(clusterId, '')).rejects.toThrow('1 to 64 printable characters');
      const until = new Date();
      for (const wrong of ['', 'a'.repeat(64), credentialId.toUpperCase(), `${credentialId}0`])
        await expect(revocations.revokeCredential(clusterId, { credentialId: wrong, until })).rejects.toThrow(
          'X509SHA256=',
        );
    });

    test('gives the same object while nothing changes', async () => {
      const { revocations, clusterId, settle } = await prepared();
      await revocations.revokeUser(clusterId, 'user1');
      await settle();
      const first = await revocations.listRevocations(clusterId);
      expect(await revocations.listRevocations(clusterId)).toBe(first);
    });
  });
}
