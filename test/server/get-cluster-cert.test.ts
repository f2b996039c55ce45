import { describe, expect, test } from '@jest/globals';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { getClusterCert } from '../../generated/client.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import type { Kubeconfig } from '../../src/kubeconfig/assemble-kubeconfig.js';
import { startApiServer } from '../support/api-server.js';
import { decode, requestVersion, serialNumberOf } from '../support/handshake.js';
import { projectId, startProvider, userId } from '../support/provider.js';

const provider = await startProvider();
const token = await provider.addToken();
const client = provider.clientFor(token);

async function fetchKubeconfig(clusterId: string): Promise<Kubeconfig> {
  const { data, response } = await getClusterCert(client, {
    params: { path: { project_id: projectId, cluster_id: clusterId } },
  });
  if (!data) throw new Error(`status ${response.status}`);
  return data;
}

describe('getClusterCert', () => {
  test('answers without a public address with one cluster and one context', async () => {
    const kubeconfig = await fetchKubeconfig(await provider.addCluster({ server: 'https://192.168.1.7:5443' }));
    const secret = expect.any(String);
    expect(kubeconfig).toEqual({
      kind: 'Config',
      apiVersion: 'v1',
      preferences: {},
      clusters: [
        {
          name: 'internalCluster',
          cluster: { server: 'https://192.168.1.7:5443', 'certificate-authority-data': secret },
        },
      ],
      users: [{ name: 'user', user: { 'client-certificate-data': secret, 'client-key-data': secret } }],
      contexts: [{ name: 'internal', context: { cluster: 'internalCluster', user: 'user' } }],
      'current-context': 'internal',
    });
  });

  test('answers with a public address with the documented three, in their order', async () => {
    const [server, externalServer] = ['https://192.168.1.7:5443', 'https://203.0.113.8:5443'];
    const kubeconfig = await fetchKubeconfig(await provider.addCluster({ server, externalServer }));
    const trust = { 'certificate-authority-data': expect.any(String) };
    expect(kubeconfig.clusters).toEqual([
      { name: 'internalCluster', cluster: { server, ...trust } },
      { name: 'externalCluster', cluster: { server: externalServer, 'insecure-skip-tls-verify': true } },
      { name: 'externalClusterTLSVerify', cluster: { server: externalServer, ...trust } },
    ]);
    expect(kubeconfig.contexts).toEqual([
      { name: 'internal', context: { cluster: 'internalCluster', user: 'user' } },
      { name: 'external', context: { cluster: 'externalCluster', user: 'user' } },
      { name: 'externalTLSVerify', context: { cluster: 'externalClusterTLSVerify', user: 'user' } },
    ]);
    expect(kubeconfig['current-context']).toBe('external');
  });

  test("gives a certificate of the cluster's CA for the caller, with its key", async () => {
    const authority = await createAuthority({ now: new Date() });
    const kubeconfig = await fetchKubeconfig(await provider.addCluster({ authority }));
    const certificate = new X509Certificate(decode(kubeconfig.users[0]?.user['client-certificate-data']));
    expect(certificate.verify(new X509Certificate(authority.certificatePem).publicKey)).toBe(true);
    expect(certificate.subject).toBe(`O=system:masters\nCN=${userId}`);
    expect(certificate.checkPrivateKey(createPrivateKey(decode(kubeconfig.users[0]?.user['client-key-data'])))).toBe(
      true,
    );
    expect(decode(kubeconfig.clusters[0]?.cluster['certificate-authority-data'])).toBe(authority.certificatePem);
  });

  test('gives the same bytes again, from another process on the same folder too, and others to another user', async () => {
    const clusterId = await provider.addCluster();
    const twin = await startProvider({ dataFolder: provider.dataFolder });
    const [first, again, fromTwin] = await Promise.all(
      [provider, provider, twin].map(async ({ get }) => (await get(clusterId, { 'X-Auth-Token': token })).text()),
    );
    expect(again).toBe(first);
    expect(fromTwin).toBe(first);
    const other = await provider.addToken({ userId: 'ffffffffffffffffffffffffffffffff' });
    expect(await (await provider.get(clusterId, { 'X-Auth-Token': other })).text()).not.toBe(first);
  });

  test('finds a cluster whatever case its ID is written in', async () => {
    const clusterId = await provider.addCluster({ id: 'ABCDEF9A-5b9e-11ef-8f52-0255ac10003e' });
    expect(clusterId).toBe('abcdef9a-5b9e-11ef-8f52-0255ac10003e');
    expect(await fetchKubeconfig(clusterId.toUpperCase())).toEqual(await fetchKubeconfig(clusterId));
  });

  test('writes an audit line without the key', async () => {
    const clusterId = await provider.addCluster();
    const kubeconfig = await fetchKubeconfig(clusterId);
    const certificate = new X509Certificate(decode(kubeconfig.users[0]?.user['client-certificate-data']));
    expect(provider.logged).toContainEqual(
      expect.objectContaining({
        audit: 'getClusterCertByUID',
        userId,
        projectId,
        clusterId,
        serialNumber: certificate.serialNumber.toLowerCase(),
        notAfter: new Date(certificate.validTo).toISOString(),
        requestId: expect.any(String),
      }),
    );
    const text = JSON.stringify(provider.logged);
    for (const secret of [token, kubeconfig.users[0]?.user['client-key-data'] ?? '', 'PRIVATE KEY'])
      expect(text).not.toContain(secret);
  });

  test('lets its caller into an API server of the CA, and into no other', async () => {
    const authority = await createAuthority({ now: new Date() });
    const { url: server, seen } = await startApiServer(authority);
    const kubeconfig = await fetchKubeconfig(await provider.addCluster({ authority, server }));
    const stranger = await fetchKubeconfig(await provider.addCluster({ server }));
    await expect(requestVersion(kubeconfig)).resolves.toContain('v1.20.0');
    await expect(requestVersion({ ...kubeconfig, users: stranger.users })).rejects.toThrow();
    expect(seen).toEqual(new Set([serialNumberOf(kubeconfig)]));
  });
});
