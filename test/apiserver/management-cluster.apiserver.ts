// The registry over a real management cluster: every promise of a registry, each layout of Secrets, duplicate labels,
// and exactly the shipped rights.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createPrivateKey, randomUUID } from 'node:crypto';
import { type AuthorityFiles, openAuthority } from '../../src/certificate/authority.js';
import { mapLabels } from '../../src/registry/kubernetes/project-mapping.js';
import { describeClusters } from '../registry/registry-suite.js';
import { authority as authorityOf, waitFor } from '../registry/tested-store.js';
import { ecP256, opensslAuthority } from '../support/authorities.js';
import { documentOf } from '../support/documents.js';
import { hasKubernetes } from '../support/kubernetes.js';
import {
  type ClusterFields,
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

const idLabel = 'example.com/cluster-uuid';

(hasKubernetes('1.37') ? describe : describe.skip)('a management cluster', () => {
  let management: ManagementCluster;

  beforeAll(async () => {
    management = await startManagementCluster();
  }, 600_000);

  // The suite chooses IDs and projects itself, and each of its tests begins with no clusters: a label of its own for each.
  describeClusters('kubernetes', async () => {
    const label = `example.com/project-${randomUUID().slice(0, 8)}`;
    const within = `suite-${randomUUID().slice(0, 8)}`;
    await management.kubernetes.apply(namespace(within));
    return {
      openClusters: () => Promise.resolve(management.open({ projects: mapLabels(label, 'label'), idLabel })),
      put: async (record, files) => {
        const name = `${record.name}-${record.id.slice(0, 8)}`;
        const fields = { name, namespace: within, labels: { [label]: record.projectId, [idLabel]: record.id } };
        const { externalServer } = record;
        const annotations: Record<string, string> =
          externalServer === undefined ? {} : { 'clustercert/external-server': externalServer };
        const spec = { controlPlaneEndpoint: endpoint(record.server) };
        await management.put({ ...fields, annotations, spec }, [secretObject(fields, pairOf(files))]);
        return { ...record, name };
      },
      settle: () => Promise.resolve(),
      interrupt: async () => {
        await management.freeze();
        return () => {
          management.kubernetes.signal('SIGCONT');
          return Promise.resolve();
        };
      },
    };
  });

  test('takes metadata.uid as the ID and the project from the namespace, in any version that is served', async () => {
    const { projectId, within } = await management.newProject();
    const fields = { name: 'old', namespace: within };
    const uid = await management.put(fields, [await kubeadm(fields)], 'cluster.x-k8s.io/v1beta1');
    const cluster = await management.open().find(projectId, uid);
    expect(cluster).toMatchObject({ id: uid, projectId, name: 'old', server: 'https://192.168.1.7:6443' });
    expect(await management.open().listRecords(newProjectId())).toEqual([]);
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
      const [record] = await other.open().listRecords(projectId);
      expect(record).toMatchObject({ name: 'shop', server: 'https://[fd00::7]:6443' });
      await other.kubernetes.stop();
    },
    120_000,
  );

  describe('layouts of Secrets', () => {
    const refusal = (reason: RegExp) =>
      expect.objectContaining({ code: 'cluster_not_ready', message: expect.stringMatching(reason) });

    async function found(secrets: (fields: ClusterFields) => object[], fields: Partial<ClusterFields> = {}) {
      const { projectId, within } = await management.newProject();
      const whole = { name: 'shop', namespace: within, ...fields };
      const uid = await management.put(whole, secrets(whole));
      const registry = management.open();
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

    test('keys in the forms that OpenSSL and Go write: PKCS#1, and SEC1 with parameters before it', async () => {
      const [rsa, ec] = [opensslAuthority(), opensslAuthority({ key: ecP256 })];
      const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
      for (const [files, type, before] of [
        [rsa, 'pkcs1', ''],
        [ec, 'sec1', ''],
        [ec, 'sec1', parameters],
      ] as const) {
        const key = createPrivateKey(files.privateKeyPem).export({ type, format: 'pem' }) as string;
        const cluster = await found((of) => [
          secretObject(of, { 'tls.crt': files.certificatePem, 'tls.key': before + key }),
        ]);
        expect(cluster?.authority.fingerprint).toBe(openAuthority(files).fingerprint);
      }
    });

    test('an annotation says how revocations are enforced; other values are refused', async () => {
      const annotations = (mode: string) => ({ annotations: { 'clustercert/revocation': mode } });
      const secrets = (of: ClusterFields) => [secretObject(of, pairOf(serverFiles))];
      expect(await found(secrets, annotations('webhook'))).toMatchObject({ revocation: 'webhook' });
      await expect(found(secrets, annotations('yes'))).rejects.toEqual(refusal(/authorization-file or webhook/));
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
      const { projectId, within } = await management.newProject();
      const fields = { name: 'shop', namespace: within };
      const object = clusterObject(management.apiVersion, {
        ...fields,
        spec: { controlPlaneEndpoint: endpoint('https://a:1') },
      });
      Object.assign(object.metadata, { finalizers: ['example.com/hold'] });
      await management.kubernetes.apply(object, await kubeadm(fields));
      await management.kubectl('delete', 'clusters.cluster.x-k8s.io', 'shop', '-n', within, '--wait=false');
      const registry = management.open();
      const [record] = await registry.listRecords(projectId);
      expect(record).toMatchObject({ name: 'shop', phase: 'Deleting' });
      await expect(registry.find(projectId, record?.id ?? '')).rejects.toEqual(refusal(/being deleted/));
    });
  });

  test('keeps the opened authority while its Secret stays, and takes a new one', async () => {
    const { projectId, within } = await management.newProject();
    const fields = { name: 'shop', namespace: within };
    const uid = await management.put(fields, [await kubeadm(fields)]);
    const registry = management.open({ leaseMs: 0, authorityLeaseMs: 0 });
    const first = await registry.find(projectId, uid);
    await management.put({ ...fields, labels: { changed: 'yes' } }, []);
    expect(await registry.find(projectId, uid)).toBe(first);
    await management.put(fields, [secretObject(fields, pairOf(await authorityOf(1)))]);
    const second = await registry.find(projectId, uid);
    expect(second?.authority.fingerprint).toBe(openAuthority(await authorityOf(1)).fingerprint);
    await management.put({ ...fields, spec: { controlPlaneEndpoint: endpoint('https://192.168.1.9:6443') } }, []);
    const moved = await registry.find(projectId, uid);
    expect(moved).toMatchObject({ server: 'https://192.168.1.9:6443' });
    expect(moved?.authority).toBe(second?.authority);
  });

  test('an ID that two clusters claim by a label is refused to both projects, loudly', async () => {
    const [one, other] = [await management.newProject(), await management.newProject()];
    const id = randomUUID();
    const warnings: string[] = [];
    const registry = management.open({ idLabel, leaseMs: 0, warn: (message) => warnings.push(message) });
    const own = { name: 'shop', namespace: one.within, labels: { [idLabel]: id } };
    await management.put(own, [await kubeadm(own)]);
    expect(await registry.find(one.projectId, id)).toMatchObject({ id });
    const foreign = { name: 'thief', namespace: other.within, labels: { [idLabel]: id } };
    await management.put(foreign, [await kubeadm(foreign)]);
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
    // In upper case it would be another claim to the same ID, but that is not an ID here.
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

  test('annotations and labels are set by the commands of the documents', async () => {
    const { projectId, within } = await management.newProject();
    const fields = { name: 'shop', namespace: within };
    await management.put(fields, [await kubeadm(fields)]);
    const texts = ['src/registry/kubernetes', 'src/authorization'].map((room) => documentOf(`${room}/README.md`).text);
    const joined = texts.join().replaceAll(/ \\\n */g, ' ');
    const here = joined.replaceAll(/NAMESPACE|magnum-system|magnum-[0-9a-f]{32}/g, within).replaceAll('NAME', 'shop');
    const commands = here.match(/(?<=kubectl )(annotate|label) [^`\n]+/g) ?? [];
    expect(commands).toHaveLength(4);
    for (const command of commands) expect(await management.kubectl(...command.split(' '))).toMatchObject({ code: 0 });
    expect(await management.open().listRecords(projectId)).toMatchObject([
      { externalServer: 'https://api.example.com:6443', revocation: 'authorization-file' },
    ]);
    const projects = mapLabels('example.com/project-id', 'label');
    expect(await management.open({ projects }).listRecords('77b6a44cba5143ab91d13ab9a8ff44fd')).toHaveLength(1);
  });

  test('the audit log shows that the provider lists clusters, reads Secrets by name, and does nothing else', async () => {
    // It is written a moment later.
    await waitFor(500);
    expect(management.asked().sort()).toEqual(['get discovery', 'get secrets', 'list clusters']);
  });
});
