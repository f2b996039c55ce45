// The commands of revocation for clusters of a management cluster: an API server with Cluster objects that requires the
// token of the kubeconfig, and the same data as the provider's.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { openData } from '../../src/registry/open-data.js';
import { servingCertificate } from '../support/api-server.js';
import { run } from '../support/command-line.js';
import { ecAuthority } from '../support/ec-authority.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const projectId = '77b6a44cba5143ab91d13ab9a8ff44fd';
const token = 'token-of-the-operator';
const credentialId = `X509SHA256=${'a'.repeat(64)}`;
const idLabel = 'example.com/cluster-id';
let server: Server;
let kubeconfig: string;
let data: string;
let clusters: ReturnType<typeof cluster>[];

interface Labels {
  labels?: Record<string, string>;
}

const cluster = (fields: Labels & { namespace?: string; mode?: string } = {}) => {
  const { namespace = `magnum-${projectId}`, mode = 'authorization-file', labels = {} } = fields;
  const annotations = mode === '' ? {} : { 'clustercert/revocation': mode };
  return {
    metadata: { name: 'shop', uid: randomUUID(), namespace, annotations, labels },
    spec: { controlPlaneEndpoint: { host: 'api.example.com', port: 6443 } },
  };
};

/** One object a page, as an API server with many gives them. */
function answer(url: URL): object {
  if (url.pathname.endsWith('/v1beta2')) return { resources: [{ name: 'clusters' }] };
  const [, namespace] = /namespaces\/([^/]+)\/clusters$/.exec(url.pathname) ?? [];
  if (!url.pathname.endsWith('/clusters')) return { versions: [{ version: 'v1beta2' }] };
  const [, key = '', values = ''] =
    /^(\S+?)(?:=| in \()([^)]*)\)?$/.exec(url.searchParams.get('labelSelector') ?? '') ?? [];
  const found = clusters
    .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
    .filter(({ metadata }) => key === '' || values.split(',').includes(metadata.labels[key] ?? ''));
  const from = Number(url.searchParams.get('continue') ?? 0);
  const metadata = from + 1 < found.length ? { continue: String(from + 1) } : {};
  return { metadata, items: found.slice(from, from + 1) };
}

beforeAll(async () => {
  const authority = ecAuthority();
  server = createServer(servingCertificate(authority), (request, response) => {
    const isKnown = request.headers.authorization === `Bearer ${token}`;
    response.writeHead(isKnown ? 200 : 401);
    response.end(JSON.stringify(isKnown ? answer(new URL(request.url ?? '', 'https://server')) : {}));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  kubeconfig = path.join(temporaryFolder(), 'management');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const certificate = Buffer.from(authority.certificatePem).toString('base64');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority-data': certificate } }],
      users: [
        { name: 'u', user: { token } },
        { name: 'stranger', user: { token: 'another' } },
      ],
      contexts: [
        { name: 'x', context: { cluster: 'c', user: 'u' } },
        { name: 'stranger', context: { cluster: 'c', user: 'stranger' } },
      ],
      'current-context': 'x',
    }),
  );
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(async () => {
  data = path.join(temporaryFolder(), 'data');
  const store = await openData(data);
  await store.prepare();
  await store.close();
  clusters = [cluster({ namespace: 'default' }), cluster()];
});

const management = () => ['--clusters', 'kubernetes', '--management-kubeconfig', kubeconfig, '--data', data];
const byNamespace = () => [...management(), '--project-namespace', 'magnum-(.+)'];
const byLabel = () => [...management(), '--project-label', 'example.com/project', '--cluster-id-label', idLabel];
const idOf = (index: number) => clusters[index]?.metadata.uid ?? '';

async function revokedIn(id: string) {
  const store = await openData(data);
  const { users, credentials } = await store.revocations.listRevocations(id);
  await store.close();
  return [...users.map(({ userId }) => userId), ...credentials.map((each) => each.credentialId)];
}

test('a revocation is kept where the provider looks it up, is listed, and gets into the authorization file', async () => {
  const id = idOf(1);
  const { code, stderr } = await run('revoke', id.toUpperCase(), '--user', 'alice', ...byNamespace());
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('certificates of alice; the next'),
  });
  expect(stderr).toContain("once 'clustercert authorization-config' has written the file again");
  const until = '2030-01-31T12:00:00.000Z';
  const ended = await run('revoke', id, '--credential', credentialId, '--until', until, ...byNamespace());
  expect(ended.code).toBe(0);
  expect(await revokedIn(id)).toEqual(['alice', credentialId]);

  const { stdout } = await run('revocations', id, '--json', ...byNamespace());
  expect(JSON.parse(stdout)).toMatchObject({ users: [{ userId: 'alice' }], credentials: [{ credentialId, until }] });
  const file = path.join(temporaryFolder(), 'authorization.yaml');
  const written = await run(
    'authorization-config',
    id,
    '--webhook-kubeconfig',
    '/w',
    '--output',
    file,
    ...byNamespace(),
  );
  expect(written).toMatchObject({ code: 0, stderr: `wrote ${file}: 1 users, 1 certificates\n` });
  expect(readFileSync(file, 'utf8')).toContain('alice');

  const base = path.join(temporaryFolder(), 'base.yaml');
  const own = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthorizationConfiguration' };
  writeFileSync(base, JSON.stringify({ ...own, authorizers: [{ type: 'AlwaysDeny', name: 'ours' }] }));
  const based = await run('authorization-config', id, '--webhook-kubeconfig', '/w', '--base', base, ...byNamespace());
  expect(based.stdout).toMatch(/alice[^]*ours/);
});

