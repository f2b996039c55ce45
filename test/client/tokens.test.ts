import { expect, test } from '@jest/globals';
import { createClusterCert, getClusterCert } from '../../generated/client.js';
import { createClient } from '../../src/client/create-client.js';
import { type TokenProvider, renewingToken, tokensFrom } from '../../src/client/tokens.js';
import { projectId } from '../support/provider.js';

const path = { project_id: projectId, cluster_id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' };

/** Gives token-1, token-2, … for an hour each; the provider accepts all except revoked ones. */
function setUp() {
  let issued = 0;
  let time = Date.parse('2030-01-01T00:00:00Z');
  const revoked = new Set<string>();
  const seen: { token: string; body: string }[] = [];
  const authentication = renewingToken(
    async () => {
      await Promise.resolve();
      issued += 1;
      return { token: `token-${issued}`, expiresAt: new Date(time + 3_600_000) };
    },
    { now: () => new Date(time) },
  );
  const client = createClient({
    endpoint: 'https://cce.example',
    token: authentication,
    fetch: async (url, init) => {
      const request = new Request(url, init);
      const token = request.headers.get('X-Auth-Token') ?? '';
      seen.push({ token, body: await request.text() });
      return new Response('{"kind":"Config"}', { status: revoked.has(token) ? 401 : 200 });
    },
  });
  const call = () => getClusterCert(client, { params: { path } });
  const wait = (ms: number) => (time += ms);
  return { client, call, seen, revoked, wait, issued: () => issued };
}

test('calls at the same time share one token', async () => {
  const { call, issued } = setUp();
  const results = await Promise.all(Array.from({ length: 20 }, call));
  expect(results.every(({ data }) => data !== undefined)).toBe(true);
  expect(issued()).toBe(1);
});

test('a new token is fetched before the last one expires', async () => {
  const { call, seen, wait } = setUp();
  await call();
  wait(3_500_000);
  await call();
  wait(50_000);
  await call();
  expect(seen.map(({ token }) => token)).toEqual(['token-1', 'token-1', 'token-2']);
});

test('after a 401 the call is sent once more with a new token, which calls at the same time share', async () => {
  const { call, seen, revoked, issued } = setUp();
  await call();
  revoked.add('token-1');
  const results = await Promise.all(Array.from({ length: 20 }, call));
  expect(results.every(({ response }) => response.status === 200)).toBe(true);
  expect(issued()).toBe(2);
  expect(seen.filter(({ token }) => token === 'token-1')).toHaveLength(21);
});

test('what is sent once more has its body', async () => {
  const { client, seen, revoked } = setUp();
  revoked.add('token-1');
  await createClusterCert(client, { params: { path }, body: { duration: 30 } });
  expect(seen).toEqual([
    { token: 'token-1', body: '{"duration":30}' },
    { token: 'token-2', body: '{"duration":30}' },
  ]);
});

test('a second 401 is the outcome', async () => {
  const { call, seen, revoked } = setUp();
  revoked.add('token-1').add('token-2');
  expect((await call()).response.status).toBe(401);
  expect(seen).toHaveLength(2);
});

test('a failure to get a token reaches the call and is not kept', async () => {
  let attempts = 0;
  const token = renewingToken(() => {
    attempts += 1;
    return attempts === 1
      ? Promise.reject(new Error('identity service down'))
      : Promise.resolve({ token: 'fine', expiresAt: new Date(Date.now() + 3_600_000) });
  });
  const fetch = () => Promise.resolve(new Response('{}'));
  const client = createClient({ endpoint: 'https://cce.example', token, fetch });
  await expect(getClusterCert(client, { params: { path } })).rejects.toThrow('identity service down');
  expect((await getClusterCert(client, { params: { path } })).response.status).toBe(200);
});

function clientWith(provider: TokenProvider) {
  return createClient({
    endpoint: 'https://cce.example',
    token: tokensFrom(provider),
    fetch: () => Promise.resolve(new Response('{}', { status: 401 })),
  });
}

test('a provider that has no other token is not tried again', async () => {
  const refused: (string | undefined)[] = [];
  const client = clientWith((token) => {
    refused.push(token);
    return Promise.resolve('same');
  });
  expect((await getClusterCert(client, { params: { path } })).response.status).toBe(401);
  expect(refused).toEqual([undefined, 'same']);
});

test('a call that is aborted does not wait for a token', async () => {
  const client = clientWith(() => new Promise(() => undefined));
  const call = getClusterCert(client, { params: { path }, signal: AbortSignal.timeout(20) });
  await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
});
