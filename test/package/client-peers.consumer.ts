// The client among its peers: clients of older openapi-fetch are accepted, ours is accepted by openapi-react-query, and
// msw and undici's mocks answer its calls.
import { expect } from '@jest/globals';
import { createConsumer, registryTest } from './support/consumer.js';

const program = `
import c13 from 'of13';
import c14 from 'of14';
import c15 from 'of15';
import c16 from 'of16';
import createQuery from 'openapi-react-query';
import { createClient, createClusterCert, getClusterCert, type paths } from 'cce-clustercert';

const params = { path: { project_id: '', cluster_id: '' } };
for (const make of [c13<paths>, c14<paths>]) void getClusterCert(make(), { params });
void getClusterCert(c15<paths>(), { params });
void createClusterCert(c16<paths>(), { params, body: { duration: 1 } });
// @ts-expect-error a client of another contract
void getClusterCert(c16<{ '/x': { get: { responses: { 200: { content: { 'application/json': string } } } } } }>(), { params });
const query = createQuery(createClient({ endpoint: '', token: '' }));
export const clusters = query.queryOptions('get', '/api/v3/projects/{project_id}/clusters', { params: { path: { project_id: '' } } });
`;

registryTest(
  'the functions take clients of openapi-fetch 0.13 and newer, and openapi-react-query takes ours, without a cast',
  async () => {
    const { write, runScript } = await createConsumer({
      manifest: { type: 'module' },
      dependencies: {
        of13: 'npm:openapi-fetch@0.13.8',
        of14: 'npm:openapi-fetch@0.14.1',
        of15: 'npm:openapi-fetch@0.15.2',
        of16: 'npm:openapi-fetch@0.16.0',
        'openapi-react-query': '0.5.4',
        '@tanstack/react-query': '5.108.4',
        react: '19.3.1',
        '@types/react': '19.3.0',
        typescript: '5.9.3',
      },
    });
    write('use.ts', program);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck', '--target', 'es2022'];
    const all = [...options, '--lib', 'es2022,dom,dom.iterable', 'use.ts'];
    expect(await runScript('typescript/bin/tsc', ...all)).toBe('');
    expect(await runScript('typescript/bin/tsc', '--exactOptionalPropertyTypes', ...all)).toBe('');
  },
  300_000,
);

const mocked = `
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { MockAgent, fetch as undiciFetch, setGlobalDispatcher } from 'undici';
import { createClient, createClusterCert, getClusterCert, retrying, revokeClusterCert, orThrow } from 'cce-clustercert';

// Made before anything is mocked, as a module of the program would.
const endpoint = 'https://cce.example';
const client = createClient({ endpoint, token: 'token' });
const patient = createClient({ endpoint, token: 'token', fetch: retrying() });
const path = { project_id: '77b6a44cba5143ab91d13ab9a8ff44fd', cluster_id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' };
const seen = [];

const place = endpoint + '/api/v3/projects/:project_id/clusters/:cluster_id/';
const server = setupServer(
  http.get(place + 'clustercert', ({ params, request }) => {
    seen.push(params.cluster_id === path.cluster_id, request.headers.get('X-Auth-Token'), request.headers.get('Content-Type'));
    return HttpResponse.json({ kind: 'Config', 'current-context': 'internal' });
  }),
  http.post(place + 'clustercert', async ({ request }) => HttpResponse.json(await request.json())),
  http.post(place + 'clustercertrevoke', () => new HttpResponse(null, { status: 200 })),
);
server.listen({ onUnhandledRequest: 'error' });
seen.push((await getClusterCert(client, { params: { path } })).data['current-context']);
seen.push((await getClusterCert(patient, { params: { path } })).data.kind);
seen.push((await createClusterCert(client, { params: { path }, body: { duration: 30 } })).data.duration);
seen.push((await orThrow(revokeClusterCert(client, { params: { path }, body: { userId: 'user' } }))) === undefined);
client.use({ onRequest: ({ request }) => request.headers.set('X-Trace', '1') });
seen.push((await createClusterCert(client, { params: { path }, body: { duration: 31 } })).data.duration);
server.close();

const agent = new MockAgent();
agent.disableNetConnect();
agent.get(endpoint).intercept({ path: /clustercert$/ }).reply(200, { kind: 'Mocked' }, { headers: { 'Content-Type': 'application/json' } });
setGlobalDispatcher(agent);
const own = createClient({ endpoint, token: 'token', fetch: undiciFetch });
seen.push((await getClusterCert(own, { params: { path } })).data.kind);
console.log(JSON.stringify(seen));
`;

registryTest(
  'msw and the mocks of undici answer calls of a client that was made before them',
  async () => {
    const { write, run } = await createConsumer({
      manifest: { type: 'module' },
      dependencies: { msw: '2.15.0', undici: '7.30.2' },
    });
    write('mocked.js', mocked);
    const call = [true, 'token', 'application/json'];
    const expected = [...call, 'internal', ...call, 'Config', 30, true, 31, 'Mocked'];
    expect(JSON.parse(await run(process.execPath, 'mocked.js'))).toEqual(expected);
  },
  300_000,
);
