import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import createFetchClient from 'openapi-fetch';
import { fetch as undici } from 'undici';
import { createClusterCert, getClusterCert } from '../../generated/client.js';
import type { paths } from '../../generated/types.js';
import { type Fetch, createClient } from '../../src/client/create-client.js';
import { projectId } from '../support/provider.js';

const clusterId = '1df09f9a-5b9e-11ef-8f52-0255ac10003e';

function recordingClient() {
  const requests: Request[] = [];
  const client = createClient({
    endpoint: 'https://cce.example',
    token: 'secret',
    fetch: (url, init) => {
      requests.push(new Request(url, init));
      return Promise.resolve(new Response('{"kind":"Config"}', { headers: { 'Content-Type': 'application/json' } }));
    },
  });
  return { client, requests };
}

test('a call carries the token and the Content-Type that the contract demands', async () => {
  const { client, requests } = recordingClient();
  const { data } = await getClusterCert(client, { params: { path: { project_id: projectId, cluster_id: clusterId } } });
  expect(data).toEqual({ kind: 'Config' });
  expect(requests[0]?.url).toBe(`https://cce.example/api/v3/projects/${projectId}/clusters/${clusterId}/clustercert`);
  expect(Object.fromEntries(requests[0]?.headers ?? [])).toMatchObject({
    'x-auth-token': 'secret',
    'content-type': 'application/json',
  });
});

test('a client of openapi-fetch with middleware of its own will do as well', async () => {
  const client = createFetchClient<paths>({
    baseUrl: 'https://cce.example',
    fetch: (request) => Promise.resolve(new Response(JSON.stringify({ kind: request.headers.get('X-Auth-Token') }))),
  });
  client.use({ onRequest: ({ request }) => request.headers.set('X-Auth-Token', 'from middleware') });
  const { data } = await getClusterCert(client, { params: { path: { project_id: projectId, cluster_id: clusterId } } });
  expect(data).toEqual({ kind: 'from middleware' });
});

test.each([
  ['the platform', globalThis.fetch],
  ['undici', undici as unknown as Fetch],
])('the fetch of %s sends a call, body and signal included', async (_name, fetch) => {
  const seen: string[] = [];
  const unanswered = new AbortController();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push(
        `${request.method} ${String(request.headers['x-auth-token'])} ${request.headers['content-type']} ${body}`,
      );
      if (body === '') unanswered.abort();
      else response.end('{"kind":"Config"}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createClient({ endpoint, token: 'secret', fetch });
  const params = { path: { project_id: projectId, cluster_id: clusterId } };
  expect((await createClusterCert(client, { params, body: { duration: 30 } })).data).toEqual({ kind: 'Config' });
  const call = getClusterCert(client, { params, signal: unanswered.signal });
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  expect(seen).toEqual(['POST secret application/json {"duration":30}', 'GET secret application/json ']);
  server.closeAllConnections();
  server.close();
});

test.each(['..', '.', '', 'a/b', undefined])('the ID %j never leaves the client', async (cluster_id) => {
  const { client, requests } = recordingClient();
  const call = getClusterCert(client, {
    params: { path: { project_id: projectId, cluster_id: cluster_id as string } },
  });
  await expect(call).rejects.toMatchObject({
    code: 'invalid_argument',
    message: expect.stringMatching(/^cluster_id '.*' is not valid/),
  });
  expect(requests).toEqual([]);
});
