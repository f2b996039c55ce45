// Our client handles a call as openapi-fetch does, which is the reference here.
import { expect, test } from '@jest/globals';
import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import type { paths } from '../../generated/types.js';
import { createClient } from '../../src/client/create-client.js';
import { projectId } from '../support/provider.js';

const clusters = '/api/v3/projects/{project_id}/clusters';
const clustercert = '/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert';
const path = { project_id: projectId, cluster_id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' };

type Answer = (request: Request) => Response;

/** The requests and results of both clients, or their errors. */
async function compare(answer: Answer, call: (client: Client<paths>, log: unknown[]) => Promise<unknown>) {
  const outcomes = [];
  for (const isOurs of [true, false]) {
    const log: unknown[] = [];
    const sent = async (request: Request) => {
      const { method, url, headers } = request;
      log.push({ method, url, headers: [...headers], body: await request.clone().text() });
      return answer(request);
    };
    const headers = { 'X-Auth-Token': 'token' };
    const client = isOurs
      ? createClient({
          endpoint: 'https://cce.example/',
          token: 'token',
          fetch: (url, init) => sent(new Request(url, init)),
        })
      : createFetchClient<paths>({ baseUrl: 'https://cce.example/', headers, fetch: sent });
    const given = await call(client, log).catch((error: unknown) => ({ thrown: String(error) }));
    const { response, ...result } = given as { response?: Response };
    outcomes.push({ log, result, keys: Object.keys(given as object).sort(), status: response?.status });
  }
  expect(outcomes[0]).toEqual(outcomes[1]);
  return outcomes[0];
}

const ok = () => Response.json({ kind: 'List', items: [] });

test.each<[string, object]>([
  ['nothing else', {}],
  [
    'a query',
    { params: { path, query: { a: 'ä b', list: [1, 2], none: undefined, nil: null, deep: { x: 1 }, empty: [] } } },
  ],
  [
    'serializers by option',
    { params: { path, query: { list: ['a/b', 'c'] } }, querySerializer: { array: { style: 'form', explode: false } } },
  ],
  ['a serializer of the query', { params: { path, query: { a: 1 } }, querySerializer: () => '?b=2' }],
  ['a serializer of the path', { pathSerializer: (url: string) => url.replace('{project_id}', 'p') }],
  [
    'headers of every form',
    {
      headers: { 'X-A': ['1', '2'], 'X-B': null, 'X-C': 3, 'X-D': undefined },
      params: { path, header: { 'X-E': true } },
    },
  ],
  ['Headers', { headers: new Headers({ 'X-A': 'a' }) }],
  ['another address', { baseUrl: 'https://other.example/base/' }],
])('a call with %s', async (_name, options) => {
  await compare(ok, (client) => client.GET(clusters, { params: { path }, ...options } as never));
});

test.each<[string, object]>([
  ['an object', { body: { duration: 30 } }],
  ['null', { body: null }],
  [
    'text and a serializer',
    { body: 'a', bodySerializer: (body: unknown) => body, headers: { 'Content-Type': 'text/plain' } },
  ],
  ['a form', { body: { a: 'b c' }, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }],
])('a body of %s', async (_name, options) => {
  await compare(ok, (client) => client.POST(clustercert, { params: { path }, ...options } as never));
});

test.each<[string, Answer]>([
  ['JSON', ok],
  ['no body', () => new Response(null, { status: 204 })],
  ['an empty success', () => new Response('')],
  ['a length of zero', () => new Response('', { headers: { 'Content-Length': '0' } })],
  ['a refusal', () => Response.json({ message: 'no' }, { status: 404 })],
  ['a refusal in text', () => new Response('Bad Gateway', { status: 502 })],
  ['a refusal of length zero', () => new Response('', { status: 502, headers: { 'Content-Length': '0' } })],
  ['text for JSON', () => new Response('<html>')],
])('an answer of %s', async (_name, answer) => {
  await compare(answer, (client) => client.GET(clustercert, { params: { path } }));
  await compare(answer, (client) => client.GET(clustercert, { params: { path }, parseAs: 'text' }));
  await compare(answer, (client) => client.request('get', clustercert, { params: { path } }));
});

const tracing = (name: string, log: unknown[]): Middleware => ({
  onRequest({ request, schemaPath, params, options }) {
    request.headers.append('X-Trace', name);
    log.push([name, schemaPath, params, options.baseUrl, options.parseAs]);
  },
  onResponse({ response }) {
    return new Response(`"${name} ${response.status}"`, response);
  },
  onError({ error }) {
    log.push(String(error));
    return new TypeError(name);
  },
});

test.each<[string, Middleware, Answer]>([
  ['goes on', { onRequest: () => undefined }, ok],
  ['replaces the request', { onRequest: ({ request }) => new Request(`${request.url}?x`, request) }, ok],
  ['answers by itself', { onRequest: () => Response.json('mine') }, ok],
  [
    'turns a failure into an answer',
    { onError: () => Response.json('instead') },
    () => {
      throw new TypeError('down');
    },
  ],
  [
    'lets a failure pass',
    { onError: () => undefined },
    () => {
      throw new TypeError('down');
    },
  ],
])('middleware that %s, between others', async (_name, middleware, answer) => {
  await compare(answer, async (client, log) => {
    const removed = tracing('removed', log);
    client.use(tracing('first', log), removed);
    client.use(middleware);
    client.eject(removed, { onRequest: () => undefined });
    const body = { duration: 30 };
    return client.POST(clustercert, { params: { path }, body, middleware: [tracing('of the call', log)] });
  });
});
