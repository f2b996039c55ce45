// The registry over a real management cluster: every promise of a registry, the layouts of Cluster API's providers, rights
// exactly as shipped, and an API server that fails.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { getClusterCert, listClusters } from '../../generated/client.js';
import { type AuthorityFiles, openAuthority } from '../../src/certificate/authority.js';
import { orThrow } from '../../src/client/or-throw.js';
import { KubernetesApi } from '../../src/registry/kubernetes/kubernetes-api.js';
import {
  KubernetesClusters,
  type KubernetesClustersOptions,
} from '../../src/registry/kubernetes/kubernetes-clusters.js';
import { mapLabels, mapNamespaces } from '../../src/registry/kubernetes/project-mapping.js';
import { describeClusters } from '../registry/registry-suite.js';
import { authority as authorityOf, waitFor } from '../registry/tested-store.js';
import { hasKubernetes, startKubernetes } from '../support/kubernetes.js';
import {
  type ClusterFields,
  type ManagementCluster,
  clusterObject,
  namespace,
  newProjectId,
  pairOf,
  secretObject,
  startManagementCluster,
} from '../support/management-cluster.js';
import { startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const idLabel = 'example.com/cluster-uuid';
const endpoint = (server: string) => {
  const { hostname, port } = new URL(server);
  return { host: hostname, port: Number(port || 443) };
};

(hasKubernetes('1.37') ? describe : describe.skip)('a management cluster', () => {
  let management: ManagementCluster;
  const apis: KubernetesApi[] = [];

  beforeAll(async () => {
    management = await startManagementCluster();
  }, 600_000);
  afterAll(() => Promise.all(apis.map((api) => api.close())));

  function open(options: Partial<KubernetesClustersOptions> = {}): KubernetesClusters {
    const api = new KubernetesApi(management.connection, { timeoutMs: 1_500 });
    apis.push(api);
    return new KubernetesClusters({ api, projects: mapNamespaces('magnum-(.+)', 'pattern'), ...options });
  }

  async function newProject(): Promise<{ projectId: string; within: string }> {
    const projectId = newProjectId();
    await management.kubernetes.apply(namespace(`magnum-${projectId}`));
    return { projectId, within: `magnum-${projectId}` };
  }

  /** Puts a cluster there; gives its `metadata.uid`. */
  async function put(fields: ClusterFields, secrets: object[], apiVersion = management.apiVersion): Promise<string> {
    const spec = { controlPlaneEndpoint: { host: '192.168.1.7', port: 6443 }, ...fields.spec };
    await management.kubernetes.apply(clusterObject(apiVersion, { ...fields, spec }), ...secrets);
    const args = ['get', 'clusters.cluster.x-k8s.io', fields.name, '-n', fields.namespace];
    return (await management.kubectl(...args, '-o', 'jsonpath={.metadata.uid}')).stdout;
  }

  const kubeadm = async (fields: Pick<ClusterFields, 'name' | 'namespace'>) =>
    secretObject(fields, pairOf(await authorityOf()));

  // The suite chooses IDs and projects itself, and each of its tests begins with no clusters: a label of its own for each.
  describeClusters('kubernetes', async () => {
    const label = `example.com/project-${randomUUID().slice(0, 8)}`;
    const within = `suite-${randomUUID().slice(0, 8)}`;
    await management.kubernetes.apply(namespace(within));
    return {
      openClusters: () => Promise.resolve(open({ projects: mapLabels(label, 'label'), idLabel })),
      put: async (record, files) => {
        const name = `${record.name}-${record.id.slice(0, 8)}`;
        const fields = { name, namespace: within, labels: { [label]: record.projectId, [idLabel]: record.id } };
        const { externalServer } = record;
        const annotations: Record<string, string> =
          externalServer === undefined ? {} : { 'clustercert/external-server': externalServer };
        const spec = { controlPlaneEndpoint: endpoint(record.server) };
        await put({ ...fields, annotations, spec }, [secretObject(fields, pairOf(files))]);
        return { ...record, name };
      },
      settle: () => Promise.resolve(),
      interrupt: () => {
        management.kubernetes.signal('SIGSTOP');
        return Promise.resolve(() => {
          management.kubernetes.signal('SIGCONT');
          return Promise.resolve();
        });
      },
    };
  });

  test('takes metadata.uid as the ID and the project from the namespace, in any version that is served', async () => {
    const { projectId, within } = await newProject();
    const fields = { name: 'old', namespace: within };
    const uid = await put(fields, [await kubeadm(fields)], 'cluster.x-k8s.io/v1beta1');
    const cluster = await open().find(projectId, uid);
    expect(cluster).toMatchObject({ id: uid, projectId, name: 'old', server: 'https://192.168.1.7:6443' });
    expect(await open().listRecords(newProjectId())).toEqual([]);
  });

  test.each([['v1beta1'], ['v1beta2']])(
    'works where %s alone is served',
    async (only) => {
      const other = await startManagementCluster({ served: [only] });
      const projectId = newProjectId();
      const fields = { name: 'shop', namespace: `magnum-${projectId}` };
      const spec = { controlPlaneEndpoint: { host: 'fd00::7', port: 6443 } };
      await other.kubernetes.apply(namespace(fields.namespace));
      await other.kubernetes.apply(clusterObject(other.apiVersion, { ...fields, spec }), await kubeadm(fields));
      const api = new KubernetesApi(other.connection);
      apis.push(api);
      const registry = new KubernetesClusters({ api, projects: mapNamespaces('magnum-(.+)', 'pattern') });
      const [record] = await registry.listRecords(projectId);
      expect(record).toMatchObject({ name: 'shop', server: 'https://[fd00::7]:6443' });
      await other.kubernetes.stop();
    },
    120_000,
  );

  describe('layouts of Secrets', () => {
    const refusal = (reason: RegExp) =>
      expect.objectContaining({ code: 'cluster_not_ready', message: expect.stringMatching(reason) });

    async function found(secrets: (fields: ClusterFields) => object[], fields: Partial<ClusterFields> = {}) {
      const { projectId, within } = await newProject();
      const whole = { name: 'shop', namespace: within, ...fields };
      const uid = await put(whole, secrets(whole));
      const registry = open();
      expect((await registry.listRecords(projectId)).map(({ id }) => id)).toEqual([uid]);
      return registry.find(projectId, uid);
    }

    const [client, server] = [1, 2] as const;
    let [clientFiles, serverFiles] = [] as unknown as [AuthorityFiles, AuthorityFiles];
    beforeAll(async () => {
      [clientFiles, serverFiles] = [await authorityOf(client), await authorityOf(server)];
    });

    test('RKE2 and k3s: -cca signs, -ca is trusted, with or without its key', async () => {
      for (const data of [pairOf(serverFiles), { 'tls.crt': serverFiles.certificatePem }]) {
        const cluster = await found((of) => [
          secretObject(of, pairOf(clientFiles), { suffix: 'cca' }),
          secretObject(of, data),
        ]);
        expect(cluster?.authority.certificatePem).toBe(openAuthority(clientFiles).certificatePem);
        expect(cluster?.authority.serverCertificatePem).toBe(openAuthority(serverFiles).certificatePem);
      }
    });

    test('kubeadm, with a Secret of the general TLS type', async () => {
      const cluster = await found((of) => [secretObject(of, pairOf(serverFiles), { type: 'kubernetes.io/tls' })]);
      expect(cluster?.authority.serverCertificatePem).toBe(openAuthority(serverFiles).certificatePem);
    });

    test('Kamaji: its own labels, and the name of its control plane', async () => {
      const both = {
        ...pairOf(serverFiles),
        'ca.crt': serverFiles.certificatePem,
        'ca.key': serverFiles.privateKeyPem,
      };
      const cluster = await found(
        ({ namespace: within }) => [
          secretObject({ name: 'plane', namespace: within }, both, {
            labels: { 'kamaji.clastix.io/name': 'plane' },
            type: 'Opaque',
          }),
        ],
        { spec: { controlPlaneRef: { kind: 'KamajiControlPlane', name: 'plane' } } },
      );
      expect(cluster?.authority.certificatePem).toBe(openAuthority(serverFiles).certificatePem);
    });

    test.each<[string, (of: ClusterFields) => object[], RegExp]>([
      ['no Secret', () => [], /'shop-ca' is not there/],
      ['an external CA', (of) => [secretObject(of, { 'tls.crt': serverFiles.certificatePem })], /no tls\.key/],
      [
        'an external client CA',
        (of) => [
          secretObject(of, { 'tls.crt': clientFiles.certificatePem }, { suffix: 'cca' }),
          secretObject(of, pairOf(serverFiles)),
        ],
        /'shop-cca' has no tls\.key/,
      ],
      [
        'a client CA alone',
        (of) => [secretObject(of, pairOf(clientFiles), { suffix: 'cca' })],
        /'shop-ca' is not there/,
      ],
      [
        'the label of another cluster',
        (of) => [secretObject(of, pairOf(serverFiles), { labels: { 'cluster.x-k8s.io/cluster-name': 'bank' } })],
        /does not name the cluster/,
      ],
      ['no label', (of) => [secretObject(of, pairOf(serverFiles), { labels: {} })], /does not name the cluster/],
      [
        'a key of another CA',
        (of) => [secretObject(of, { ...pairOf(serverFiles), 'tls.key': clientFiles.privateKeyPem })],
        /does not fit its private key/,
      ],
      ['no certificate', (of) => [secretObject(of, { ...pairOf(serverFiles), 'tls.crt': 'none' })], /cannot be read/],
    ])('%s: listed, and its certificate refused', async (_name, secrets, reason) => {
      await expect(found(secrets)).rejects.toEqual(refusal(reason));
    });

    test.each<[string, Partial<ClusterFields>, RegExp]>([
      ['without endpoint', { spec: { controlPlaneEndpoint: undefined } }, /no endpoint yet/],
      ['with an empty endpoint', { spec: { controlPlaneEndpoint: { host: '', port: 0 } } }, /no endpoint yet/],
      [
        'with an endpoint that is a path',
        { spec: { controlPlaneEndpoint: { host: 'a.b/c?', port: 1 } } },
        /server is not/,
      ],
      ['paused', { spec: { paused: true } }, /paused/],
      ['paused by annotation', { annotations: { 'cluster.x-k8s.io/paused': '' } }, /paused/],
    ])('a cluster %s: listed, and its certificate refused', async (_name, fields, reason) => {
      await expect(found((of) => [secretObject(of, pairOf(serverFiles))], fields)).rejects.toEqual(refusal(reason));
    });

    test('a cluster that is being deleted: listed, and its certificate refused', async () => {
      const { projectId, within } = await newProject();
      const fields = { name: 'shop', namespace: within };
      const object = clusterObject(management.apiVersion, {
        ...fields,
        spec: { controlPlaneEndpoint: endpoint('https://a:1') },
      });
      Object.assign(object.metadata, { finalizers: ['example.com/hold'] });
      await management.kubernetes.apply(object, await kubeadm(fields));
      await management.kubectl('delete', 'clusters.cluster.x-k8s.io', 'shop', '-n', within, '--wait=false');
      const registry = open();
      const [record] = await registry.listRecords(projectId);
      expect(record).toMatchObject({ name: 'shop', phase: 'Deleting' });
      await expect(registry.find(projectId, record?.id ?? '')).rejects.toEqual(refusal(/being deleted/));
    });
  });

  test('keeps the opened authority while its Secret stays, and takes a new one', async () => {
    const { projectId, within } = await newProject();
    const fields = { name: 'shop', namespace: within };
    const uid = await put(fields, [await kubeadm(fields)]);
    const registry = open({ leaseMs: 0, authorityLeaseMs: 0 });
    const first = await registry.find(projectId, uid);
    await put({ ...fields, labels: { changed: 'yes' } }, []);
    expect(await registry.find(projectId, uid)).toBe(first);
    await put(fields, [secretObject(fields, pairOf(await authorityOf(1)))]);
    const second = await registry.find(projectId, uid);
    expect(second?.authority.fingerprint).toBe(openAuthority(await authorityOf(1)).fingerprint);
    await put({ ...fields, spec: { controlPlaneEndpoint: endpoint('https://192.168.1.9:6443') } }, []);
    const moved = await registry.find(projectId, uid);
    expect(moved).toMatchObject({ server: 'https://192.168.1.9:6443' });
    expect(moved?.authority).toBe(second?.authority);
  });

  test('an ID that two clusters claim by a label is refused to both projects, loudly', async () => {
    const [one, other] = [await newProject(), await newProject()];
    const id = randomUUID();
    const warnings: string[] = [];
    const registry = open({ idLabel, leaseMs: 0, warn: (message) => warnings.push(message) });
    const own = { name: 'shop', namespace: one.within, labels: { [idLabel]: id } };
    await put(own, [await kubeadm(own)]);
    expect(await registry.find(one.projectId, id)).toMatchObject({ id });
    const foreign = { name: 'thief', namespace: other.within, labels: { [idLabel]: id } };
    await put(foreign, [await kubeadm(foreign)]);
    for (const { projectId } of [one, other]) {
      const refused = expect.objectContaining({
        code: 'cluster_not_ready',
        message: expect.stringContaining('claims'),
      });
      await expect(registry.find(projectId, id)).rejects.toEqual(refused);
      await expect(registry.findRecord(projectId, id)).rejects.toEqual(refused);
      expect(await registry.listRecords(projectId)).toEqual([]);
    }
    expect(warnings[0]).toContain(`${other.within}/thief`);
    // In upper case it would be another claim to the same ID, which is no ID here.
    await management.kubectl(
      'label',
      '--overwrite',
      'clusters.cluster.x-k8s.io',
      'thief',
      '-n',
      other.within,
      `${idLabel}=${id.toUpperCase()}`,
    );
    expect(await registry.find(one.projectId, id)).toMatchObject({ id });
    expect(await registry.find(other.projectId, id)).toBeUndefined();
  });

  test('lists 300 clusters in 20 projects, each its own, with one request for a project', async () => {
    const projects = await Promise.all(Array.from({ length: 20 }, newProject));
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
    const registry = open();
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

    test('kubectl is let in with what comes out, where the CAs of clients and server differ', async () => {
      const [clients, servers] = [await authorityOf(1), await authorityOf(2)];
      const workload = await startKubernetes({ authority: servers, clientAuthorities: clients.certificatePem });
      const { projectId, within } = await newProject();
      const fields = { name: 'shop', namespace: within, spec: { controlPlaneEndpoint: endpoint(workload.url) } };
      const uid = await put(fields, [
        secretObject(fields, pairOf(clients), { suffix: 'cca' }),
        secretObject(fields, pairOf(servers)),
      ]);
      const replicas = [await server(open()), await server(open())];
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
      const { projectId, within } = await newProject();
      const fields = { name: 'new', namespace: within, spec: { controlPlaneEndpoint: undefined } };
      const uid = await put(fields, []);
      const provider = await server(open());
      const token = await provider.addToken({ projectId });
      const list = await orThrow(
        listClusters(provider.clientFor(token), { params: { path: { project_id: projectId } } }),
      );
      expect(list.items).toMatchObject([{ metadata: { uid }, status: { phase: 'Creating', endpoints: [] } }]);
      const response = await fetch(provider.url + provider.pathOf(uid, projectId), {
        headers: { 'X-Auth-Token': token },
      });
      expect(response.status).toBe(409);
      expect(await response.json()).toMatchObject({
        reason: 'Conflict',
        message: expect.stringContaining('no endpoint yet'),
      });
    });

    test('an API server that stands still is a 503 with Retry-After, and it recovers by itself', async () => {
      const { projectId, within } = await newProject();
      const fields = { name: 'shop', namespace: within };
      const uid = await put(fields, [await kubeadm(fields)]);
      const provider = await server(open({ leaseMs: 0, authorityLeaseMs: 0 }));
      const headers = { 'X-Auth-Token': await provider.addToken({ projectId }) };
      const get = () => fetch(provider.url + provider.pathOf(uid, projectId), { headers });
      const before = await get();
      expect(before.status).toBe(200);
      management.kubernetes.signal('SIGSTOP');
      try {
        const [one, other] = await Promise.all([get(), get()]);
        for (const response of [one, other]) {
          expect(response.status).toBe(503);
          expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
        }
      } finally {
        management.kubernetes.signal('SIGCONT');
      }
      const after = await get();
      expect(after.status).toBe(200);
      expect(await after.text()).toBe(await before.text());
    });

    test('a token that is refused is read again from its file', async () => {
      const { projectId } = await newProject();
      writeFileSync(management.tokenFile, 'not-a-token');
      const registry = open({ leaseMs: 0 });
      await expect(registry.listRecords(projectId)).rejects.toMatchObject({ code: 'unavailable' });
      await management.renewToken();
      expect(await registry.listRecords(projectId)).toEqual([]);
    });
  });

  test('rights that are taken away are no missing cluster', async () => {
    const { projectId, within } = await newProject();
    const fields = { name: 'shop', namespace: within };
    const uid = await put(fields, [await kubeadm(fields)]);
    const registry = open({ leaseMs: 0, authorityLeaseMs: 0 });
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
