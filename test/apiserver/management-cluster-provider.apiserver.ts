// The provider over a real management cluster: many clusters, kubectl with the resulting kubeconfigs, failures of the
// API server, and changing rights.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import path from 'node:path';
import { getClusterCert, listClusters, revokeClusterCert } from '../../generated/client.js';
import { orThrow } from '../../src/client/or-throw.js';
import { KubernetesApi } from '../../src/registry/kubernetes/kubernetes-api.js';
import type { KubernetesClusters } from '../../src/registry/kubernetes/kubernetes-clusters.js';
import { contractCases, verify } from '../../src/verify/index.js';
import { authority as authorityOf, waitFor } from '../registry/tested-store.js';
import { run, startServe } from '../support/command-line.js';
import { hasKubernetes, signalEtcd, startKubernetes } from '../support/kubernetes.js';
import {
  type ManagementCluster,
  clusterObject,
  endpoint,
  kubeadm,
  namespace,
  newProjectId,
  pairOf,
  secretObject,
  startManagementCluster,
} from '../support/management-cluster.js';
import { until } from './support/revoking.js';
import { startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const sockets = new Set<Socket>();
afterAll(() => sockets.forEach((socket) => socket.destroy()));

/** Forwards everything until it falls silent: connections stay, but nothing comes through. */
async function startProxy(target: string) {
  const state = { isSilent: false };
  const proxy = createServer((near) => {
    const far = connect(Number(new URL(target).port), '127.0.0.1');
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
      one.on('data', (bytes) => state.isSilent || other.write(bytes));
    }
  });
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
  proxy.unref();
  return { state, url: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
}

(hasKubernetes('1.37') ? describe : describe.skip)('a management cluster behind the provider', () => {
  let management: ManagementCluster;

  beforeAll(async () => {
    management = await startManagementCluster();
  }, 600_000);

  test('lists 300 clusters in 20 projects, each its own, with one request for a project', async () => {
    const projects = Array.from({ length: 20 }, newProjectId).map((projectId) => ({
      projectId,
      within: `magnum-${projectId}`,
    }));
    await management.kubernetes.apply(...projects.map(({ within }) => namespace(within)));
    await management.kubernetes.apply(
      ...projects.flatMap(({ within }) =>
        Array.from({ length: 15 }, (_, index) =>
          clusterObject(management.apiVersion, {
            name: `c${index}`,
            namespace: within,
            spec: { controlPlaneEndpoint: { host: '192.168.1.7', port: 6443 } },
          }),
        ),
      ),
    );
    const registry = management.open();
    const before = lists().length;
    const all = await Promise.all(
      projects.flatMap(({ projectId }) => [registry.listRecords(projectId), registry.listRecords(projectId)]),
    );
    expect(new Set(all.map((records) => records.length))).toEqual(new Set([15]));
    expect(new Set(all.flat().map(({ id }) => id)).size).toBe(300);
    // The audit log is written a moment later.
    await waitFor(500);
    expect(lists().length - before).toBe(20);
  }, 120_000);

  const lists = () =>
    management.kubernetes
      .auditEvents()
      .filter(({ verb, user }) => verb === 'list' && user.username.endsWith(':clustercert'));

  describe('behind the provider', () => {
    const server = async (registry: KubernetesClusters) =>
      startProvider({ handlers: { clusters: registry }, app: { assertReady: () => registry.assertReady() } });

    test('kubectl gets in with the kubeconfig, even if the CAs of clients and server differ', async () => {
      const [clients, servers] = [await authorityOf(1), await authorityOf(2)];
      const workload = await startKubernetes({ authority: servers, clientAuthorities: clients.certificatePem });
      const { projectId, within } = await management.newProject();
      const fields = { name: 'shop', namespace: within, spec: { controlPlaneEndpoint: endpoint(workload.url) } };
      const uid = await management.put(fields, [
        secretObject(fields, pairOf(clients), { suffix: 'cca' }),
        secretObject(fields, pairOf(servers)),
      ]);
      const replicas = [await server(management.open()), await server(management.open())];
      const answers = [];
      for (const replica of replicas) {
        const client = replica.clientFor(await replica.addToken({ projectId, userId: 'jane', groups: ['devs'] }));
        const params = { path: { project_id: projectId, cluster_id: uid } };
        answers.push(await orThrow(getClusterCert(client, { params })));
      }
      expect(answers[1]).toEqual(answers[0]);
      const file = path.join(temporaryFolder(), 'kubeconfig.json');
      writeFileSync(file, JSON.stringify(answers[0]), { mode: 0o600 });
      const { stdout, stderr } = await workload.kubectl(file, 'auth', 'whoami', '-o', 'json');
      expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringContaining('"jane"'), stderr: '' });
      await workload.stop();
    }, 120_000);

    test('a cluster without endpoint is listed, and its certificate answered with 409 and the reason', async () => {
      const { projectId, within } = await management.newProject();
      const fields = { name: 'new', namespace: within, spec: { controlPlaneEndpoint: undefined } };
      const uid = await management.put(fields, []);
      const provider = await server(management.open());
      const token = await provider.addToken({ projectId });
      const list = await orThrow(
        listClusters(provider.clientFor(token), { params: { path: { project_id: projectId } } }),
      );
      expect(list.items).toMatchObject([
        { metadata: { uid }, status: { phase: 'Creating', endpoints: [{ url: '' }] } },
      ]);
      const response = await fetch(provider.url + provider.pathOf(uid, projectId), {
        headers: { 'X-Auth-Token': token },
      });
      expect(response.status).toBe(409);
      expect(await response.json()).toMatchObject({
        reason: 'Conflict',
        message: expect.stringContaining('no endpoint yet'),
      });
    });

    /** The provider's responses before, during and after a failure of the API server. */
    async function expectRecovery(
      registry: KubernetesClusters,
      { fail, mend }: { fail: () => unknown; mend: () => unknown },
    ): Promise<void> {
      const { projectId, within } = await management.newProject();
      const fields = { name: 'shop', namespace: within };
      const uid = await management.put(fields, [await kubeadm(fields)]);
      const provider = await server(registry);
      const headers = { 'X-Auth-Token': await provider.addToken({ projectId }) };
      const get = () => fetch(provider.url + provider.pathOf(uid, projectId), { headers });
      const before = await get();
      expect(before.status).toBe(200);
      await fail();
      try {
        for (const response of await Promise.all([get(), get()])) {
          expect(response.status).toBe(503);
          expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
        }
      } finally {
        await mend();
      }
      const after = await get();
      expect(after.status).toBe(200);
      expect(await after.text()).toBe(await before.text());
    }

    const anew = { leaseMs: 0, authorityLeaseMs: 0 };

    test('an API server that stands still is a 503 with Retry-After, and it recovers by itself', () =>
      expectRecovery(management.open(anew), {
        fail: () => management.freeze(),
        mend: () => management.kubernetes.signal('SIGCONT'),
      }));

    test(
      'so is one that is killed',
      () =>
        expectRecovery(management.open(anew), {
          fail: () => management.kubernetes.stop(),
          mend: () => management.kubernetes.restart(),
        }),
      120_000,
    );

    test('so is one behind a proxy that falls silent', async () => {
      const proxy = await startProxy(management.kubernetes.url);
      const api = new KubernetesApi({ ...management.connection, server: proxy.url }, { timeoutMs: 1_500 });
      await expectRecovery(management.open({ ...anew, api }), {
        fail: () => (proxy.state.isSilent = true),
        mend: () => (proxy.state.isSilent = false),
      });
    });

    test('so is one whose etcd stands still', async () => {
      await expectRecovery(management.open(anew), {
        fail: () => signalEtcd('SIGSTOP'),
        mend: async () => {
          signalEtcd('SIGCONT');
          // Kubernetes itself needs a moment to see it.
          await until(async () => (await management.kubectl('get', 'namespaces')).code === 0);
        },
      });
    }, 120_000);

    test('the contract kit has nothing against it', async () => {
      const { projectId, within } = await management.newProject();
      const uids = [];
      for (const [name, host] of Object.entries({ shop: '192.168.1.7', bank: '192.168.1.8' })) {
        const fields = { name, namespace: within, spec: { controlPlaneEndpoint: { host, port: 6443 } } };
        uids.push(await management.put(fields, [await kubeadm(fields)]));
      }
      const provider = await server(management.open());
      const token = await provider.addToken({ projectId, groups: ['devs'] });
      const target = { endpoint: provider.url, projectId, clusterId: uids[0] ?? '', token };
      const { cases } = await verify(contractCases, { ...target, otherClusterId: uids[1] ?? '' });
      expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      expect(cases.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(20);
    }, 120_000);

    test('a user is revoked where the cluster says how that is enforced, and nowhere else', async () => {
      const { projectId, within } = await management.newProject();
      const fields = { name: 'shop', namespace: within };
      const uid = await management.put(fields, [await kubeadm(fields)]);
      const provider = await server(management.open({ leaseMs: 0 }));
      const client = provider.clientFor(await provider.addToken({ projectId, userId: 'jane', groups: ['devs'] }));
      const params = { path: { project_id: projectId, cluster_id: uid } };
      const revoke = () => revokeClusterCert(client, { params, body: { userId: 'jane' } });
      const before = await orThrow(getClusterCert(client, { params }));
      expect((await revoke()).response.status).toBe(409);
      await management.put({ ...fields, annotations: { 'clustercert/revocation': 'authorization-file' } }, []);
      expect((await revoke()).response.status).toBe(200);
      expect((await provider.revocations.listRevocations(uid)).users).toMatchObject([{ userId: 'jane' }]);
      expect(await orThrow(getClusterCert(client, { params }))).not.toEqual(before);
    }, 120_000);

    test('serve takes clusters from a kubeconfig, and revoke does', async () => {
      const { projectId, within } = await management.newProject();
      const annotations = { 'clustercert/revocation': 'authorization-file' };
      const fields = { name: 'shop', namespace: within, annotations };
      const uid = await management.put(fields, [await kubeadm(fields)]);
      const data = temporaryFolder();
      const options = ['--clusters', 'kubernetes', '--project-namespace', 'magnum-(.+)', '--data', data];
      const { url, child, ended } = await startServe(...options, '--kubeconfig', management.kubernetes.administrator);
      const added = await run('token', 'add', '--data', data, '--project', projectId, '--user', 'jane');
      const [token = ''] = added.stdout.split('\n');
      const clustercert = `${url}/api/v3/projects/${projectId}/clusters/${uid}/clustercert`;
      const get = () => fetch(clustercert, { headers: { 'X-Auth-Token': token } });
      const response = await get();
      expect({ status: response.status, stderr: added.stderr }).toMatchObject({ status: 200 });
      const administrator = ['--management-kubeconfig', management.kubernetes.administrator];
      expect(await run('revoke', uid, '--user', 'jane', ...options, ...administrator)).toMatchObject({ code: 0 });
      expect(await (await get()).text()).not.toBe(await response.text());
      child.kill('SIGTERM');
      expect(await ended).toMatchObject({ code: 0 });
    });

    test('a token that is refused is read again from its file', async () => {
      const { projectId } = await management.newProject();
      writeFileSync(management.tokenFile, 'not-a-token');
      const registry = management.open({ leaseMs: 0 });
      await expect(registry.listRecords(projectId)).rejects.toMatchObject({ code: 'unavailable' });
      await management.renewToken();
      expect(await registry.listRecords(projectId)).toEqual([]);
    });
  });

  test('removed rights do not look like a missing cluster', async () => {
    const { projectId, within } = await management.newProject();
    const fields = { name: 'shop', namespace: within };
    const uid = await management.put(fields, [await kubeadm(fields)]);
    const registry = management.open({ leaseMs: 0, authorityLeaseMs: 0 });
    expect(await registry.find(projectId, uid)).toBeDefined();
    const binding = await management.kubectl('get', 'clusterrolebinding', 'clustercert', '-o', 'json');
    await management.kubectl('delete', 'clusterrolebinding', 'clustercert');
    const deadline = Date.now() + 20_000;
    let code = '';
    while (code === '' && Date.now() < deadline)
      code = await registry.find(projectId, uid).then(
        () => '',
        (error: unknown) => (error as { code: string }).code,
      );
    expect(code).toBe('unavailable');
    const { apiVersion, kind, roleRef, subjects } = JSON.parse(binding.stdout) as Record<string, unknown>;
    await management.kubernetes.apply({ apiVersion, kind, roleRef, subjects, metadata: { name: 'clustercert' } });
  });

  test('the audit log shows that the provider lists clusters, reads Secrets by name, and does nothing else', async () => {
    await waitFor(500);
    expect(management.asked().sort()).toEqual(['get discovery', 'get secrets', 'list clusters']);
  });
});
