// Revocation at a real API server: revoked users stay out and nobody else notices, whatever happens to the provider.
// Tried from the side of a user who wants to stay in.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getClusterCert, revokeClusterCert } from '../../generated/client.js';
import { createAuthorizationConfig } from '../../src/authorization/authorization-config.js';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { orThrow } from '../../src/client/or-throw.js';
import { run } from '../support/command-line.js';
import { type Kubernetes, type KubernetesVersion, hasKubernetes, startKubernetes } from '../support/kubernetes.js';
import { type Provider, projectId, startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { binding, credentialIdOf, save, until, webhookAuthorization, webhookKubeconfig } from './support/revoking.js';

const versions: KubernetesVersion[] = ['1.37', '1.32'];
const none = { users: [], credentials: [] };

for (const version of versions)
  (hasKubernetes(version) ? describe : describe.skip)(`kube-apiserver ${version}`, () => {
    let [authority, kubernetes, provider, id, webhook] = [] as unknown as [
      AuthorityFiles,
      Kubernetes,
      Provider,
      string,
      string,
    ];

    beforeAll(async () => {
      authority = await createAuthority({ now: new Date() });
      provider = await startProvider();
      webhook = path.join(mkdtempSync(path.join(tmpdir(), 'clustercert-test-')), 'webhook.kubeconfig');
      writeFileSync(webhook, webhookKubeconfig(`${provider.url}/authorization/revoked`));
      kubernetes = await startKubernetes({
        version,
        authority,
        authorization: createAuthorizationConfig(none, { webhookKubeconfig: webhook }),
      });
      id = await provider.addCluster({ authority, server: kubernetes.url });
      await provider.clusters.set(id, { revocation: 'authorization-file' }, { now: new Date() });
      await kubernetes.apply(
        binding('readers', 'view-namespaces', 'developers'),
        binding('administrators', 'cluster-admin', 'clustercert:admins'),
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name: 'view-namespaces' },
          rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] }],
        },
      );
    }, 600_000);

    async function fetchKubeconfig(userId: string, groups = ['developers'], clusterId = id): Promise<string> {
      const client = provider.clientFor(await provider.addToken({ userId, groups }));
      const params = { path: { project_id: projectId, cluster_id: clusterId } };
      return save(await orThrow(getClusterCert(client, { params })));
    }

    const ask = (kubeconfig: string) => kubernetes.kubectl(kubeconfig, 'get', 'namespaces');
    const isIn = async (kubeconfig: string) => (await ask(kubeconfig)).code === 0;

    /** As `clustercert authorization-config --output` does. */
    async function writeConfig(): Promise<void> {
      const revocations = await provider.revocations.listRevocations(id);
      const next = `${kubernetes.authorizationFile}.next`;
      writeFileSync(next, createAuthorizationConfig(revocations, { webhookKubeconfig: webhook }));
      renameSync(next, kubernetes.authorizationFile);
    }

    test('ends the certificates of a user, lets in the new one of the same user, and touches nobody else', async () => {
      const [stolen, other, admin] = [
        await fetchKubeconfig('user1'),
        await fetchKubeconfig('user2'),
        await fetchKubeconfig('user1', ['clustercert:admins']),
      ];
      expect(await Promise.all([stolen, other, admin].map(isIn))).toEqual([true, true, true]);
      const client = provider.clientFor(await provider.addToken({ userId: 'user1', groups: ['developers'] }));
      const params = { path: { project_id: projectId, cluster_id: id } };
      expect(await orThrow(revokeClusterCert(client, { params, body: { userId: 'user1' } }))).toBeUndefined();
      await writeConfig();
      await until(async () => !(await isIn(stolen)));
      expect(await ask(stolen)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('the certificate was revoked; fetch a new kubeconfig'),
      });
      // All certificates of the user, an administrator's too.
      expect(await isIn(admin)).toBe(false);
      expect(await isIn(await fetchKubeconfig('user1'))).toBe(true);
      expect(await isIn(other)).toBe(true);
      expect(await isIn(kubernetes.administrator)).toBe(true);
    }, 60_000);

    test('a role that is called like the reserved group lets nobody back in', async () => {
      const generation = await provider.revocations.revokeUser(id, 'user3');
      await expect(
        provider.tokens.add(
          { userId: 'user3', projectId, groups: [`clustercert:generation:${generation}`] },
          { lifetimeSeconds: 60 },
        ),
      ).rejects.toThrow('reserved');
    });

    test('ends one certificate by a kubeconfig, and the next one of the user is another', async () => {
      const stolen = await fetchKubeconfig('user4');
      const transcript = await run('revoke', id, '--kubeconfig', stolen, '--data', provider.dataFolder);
      expect(transcript).toMatchObject({ code: 0, stderr: expect.stringContaining(credentialIdOf(stolen)) });
      await writeConfig();
      await until(async () => !(await isIn(stolen)));
      expect(await isIn(await fetchKubeconfig('user4'))).toBe(true);
    }, 60_000);

    test('keeps the revoked out while the provider is away, and nobody else notices', async () => {
      const away = await startProvider({ dataFolder: provider.dataFolder });
      writeFileSync(webhook, webhookKubeconfig(`${away.url}/authorization/revoked`));
      const [stolen, other] = [await fetchKubeconfig('user5'), await fetchKubeconfig('user6')];
      await provider.revocations.revokeUser(id, 'user5');
      await writeConfig();
      await until(async () => !(await isIn(stolen)));
      await away.drain({ deadlineMs: 0 });
      for (let second = 0; second < 3; second += 1) {
        expect(await isIn(stolen)).toBe(false);
        expect(await isIn(other)).toBe(true);
        await new Promise((resolve) => setTimeout(resolve, 1100));
      }
      writeFileSync(webhook, webhookKubeconfig(`${provider.url}/authorization/revoked`));
    }, 60_000);

    test('a broken file keeps the one before in force', async () => {
      const stolen = await fetchKubeconfig('user7');
      await provider.revocations.revokeUser(id, 'user7');
      await writeConfig();
      await until(async () => !(await isIn(stolen)));
      writeFileSync(kubernetes.authorizationFile, 'kind: Nonsense\n');
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(await isIn(stolen)).toBe(false);
      await writeConfig();
    }, 60_000);

    test('a thousand entries of each kind are read', async () => {
      const stolen = await fetchKubeconfig('user8');
      const ending = new Date(Date.now() + 86_400_000);
      const many = Array.from({ length: 1000 }, (_, index) => ({
        userId: `${index}-${'ü'.repeat(50)}`,
        generation: 1_700_000_000 + index,
        revokedAt: new Date(),
      }));
      const credentials = many.map(({ userId }) => ({
        credentialId: `X509SHA256=${createHash('sha256').update(userId).digest('hex')}`,
        revokedAt: new Date(),
        until: ending,
      }));
      const own = { credentialId: credentialIdOf(stolen), revokedAt: new Date(), until: ending };
      const known = await provider.revocations.listRevocations(id);
      writeFileSync(
        kubernetes.authorizationFile,
        createAuthorizationConfig(
          { users: [...known.users, ...many], credentials: [...credentials, own] },
          { webhookKubeconfig: webhook },
        ),
      );
      await until(async () => !(await isIn(stolen)));
      expect(await isIn(await fetchKubeconfig('user9'))).toBe(true);
      await writeConfig();
    }, 120_000);

    test('the file of the command keeps its entries after an older backup is restored', async () => {
      const stolen = await fetchKubeconfig('user10');
      const place = path.join(provider.dataFolder, 'revocations', `${id}.json`);
      const backup = readFileSync(place);
      await provider.revocations.revokeUser(id, 'user10');
      const args = [
        '--webhook-kubeconfig',
        webhook,
        '--output',
        kubernetes.authorizationFile,
        '--data',
        provider.dataFolder,
      ];
      expect((await run('authorization-config', id, ...args)).code).toBe(0);
      await until(async () => !(await isIn(stolen)));
      writeFileSync(place, backup);
      const again = await run('authorization-config', id, ...args);
      expect(again).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("do not know that user 'user10' was revoked"),
      });
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(await isIn(stolen)).toBe(false);
      // The restored provider issues the earlier certificates again: these stay out as well, until the user is revoked
      // again.
      expect(await isIn(await fetchKubeconfig('user10'))).toBe(false);
      await provider.revocations.revokeUser(id, 'user10');
      expect((await run('authorization-config', id, ...args)).code).toBe(0);
      const renewed = await fetchKubeconfig('user10');
      await until(async () => isIn(renewed));
      expect(await isIn(stolen)).toBe(false);
    }, 120_000);

    test('refuses a revocation that would stop nothing', async () => {
      const masters = provider.clientFor(await provider.addToken({ userId: 'master', groups: ['system:masters'] }));
      const params = { path: { project_id: projectId, cluster_id: id } };
      const refused = await revokeClusterCert(masters, { params, body: { userId: 'master' } });
      expect(refused.response.status).toBe(409);
      expect((refused.error as { message: string }).message).toContain('system:masters');
      expect(await isIn(await fetchKubeconfig('master', ['system:masters']))).toBe(true);
      const plain = await provider.addCluster({ authority, server: kubernetes.url });
      const nothing = await revokeClusterCert(masters, {
        params: { path: { project_id: projectId, cluster_id: plain } },
        body: { userId: 'master' },
      });
      expect(nothing.response.status).toBe(409);
      expect((nothing.error as { message: string }).message).toContain('does not enforce revocations');
    }, 60_000);

    test('as a webhook, looks the certificate up', async () => {
      const asked = path.join(temporaryFolder(), 'webhook.kubeconfig');
      const cluster = await startKubernetes({
        version,
        authority,
        authorization: webhookAuthorization(asked),
        before: async () => {
          id = await provider.addCluster({ authority });
          writeFileSync(asked, webhookKubeconfig(`${provider.url}/authorization/clusters/${id}`));
        },
      });
      await provider.clusters.set(id, { revocation: 'webhook', server: cluster.url }, { now: new Date() });
      await cluster.apply(binding('administrators', 'cluster-admin', 'clustercert:admins'));
      const [stolen, other] = [
        await fetchKubeconfig('user11', ['clustercert:admins']),
        await fetchKubeconfig('user12', ['clustercert:admins']),
      ];
      const reaches = async (kubeconfig: string) => (await cluster.kubectl(kubeconfig, 'get', 'namespaces')).code === 0;
      expect(await Promise.all([stolen, other].map(reaches))).toEqual([true, true]);
      await provider.revocations.revokeUser(id, 'user11');
      await until(async () => !(await reaches(stolen)));
      expect(await reaches(other)).toBe(true);
      expect(await reaches(await fetchKubeconfig('user11', ['clustercert:admins']))).toBe(true);
      await cluster.stop();
    }, 120_000);

    test('removing a separate client CA ends all of its certificates', async () => {
      const cluster = await startKubernetes({ version, authority });
      const own = await provider.addCluster({ authority, server: cluster.url });
      await cluster.apply(binding('administrators', 'cluster-admin', 'clustercert:admins'));
      const reaches = async (kubeconfig: string) => (await cluster.kubectl(kubeconfig, 'get', 'namespaces')).code === 0;
      const folder = path.join(temporaryFolder(), 'client-ca');
      const data = ['--data', provider.dataFolder];
      const made = await run('cluster', 'client-ca', 'new', own, '--output', folder, ...data);
      expect(made).toMatchObject({ code: 0, stdout: `${path.join(folder, 'client-ca-bundle.crt')}\n` });
      writeFileSync(cluster.clientCaFile, readFileSync(path.join(folder, 'client-ca-bundle.crt')));
      expect((await run('cluster', 'client-ca', 'use', own, '--folder', folder, ...data)).code).toBe(0);
      const master = await fetchKubeconfig('master2', ['system:masters'], own);
      await until(async () => reaches(master));
      writeFileSync(cluster.clientCaFile, authority.certificatePem);
      await until(async () => !(await reaches(master)));
      await cluster.stop();
    }, 120_000);
  });
