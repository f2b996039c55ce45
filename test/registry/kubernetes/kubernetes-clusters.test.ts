// The registry with an API server whose responses the test chooses: pages, changing versions, refusals, silence.
import { afterAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubernetesApi } from '../../../src/registry/kubernetes/kubernetes-api.js';
import { KubernetesClusters } from '../../../src/registry/kubernetes/kubernetes-clusters.js';
import { mapNamespaces } from '../../../src/registry/kubernetes/project-mapping.js';
import { projectId } from '../tested-store.js';
import { ecAuthority } from '../../support/ec-authority.js';

const running: Server[] = [];
afterAll(() => {
  for (const server of running) {
    server.close();
    server.closeAllConnections();
  }
});

type Answer = object | string | ((request: IncomingMessage, response: ServerResponse) => void);

/** Answers by path; what is not there is a plain 404, as of a path that is not served. */
async function open(answers: Record<string, Answer>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://server');
    asked.push(request.url ?? '');
    const answer = answers[pathname];
    if (typeof answer === 'function') answer(request, response);
    else if (answer === undefined) response.writeHead(404).end('404 page not found');
    else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  running.push(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = new KubernetesApi({ server: url }, { timeoutMs: 300 });
  const registry = new KubernetesClusters({ api, projects: mapNamespaces('magnum-(.+)', 'pattern') });
  return { registry, answers, asked, lists: () => asked.filter((each) => each.includes('/clusters')) };
}

const version = (name: string) => ({ groupVersion: `cluster.x-k8s.io/${name}`, version: name });
const served = { resources: [{ name: 'clusters/status' }, { name: 'clusters' }] };
const discovery = {
  '/apis/cluster.x-k8s.io': { versions: [version('v1beta1')], preferredVersion: version('v1beta1') },
  '/apis/cluster.x-k8s.io/v1beta1': served,
};
const within = `namespaces/magnum-${projectId}`;
const list = `/apis/cluster.x-k8s.io/v1beta1/${within}/clusters`;
const secrets = `/api/v1/${within}/secrets`;

const object = (name: string, uid: string = randomUUID()) => ({
  metadata: { name, uid, namespace: `magnum-${projectId}` },
  spec: { controlPlaneEndpoint: { host: 'api.example.com', port: 6443 } },
});
const unavailable = expect.objectContaining({ code: 'unavailable' });

test('reads a list in pages to its end', async () => {
  const pages: Record<string, object> = {
    '': { metadata: { continue: 'second' }, items: [object('a')] },
    second: { metadata: { continue: 'third' }, items: [object('b')] },
    third: { metadata: {}, items: [object('c')] },
  };
  const { registry, asked } = await open({
    ...discovery,
    [list]: ({ url = '' }, response) =>
      response.end(JSON.stringify(pages[new URL(url, 'http://server').searchParams.get('continue') ?? ''])),
  });
  const names = (await registry.listRecords(projectId)).map(({ name }) => name);
  expect(names.sort()).toEqual(['a', 'b', 'c']);
  expect(asked.filter((each) => each.includes('limit=500'))).toHaveLength(3);
});

test('begins a list anew when its continue token has expired, once', async () => {
  let expired = 0;
  const { registry } = await open({
    ...discovery,
    [list]: ({ url = '' }, response) => {
      if (!url.includes('continue'))
        response.end(JSON.stringify({ metadata: { continue: 'x' }, items: [object('a')] }));
      else if ((expired += 1) > 1) response.end(JSON.stringify({ items: [object('b')] }));
      else response.writeHead(410).end('{"kind":"Status","reason":"Expired"}');
    },
  });
  expect(await registry.listRecords(projectId)).toHaveLength(2);
});

test('finds out anew which version is served when the one that was is gone', async () => {
  const { registry, answers } = await open({ ...discovery, [list]: { items: [] } });
  await registry.listRecords(projectId);
  for (const path of [...Object.keys(discovery), list]) Reflect.deleteProperty(answers, path);
  // A version of the group in which other kinds are served, but no clusters.
  Object.assign(answers, {
    '/apis/cluster.x-k8s.io': {
      versions: [version('v1beta3'), version('v1beta2')],
      preferredVersion: version('v1beta3'),
    },
    '/apis/cluster.x-k8s.io/v1beta3': { resources: [{ name: 'machines' }] },
    '/apis/cluster.x-k8s.io/v1beta2': served,
    [list.replace('v1beta1', 'v1beta2').replace(projectId, 'f'.repeat(32))]: { items: [object('new')] },
  });
  expect(await registry.listRecords('f'.repeat(32))).toMatchObject([{ name: 'new' }]);
});

test('is not ready where Cluster API is not installed', async () => {
  const { registry } = await open({});
  await expect(registry.assertReady()).rejects.toEqual(unavailable);
  await expect(registry.listRecords(projectId)).rejects.toThrow('Cluster API is not installed');
});

test.each<[string, Answer]>([
  ['is silent', () => undefined],
  ['stops in the middle', (_request, response) => void response.write('{"items":[')],
  ['hangs up', (_request, response) => void response.destroy()],
  ['answers with a page', '<html></html>'],
  ['answers with another object', { kind: 'Status' }],
  ['forbids it', (_request, response) => response.writeHead(403).end('{"kind":"Status","message":"no"}')],
  ['fails', (_request, response) => response.writeHead(500).end()],
  ['sends elsewhere', (_request, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end()],
])('an API server that %s is unavailable, and believed again when it answers', async (_name, answer) => {
  const { registry, answers } = await open({ ...discovery, [list]: answer });
  await expect(registry.listRecords(projectId)).rejects.toEqual(unavailable);
  await expect(registry.findRecord(projectId, randomUUID())).rejects.toEqual(unavailable);
  answers[list] = { items: [object('a')] };
  expect(await registry.listRecords(projectId)).toHaveLength(1);
});

test('passes on when an API server that is busy wants to be asked again', async () => {
  const { registry } = await open({
    ...discovery,
    [list]: (_request, response) => response.writeHead(429, { 'Retry-After': '7' }).end('{}'),
  });
  await expect(registry.listRecords(projectId)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 7 });
});

test('many callers at once cost one list, one read of each Secret, and none within the lease', async () => {
  const uid = randomUUID();
  const { certificatePem, privateKeyPem } = ecAuthority();
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const { registry, asked } = await open({
    ...discovery,
    [list]: { items: [object('shop', uid)] },
    [`${secrets}/shop-cca`]: (_request, response) => response.writeHead(404).end('{"reason":"NotFound"}'),
    [`${secrets}/shop-ca`]: {
      metadata: { name: 'shop-ca', resourceVersion: '1', labels: { 'cluster.x-k8s.io/cluster-name': 'shop' } },
      data: { 'tls.crt': base64(certificatePem), 'tls.key': base64(privateKeyPem) },
    },
  });
  const clusters = await Promise.all(Array.from({ length: 50 }, () => registry.find(projectId, uid)));
  expect(new Set(clusters).size).toBe(1);
  await registry.find(projectId, uid.toUpperCase());
  expect(asked.filter((each) => !each.startsWith('/apis/cluster.x-k8s.io/v1beta1?'))).toHaveLength(5);
});

test('a Secret that a gateway says is missing is not believed to be', async () => {
  const uid = randomUUID();
  const { registry } = await open({ ...discovery, [list]: { items: [object('shop', uid)] } });
  await expect(registry.find(projectId, uid)).rejects.toEqual(unavailable);
});

test('a project whose namespace there can be none of costs no request', async () => {
  const { registry, asked } = await open({ ...discovery });
  expect(await registry.listRecords('../../secrets')).toEqual([]);
  expect(asked).toEqual([]);
});
