import { expect, test } from '@jest/globals';
import { getClusterCert } from '../../generated/client.js';
import { createClient } from '../../src/client/create-client.js';
import { projectId } from '../support/provider.js';

const clusterId = '1df09f9a-5b9e-11ef-8f52-0255ac10003e';

function recordingClient() {
  const requests: Request[] = [];
  const client = createClient({
    endpoint: 'https://cce.example',
    token: 'secret',
    fetch: (request) => {
      requests.push(request);
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