test('an API server that asks by itself needs no file', async () => {
  clusters = [cluster({ mode: 'webhook' })];
  const { code, stderr } = await run('revoke', idOf(0), '--user', 'alice', ...byNamespace());
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('authorization-config') });
});

test.each(['', 'none', 'Webhook'])(
  'with the annotation %j, a revocation is refused and nothing is kept',
  async (mode) => {
    clusters = [cluster({ mode })];
    const { code, stderr } = await run('revoke', idOf(0), '--user', 'alice', ...byNamespace());
    expect(code).toBe(1);
    expect(stderr).toContain('the annotation clustercert/revocation: authorization-file or webhook');
    expect(await revokedIn(idOf(0))).toEqual([]);
  },
);

test.each([
  ['without an endpoint', {}, {}],
  ['with an annotation that is no URL', { 'clustercert/external-server': 'api' }, undefined],
  ['that is paused', { 'cluster.x-k8s.io/paused': '' }, undefined],
])('in a cluster %s, what was given out before can be revoked', async (_name, annotations, spec) => {
  const [, { metadata, spec: usual } = cluster()] = clusters;
  const object = { metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
  clusters = [{ ...object, spec: spec ?? usual } as (typeof clusters)[number]];
  expect(await run('revoke', metadata.uid, '--user', 'alice', ...byNamespace())).toMatchObject({ code: 0 });
  expect(await revokedIn(metadata.uid)).toEqual(['alice']);
});

test('a user with system:masters in the project of the cluster is refused', async () => {
  await run('token', 'add', '--data', data, '--project', projectId, '--user', 'root', '--group', 'system:masters');
  const { code, stderr } = await run('revoke', idOf(1), '--user', 'root', ...byNamespace());
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('system:masters') });
  expect(await revokedIn(idOf(1))).toEqual([]);
});

test('a cluster that is not there, or in no project, does not exist', async () => {
  for (const id of [idOf(0), randomUUID(), 'shop', ''])
    for (const command of [
      ['revoke', id, '--user', 'a'],
      ['revocations', id],
    ])
      expect(await run(...command, ...byNamespace())).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(`cluster '${id}' does not exist in the management cluster`),
      });
});

test('an ID from a label is found in any project, and refused where two clusters claim it', async () => {
  const labels = { [idLabel]: randomUUID(), 'example.com/project': projectId };
  clusters = [cluster({ labels: { ...labels, [idLabel]: randomUUID() } }), cluster({ labels, namespace: 'team' })];
  const revoke = () => run('revoke', labels[idLabel], '--user', 'alice', ...byLabel());
  expect(await revoke()).toMatchObject({ code: 0 });
  // Of another project, or of none: the claim counts all the same.
  for (const other of [{ 'example.com/project': '88c7b55dcb6254bca2e24bcab9005500' }, { 'example.com/project': '' }]) {
    clusters = [...clusters.slice(0, 2), cluster({ labels: { ...labels, ...other } })].reverse();
    const { code, stderr } = await revoke();
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^warning: .*\nerror: .*claims its ID/),
    });
    clusters = clusters.reverse();
  }
  expect(await run('revoke', idOf(1), '--user', 'alice', ...byLabel())).toMatchObject({ code: 1 });
});

test('data that no provider has made are not made by a revocation, which would stop nothing', async () => {
  const elsewhere = path.join(temporaryFolder(), 'elsewhere');
  const { code, stderr } = await run('revoke', idOf(1), '--user', 'alice', ...byNamespace(), '--data', elsewhere);
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no data folder') });
  expect(existsSync(elsewhere)).toBe(false);
});

test('a management cluster that refuses access does not look like one without the cluster', async () => {
  const { code, stderr } = await run('revocations', idOf(1), ...byNamespace(), '--management-context', 'stranger');
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('with status 401') });
  expect(stderr).not.toContain('another');
});

test('--kubeconfig of revoke stays the file whose certificates end', async () => {
  const { code, stderr } = await run('revoke', idOf(1), '--kubeconfig', kubeconfig, ...byNamespace());
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('holds no client certificate') });
  const both = await run('revoke', idOf(1), '--user', 'alice', '--kubeconfig', kubeconfig, ...byNamespace());
  expect(both).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('management cluster is --management-kubeconfig'),
  });
});

const namespaces = ['--project-namespace', 'magnum-(.+)'];
test.each<[string[], number, string]>([
  [namespaces, 2, '--project-namespace goes with --clusters kubernetes'],
  [['--management-kubeconfig', '/k'], 2, '--management-kubeconfig goes with --clusters kubernetes'],
  [['--management-context', 'x'], 2, '--management-context goes with --clusters kubernetes'],
  [['--clusters', 'kubernetes'], 2, 'needs one of --project-namespace and --project-label'],
  [['--clusters', 'kubernetes', ...namespaces, '--management-context', 'x'], 2, 'goes with --management-kubeconfig'],
  [['--clusters', 'kubernetes', ...namespaces], 2, 'outside of a cluster needs --management-kubeconfig FILE'],
  [
    ['--clusters', 'kubernetes', ...namespaces, '--management-kubeconfig', '/k'],
    1,
    "--management-kubeconfig '/k' is not",
  ],
])('%j is refused by the names of the options', async (options, code, message) => {
  mkdirSync(data, { recursive: true });
  const webhook = ['--webhook-kubeconfig', '/w'];
  for (const command of [['revoke', '--user', 'a'], ['revocations'], ['authorization-config', ...webhook]]) {
    const transcript = await run(...command, idOf(1), ...options, '--data', data);
    expect(transcript).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
  }
});
