// API servers with CAs of several makers let in who has a certificate of their cluster: seen by node:tls and by kubectl.
import { describe, expect } from '@jest/globals';
import { getClusterCert } from '../../generated/client.js';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import type { Kubeconfig } from '../../src/kubeconfig/assemble-kubeconfig.js';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { ecP256, opensslAuthority } from '../support/authorities.js';
import { requestVersion, runKubectl, serialNumberOf } from '../support/handshake.js';
import { kubectls, openssl, testWith } from '../support/programs.js';
import { projectId, startProvider } from '../support/provider.js';

const provider = await startProvider();
const client = provider.clientFor(await provider.addToken());

async function fetchKubeconfig(clusterId: string): Promise<Kubeconfig> {
  const { data, response } = await getClusterCert(client, {
    params: { path: { project_id: projectId, cluster_id: clusterId } },
  });
  if (!data) throw new Error(`status ${response.status}`);
  return data;
}

describe('an API server that trusts the CA of', () => {
  const ours = 'our own making';
  const authorities: [string, () => AuthorityFiles | Promise<AuthorityFiles>][] = [
    [ours, () => createAuthority({ now: new Date() })],
    [
      "OpenSSL's command line",
      () =>
        opensslAuthority({
          subject: '/C=DE/O=Example/CN=Example Root CA',
          extensions: ['basicConstraints=critical,CA:TRUE'],
        }),
    ],
    ['kubeadm, RSA-2048', () => opensslAuthority()],
    ['kubeadm, EC P-256', () => opensslAuthority({ key: ecP256 })],
  ];

  describe.each(authorities)('%s', (name, make) => {
    const needed = name === ours ? 'node' : openssl;

    async function start(): Promise<{ server: ApiServer; kubeconfig: Kubeconfig; foreign: Kubeconfig }> {
      const authority = await make();
      const server = await startApiServer(authority);
      const { url } = server;
      const kubeconfig = await fetchKubeconfig(
        await provider.addCluster({ authority, server: url, externalServer: url }),
      );
      const stranger = await fetchKubeconfig(await provider.addCluster({ server: url, externalServer: url }));
      // The right address and trust, but the certificate of another cluster.
      return { server, kubeconfig, foreign: { ...kubeconfig, users: stranger.users } };
    }

    testWith(needed, 'openssl')('lets node:tls in with the certificate of its cluster and with no other', async () => {
      const { server, kubeconfig, foreign } = await start();
      await expect(requestVersion(kubeconfig)).resolves.toContain('v1.20.0');
      await expect(requestVersion(foreign)).rejects.toThrow();
      expect(server.seen).toEqual(new Set([serialNumberOf(kubeconfig)]));
    });

    testWith(needed && kubectls[0], 'kubectl').each(kubectls.length === 0 ? ['kubectl'] : kubectls)(
      'lets %s in for every context, and not with the certificate of another cluster',
      async (kubectl) => {
        const { server, kubeconfig, foreign } = await start();
        const contexts = kubeconfig.contexts.map(({ name: context }) => context);
        expect(contexts).toHaveLength(3);
        await Promise.all(
          contexts.map(async (context) => {
            await expect(runKubectl(kubectl, kubeconfig, context)).resolves.toContain('v1.20.0');
            await expect(runKubectl(kubectl, foreign, context)).rejects.toThrow();
          }),
        );
        expect(server.seen).toEqual(new Set([serialNumberOf(kubeconfig)]));
      },
      120_000,
    );
  });
});
