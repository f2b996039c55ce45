import { expect, test } from '@jest/globals';
import { getClusterCert } from '../../generated/client.js';
import { createClient } from '../../src/client/create-client.js';
import { ClusterCertRequestError, isRefusal, orThrow } from '../../src/client/or-throw.js';
import { projectId, startProvider } from '../support/provider.js';

const path = { project_id: projectId, cluster_id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' };

function callThatMeets(outcome: () => Promise<Response>, token = 'secret') {
  const client = createClient({ endpoint: 'https://cce.example', token, fetch: outcome });
  return orThrow(getClusterCert(client, { params: { path } }));
}

const meets = (body: string, init?: ResponseInit) => callThatMeets(() => Promise.resolve(new Response(body, init)));

test('a call that succeeds gives its data', async () => {
  const { kind } = await meets('{"kind":"Config"}');
  expect(kind).toBe('Config');
});

test('a refusal says what the provider said, with status, code and request', async () => {
  const provider = await startProvider();
  const client = provider.clientFor(await provider.addToken());
  const call = orThrow(getClusterCert(client, { params: { path }, headers: { 'X-Request-Id': 'request-7' } }));
  const error = await call.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ClusterCertRequestError);
  expect([isRefusal(error, 404), isRefusal(error, 403), isRefusal(new Error(), 404)]).toEqual([true, false, false]);
  expect(error).toMatchObject({
    status: 404,
    code: 'not_found',
    errorCode: 'CCE.01404001',
    requestId: 'request-7',
    message: `cluster '${path.cluster_id}' does not exist in this project (404, CCE.01404001, request request-7)`,
    body: { kind: 'Status', code: 404 },
  });
});

test('a time to try again is passed on', async () => {
  const error = meets('{}', { status: 429, headers: { 'Retry-After': '7' } });
  await expect(error).rejects.toMatchObject({ code: 'too_many_requests', retryAfterSeconds: 7 });
});

test.each([
  ['', 'the provider answered 502 Bad Gateway (502)'],
  ['<html>\n<h1>secret</h1>', 'the provider answered 502 Bad Gateway (502)'],
  ['null', 'the provider answered 502 Bad Gateway (502)'],
  ['{"message":7}', '7 (502)'],
])('a gateway that answers %j is a refusal too', async (body, message) => {
  const error = meets(body, { status: 502, statusText: 'Bad Gateway' });
  await expect(error).rejects.toMatchObject({ code: 'unavailable', status: 502, message });
});

test('a token that a gateway repeats is not in the error', async () => {
  const token = 'gAAAAABm'.repeat(20);
  const body = JSON.stringify({ message: `token ${token} is not known\nsecond line` });
  const error = await callThatMeets(() => Promise.resolve(new Response(body, { status: 401 })), token).catch(
    (thrown: unknown) => thrown,
  );
  expect((error as Error).message).toBe('token … is not known (401)');
});

// Found: only the message was looked at.
test('neither a token nor what drives a terminal is in the error, wherever a gateway puts it', async () => {
  const token = 'gAAAAABm'.repeat(20);
  const body = JSON.stringify({ message: 'a\u001b[2Jb\rc\u009bd', errorCode: `CCE.${token}`, error_code: 7 });
  const headers = { 'X-Request-Id': token };
  const error = await callThatMeets(() => Promise.resolve(new Response(body, { status: 401, headers })), token).catch(
    (thrown: unknown) => thrown,
  );
  expect((error as Error).message).toBe('a…[2Jb…c…d (401, …, request …)');
});

test.each(['to\nken', 'to ken', '', 'tökén'])('the token %j is refused without being shown', async (token) => {
  const error = callThatMeets(() => Promise.resolve(new Response()), token);
  await expect(error).rejects.toMatchObject({
    code: 'invalid_argument',
    message: 'X-Auth-Token is not valid; it must be visible ASCII',
  });
});

test('an answer that is no JSON, or nothing, is no success', async () => {
  await expect(meets('<html>')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('not JSON'),
  });
  await expect(meets('')).rejects.toMatchObject({ code: 'unavailable', message: 'the response is empty' });
});

test('a provider that cannot be reached is named as such', async () => {
  const client = createClient({ endpoint: 'http://127.0.0.1:1', token: 'secret' });
  const error = orThrow(getClusterCert(client, { params: { path } }));
  await expect(error).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/^the provider cannot be reached: ./),
  });
});

test('what a function of the caller throws is no fault of the provider', async () => {
  const mine = new TypeError('issued.expiresAt is undefined');
  await expect(callThatMeets(() => Promise.reject(mine))).rejects.toBe(mine);
});

test('a password in the endpoint is not in the error', async () => {
  const client = createClient({ endpoint: 'http://alice:pass@127.0.0.1:1', token: 'secret' });
  const error = await orThrow(getClusterCert(client, { params: { path } })).catch((thrown: unknown) => thrown);
  expect((error as Error).message).toMatch(/^the provider cannot be reached: .*:\/\/…@127/);
});

test('an abort is thrown as it is', async () => {
  const reason = new Error('no longer wanted');
  await expect(callThatMeets(() => Promise.reject(reason))).rejects.toBe(reason);
});
