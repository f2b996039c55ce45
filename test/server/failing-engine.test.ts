// Failing engines of embedders: callers get Retry-After, nobody is let in, and health checks work.
import { expect, test } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import type { Tokens } from '../../src/registry/tokens.js';
import { LookUps } from '../../src/registry/look-ups.js';
import { projectId, startProvider, userId } from '../support/provider.js';

const clusterId = '1df09f9a-5b9e-11ef-8f52-0255ac10003e';
const caller = { userId, projectId, groups: [] };

async function startWith(findByToken: Tokens['findByToken']) {
  const provider = await startProvider({ app: { tokens: { findByToken } } });
  return { ...provider, ask: (token = 'token') => provider.get(clusterId, { 'X-Auth-Token': token }) };
}

const asError = (thrown: unknown) => thrown as Error;
const failures: [string, () => Promise<never>][] = [
  [
    'ECONNREFUSED',
    () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' })),
  ],
  ['an error of its own', () => Promise.reject(new Error('Connection terminated unexpectedly: secret'))],
  [
    'a fetch that failed',
    () => Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND secret') })),
  ],
  ['something that is no error', () => Promise.reject(asError('secret'))],
];

test.each(failures)('an identity that fails with %s is 503 with Retry-After, in general words', async (_name, fail) => {
  const { ask, logged } = await startWith(fail);
  const response = await ask();
  const text = await response.text();
  expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
  expect(text).not.toMatch(/secret|10\.0\.0\.7/);
  expect(logged).toContainEqual(expect.objectContaining({ msg: 'request failed' }));
});

test('a bug in its program is 500, because waiting does not help', async () => {
  const { ask } = await startWith(() => Promise.reject(new TypeError('x is not a function')));
  expect((await ask()).status).toBe(500);
});

test('a registry that fails is 503 too', async () => {
  const fail = () => Promise.reject(new Error('no route to host'));
  const failing = { find: fail, findRecord: fail, listRecords: fail, assertReady: fail };
  const provider = await startProvider({ handlers: { clusters: failing } });
  const token = await provider.addToken();
  expect((await provider.get(clusterId, { 'X-Auth-Token': token })).status).toBe(503);
});

test('equal look-ups at once are one, and what was found is not kept', async () => {
  let calls = 0;
  const { ask } = await startWith(async () => {
    calls += 1;
    await setTimeout(300);
    return caller;
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
  expect(calls).toBe(1);
  await ask();
  expect(calls).toBe(2);
});

test('an engine that never answers costs each caller a bounded time, and holds a bounded number of look-ups', async () => {
  let running = 0;
  const lookUps = new LookUps({ engine: 'registry', deadlineMs: 300, most: 3 });
  const never = () => {
    running += 1;
    return new Promise<string>(() => undefined);
  };
  const asked = Array.from({ length: 10 }, (_unused, index) => lookUps.runOnce(String(index), never));
  expect(running).toBe(3);
  for (const outcome of await Promise.allSettled(asked)) {
    expect(outcome).toMatchObject({ reason: { code: 'unavailable', message: 'the registry does not answer in time' } });
  }
  // Afterwards others have their turn again.
  expect(await lookUps.run(() => Promise.resolve('found'))).toBe('found');
});
