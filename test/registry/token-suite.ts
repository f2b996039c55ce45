// What an engine must promise for tokens.
import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { type TestedStore, projectId, waitFor } from './tested-store.js';

const caller = { userId: 'alice', projectId, groups: ['developers', 'b,c=d'] };

/** The promises of `Tokens` and `TokenAdministration`. */
export function describeTokens(name: string, create: () => Promise<TestedStore>): void {
  describe(`${name}: tokens`, () => {
    const prepared = async (options?: { now?: () => Date }) => {
      const tested = await create();
      const [store, replica] = [await tested.open(options), await tested.open(options)];
      await store.prepare();
      return { ...tested, tokens: store.tokens, replica: replica.tokens, seen: () => waitFor(tested.leaseMs) };
    };

    test('a token stands for its caller on every replica until it is revoked', async () => {
      const { tokens, replica, seen } = await prepared();
      const { token, record } = await tokens.add(caller, { lifetimeSeconds: 60 });
      await seen();
      expect(await replica.findByToken(token)).toMatchObject(caller);
      expect(await replica.findByToken(`${token}x`)).toBeUndefined();
      expect(await tokens.revoke(record.id)).toBe(true);
      expect(await tokens.revoke(record.id)).toBe(false);
      await seen();
      expect(await replica.findByToken(token)).toBeUndefined();
    });

    test('a token ends when its lifetime is over', async () => {
      let time = new Date();
      const { tokens } = await prepared({ now: () => time });
      const { token, record } = await tokens.add(caller, { lifetimeSeconds: 60 });
      expect(record.expiresAt.getTime() - record.createdAt.getTime()).toBe(60_000);
      time = new Date(record.expiresAt.getTime() - 1);
      expect(await tokens.findByToken(token)).toMatchObject(caller);
      time = record.expiresAt;
      expect(await tokens.findByToken(token)).toBeUndefined();
      expect((await tokens.list()).map(({ id }) => id)).toEqual([record.id]);
    });

    test('gives the same object while nothing changes', async () => {
      const { tokens, settle } = await prepared();
      const { token } = await tokens.add(caller, { lifetimeSeconds: 60 });
      await settle();
      const first = await tokens.findByToken(token);
      expect(first).toBeDefined();
      expect(await tokens.findByToken(token)).toBe(first);
      expect(Object.isFrozen(first) && Object.isFrozen(first?.groups)).toBe(true);
    });

    test('lists what is no secret, the oldest first', async () => {
      let time = new Date();
      const { tokens, replica } = await prepared({ now: () => time });
      const made = [];
      for (const userId of ['b', 'a']) {
        made.push(await tokens.add({ ...caller, userId }, { lifetimeSeconds: 60 }));
        time = new Date(time.getTime() + 1000);
      }
      const listed = await replica.list();
      expect(listed).toEqual(made.map(({ record }) => record));
      expect(made.map(({ token }) => createHash('sha256').update(token).digest('hex').slice(0, 12))).toEqual(
        listed.map(({ id }) => id),
      );
      for (const { token } of made) expect(JSON.stringify(listed)).not.toContain(token);
    });

    test('refuses a caller who cannot stand in a certificate, and revokes nothing by half an ID', async () => {
      const { tokens } = await prepared();
      const refusal = expect.objectContaining({ code: 'invalid_argument' });
      for (const wrong of [{ userId: '' }, { groups: ['a\nb'] }, { projectId: 'short' }]) {
        await expect(tokens.add({ ...caller, ...wrong }, { lifetimeSeconds: 60 })).rejects.toEqual(refusal);
      }
      const { token, record } = await tokens.add(caller, { lifetimeSeconds: 60 });
      expect(await tokens.revoke(record.id.slice(0, 11))).toBe(false);
      expect(await tokens.revoke(token)).toBe(false);
      expect(await tokens.findByToken(token)).toBeDefined();
    });

    test('knows whether a token was ever made, also one that is revoked', async () => {
      const { tokens, replica, seen } = await prepared();
      expect(await replica.isUnused()).toBe(true);
      const { record } = await tokens.add(caller, { lifetimeSeconds: 60 });
      await tokens.revoke(record.id);
      await seen();
      expect(await replica.isUnused()).toBe(false);
    });
  });
}
