import { expect, test } from '@jest/globals';
import { assertEnforced, assertStoppable } from '../../src/authorization/revoke.js';

const cluster = { id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e', projectId: '0'.repeat(32), name: 'prod' };
const refusal = (words: string) =>
  expect.objectContaining({ code: 'not_revocable', message: expect.stringContaining(words) }) as unknown as Error;

test('refuses a cluster whose API server does not enforce revocations', () => {
  expect(() => assertEnforced(cluster)).toThrow(refusal('does not enforce revocations'));
  expect(() => assertEnforced({ ...cluster, revocation: 'webhook' })).not.toThrow();
});

test('refuses a user whom Kubernetes lets in before it asks any authorizer', () => {
  expect(() => assertStoppable('root', ['system:masters'])).toThrow(refusal('system:masters'));
  expect(() => assertStoppable('alice', ['developers'])).not.toThrow();
});
