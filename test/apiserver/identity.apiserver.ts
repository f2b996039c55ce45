// The provider's certificates at a real API server: the users and groups that it sees, their rights by RBAC, and their
// end.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createClusterCert, getClusterCert } from '../../generated/client.js';
import { type AuthorityFiles, openAuthority } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { orThrow } from '../../src/client/or-throw.js';
import { commandsWith, documentOf } from '../support/documents.js';
import { type Kubernetes, type KubernetesVersion, startKubernetes, hasKubernetes } from '../support/kubernetes.js';
import { type Provider, projectId, startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from './support/revoking.js';

const versions: KubernetesVersion[] = ['1.37', '1.32'];

for (const version of versions)
  (hasKubernetes(version) ? describe : describe.skip)(`kube-apiserver ${version}`, () => {
    let [authority, kubernetes, provider, clusterId] = [] as unknown as [AuthorityFiles, Kubernetes, Provider, string];

    beforeAll(async () => {
      // Older than the slowest clock of these tests.
      authority = await createAuthority({ now: new Date(Date.now() - 3_600_000) });
      kubernetes = await startKubernetes({ version, authority });
      provider = await startProvider();
      clusterId = await provider.addCluster({
        authority,
        server: kubernetes.url,
        externalServer: kubernetes.url.replace('127.0.0.1', 'localhost'),
      });
      await kubernetes.apply(...roles);
    }, 600_000);

    /** A kubeconfig file of a user from the provider. */
    async function kubeconfigOf(user: { userId: string; groups: string[] }): Promise<string> {
      const client = provider.clientFor(await provider.addToken(user));
      const params = { path: { project_id: projectId, cluster_id: clusterId } };
      return save(await orThrow(getClusterCert(client, { params })));
    }

    async function whoAmI(kubeconfig: string, ...args: string[]) {
      const { stdout, stderr } = await kubernetes.kubectl(kubeconfig, 'auth', 'whoami', '-o', 'json', ...args);
      if (stdout === '') throw new Error(stderr);
      return (JSON.parse(stdout) as { status: { userInfo: { username: string; groups: string[] } } }).status.userInfo;
    }

    test('sees the user ID as the user and the groups as the groups, in every context', async () => {
      const kubeconfig = await kubeconfigOf({ userId: 'user1', groups: ['developers', 'viewers'] });
      for (const context of ['internal', 'external', 'externalTLSVerify']) {
        expect(await whoAmI(kubeconfig, '--context', context)).toMatchObject({
          username: 'user1',
          groups: ['developers', 'viewers', 'system:authenticated'],
        });
      }
    });

    test.each([
      ['jürgen müller 李', ['gruppe ä', 'b,c=d+e"f']],
      ['Jane.Doe@Example.COM', []],
      ['u'.repeat(64), Array.from({ length: 32 }, (_, index) => `group-${String(index).padStart(2, '0')}`)],
    ])('sees the user %s exactly', async (userId, groups) => {
      const seen = await whoAmI(await kubeconfigOf({ userId, groups }));
      expect(seen.username).toBe(userId);
      expect(seen.groups.sort()).toEqual([...groups, 'system:authenticated'].sort());
    });

    test('lets users and groups do what RBAC says, and no more', async () => {
      const may = async (user: { userId: string; groups: string[] }, verb: string, resource: string) =>
        (await kubernetes.kubectl(await kubeconfigOf(user), 'auth', 'can-i', verb, resource)).stdout.trim();
      expect(await may({ userId: 'bound-user', groups: [] }, 'list', 'namespaces')).toBe('yes');
      expect(await may({ userId: 'other-user', groups: [] }, 'list', 'namespaces')).toBe('no');
      expect(await may({ userId: 'other-user', groups: ['readers'] }, 'list', 'namespaces')).toBe('yes');
      expect(await may({ userId: 'other-user', groups: ['readers'] }, 'create', 'namespaces')).toBe('no');
      expect(await may({ userId: 'other-user', groups: ['clustercert:admins'] }, '*', '*')).toBe('yes');
      const { code, stderr } = await kubernetes.kubectl(
        await kubeconfigOf({ userId: 'other-user', groups: [] }),
        'get',
        'namespaces',
      );
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('User "other-user" cannot list'),
      });
    });

    test("lets the group of the operator's road do what its step gives it", async () => {
      const road = documentOf('src/server/README.md');
      const [, userId = '', group = ''] =
        /token add .*--user (\S+) --group (\S+)/.exec(commandsWith(road, 'cluster add --project')) ?? [];
      const kubeconfig = await kubeconfigOf({ userId, groups: [group] });
      const may = async (verb: string) =>
        (await kubernetes.kubectl(kubeconfig, 'auth', 'can-i', verb, 'pods')).stdout.trim();
      // The controller manager, which does not run here, would fill the role.
      await kubernetes.apply(view);
      expect(await may('list')).toBe('no');
      const [, ...step] = commandsWith(road, 'create clusterrolebinding').trim().split(' ');
      expect(await kubernetes.kubectl(kubernetes.administrator, ...step)).toMatchObject({ code: 0, stderr: '' });
      await until(async () => (await may('list')) === 'yes');
      expect(await may('create')).toBe('no');
    });

    test('lets nobody in with a certificate of another cluster of the same name', async () => {
      const foreign = await createAuthority({ now: new Date() });
      const other = await provider.addCluster({ authority: foreign, server: kubernetes.url });
      const client = provider.clientFor(await provider.addToken());
      const params = { path: { project_id: projectId, cluster_id: other } };
      const kubeconfig = await orThrow(getClusterCert(client, { params }));
      const trusted = Buffer.from(openAuthority(authority).certificatePem).toString('base64');
      for (const { cluster } of kubeconfig.clusters) Object.assign(cluster, { 'certificate-authority-data': trusted });
      const { code, stderr } = await kubernetes.kubectl(save(kubeconfig), 'get', 'namespaces');
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/Unauthorized|must be logged in/),
      });
    });

    test('lets a certificate in until its end to the second', async () => {
      // The shortest validity is a quarter of an hour: the provider's clock is behind by nearly all of it.
      const behindMs = 15 * 60_000 - 5000;
      const late = await startProvider({ now: () => new Date(Date.now() - behindMs) });
      const id = await late.addCluster({ authority, server: kubernetes.url });
      const client = late.clientFor(await late.addToken({ userId: 'bound-user', groups: [] }));
      const expireAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 7000);
      const kubeconfig = save(
        await orThrow(
          createClusterCert(client, {
            params: { path: { project_id: projectId, cluster_id: id } },
            body: { expire_at: expireAt.toISOString().replace('.000', '') },
          }),
        ),
      );
      expect((await kubernetes.kubectl(kubeconfig, 'get', 'namespaces')).code).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, expireAt.getTime() - Date.now() + 1100));
      expect(await kubernetes.kubectl(kubeconfig, 'get', 'namespaces')).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/Unauthorized|must be logged in/),
      });
    });

    test('shows the credential ID of a certificate', async () => {
      const kubeconfig = await kubeconfigOf({ userId: 'user1', groups: [] });
      const { stdout } = await kubernetes.kubectl(kubeconfig, 'auth', 'whoami', '-o', 'json');
      expect(stdout).toMatch(/X509SHA256=[0-9a-f]{64}/);
    });
  });

function save(kubeconfig: object): string {
  const file = path.join(temporaryFolder(), 'kubeconfig.json');
  writeFileSync(file, JSON.stringify(kubeconfig), { mode: 0o600 });
  return file;
}

const rbac = 'rbac.authorization.k8s.io';
const apiVersion = `${rbac}/v1`;
const binding = (name: string, role: string, subject: { kind: 'User' | 'Group'; name: string }) => ({
  apiVersion,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
  subjects: [{ apiGroup: rbac, ...subject }],
});

const view = {
  apiVersion,
  kind: 'ClusterRole',
  metadata: { name: 'view' },
  rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
};

const roles = [
  {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name: 'namespace-reader' },
    rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] }],
  },
  binding('one-user', 'namespace-reader', { kind: 'User', name: 'bound-user' }),
  binding('one-group', 'namespace-reader', { kind: 'Group', name: 'readers' }),
  binding('administrators', 'cluster-admin', { kind: 'Group', name: 'clustercert:admins' }),
];
