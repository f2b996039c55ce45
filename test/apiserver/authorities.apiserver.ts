// Certificate authorities of every kind at a real API server: it accepts their certificates, also through a rotation.
import { describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { getClusterCert } from '../../generated/client.js';
import { orThrow } from '../../src/client/or-throw.js';
import { ecP256, opensslAuthority, rsa2048 } from '../support/authorities.js';
import { type Kubernetes, hasKubernetes, startKubernetes } from '../support/kubernetes.js';
import { openssl } from '../support/programs.js';
import { type Provider, projectId, startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const kinds: [name: string, key: string[]][] = [
  ['RSA-2048, as kubeadm makes it', rsa2048],
  ['EC P-256', ecP256],
  ['EC P-384', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']],
  ['Ed25519', ['-algorithm', 'ED25519']],
];

(hasKubernetes('1.37') && openssl !== undefined ? describe : describe.skip)('kube-apiserver 1.37', () => {
  test.each(kinds)(
    'lets in what a CA of %s issues',
    async (_name, key) => {
      const authority = opensslAuthority({ key });
      const kubernetes = await startKubernetes({ authority });
      const provider = await startProvider();
      const id = await provider.addCluster({ authority, server: kubernetes.url });
      expect(await comesIn(kubernetes, provider, id)).toBe(true);
      await kubernetes.stop();
    },
    120_000,
  );

  test('lets in exactly the right ones through the phases of a rotation', async () => {
    const [old, next] = [opensslAuthority(), opensslAuthority()];
    const bundle = old.certificatePem + next.certificatePem;
    const kubernetes = await startKubernetes({ authority: old, clientAuthorities: old.certificatePem });
    const provider = await startProvider();
    const signing = async (privateKeyPem: string, certificatePem: string) =>
      provider.addCluster({ authority: { certificatePem, privateKeyPem }, server: kubernetes.url });
    const [byOld, byNext] = [await signing(old.privateKeyPem, bundle), await signing(next.privateKeyPem, bundle)];
    expect(await comesIn(kubernetes, provider, byOld)).toBe(true);
    expect(await comesIn(kubernetes, provider, byNext)).toBe(false);
    await trust(kubernetes, bundle);
    expect(await comesIn(kubernetes, provider, byOld)).toBe(true);
    expect(await comesIn(kubernetes, provider, byNext)).toBe(true);
    await trust(kubernetes, next.certificatePem);
    expect(await comesIn(kubernetes, provider, byOld)).toBe(false);
    expect(await comesIn(kubernetes, provider, byNext)).toBe(true);
    await kubernetes.stop();
  }, 120_000);
});

/** Sets the trusted CAs; the API server reads the file again within a second. */
async function trust({ clientCaFile }: Kubernetes, certificates: string): Promise<void> {
  writeFileSync(clientCaFile, certificates);
  await new Promise((resolve) => setTimeout(resolve, 3000));
}

/** Whether the API server accepts the provider's kubeconfig of a user of the cluster. */
async function comesIn(kubernetes: Kubernetes, provider: Provider, id: string): Promise<boolean> {
  const client = provider.clientFor(await provider.addToken({ userId: 'user1', groups: [] }));
  const params = { path: { project_id: projectId, cluster_id: id } };
  const file = path.join(temporaryFolder(), 'kubeconfig.json');
  writeFileSync(file, JSON.stringify(await orThrow(getClusterCert(client, { params }))), { mode: 0o600 });
  const { stdout, stderr } = await kubernetes.kubectl(
    file,
    'auth',
    'whoami',
    '-o',
    'jsonpath={.status.userInfo.username}',
  );
  if (stdout === 'user1') return true;
  expect(stderr).toMatch(/Unauthorized|must be logged in/);
  return false;
}
