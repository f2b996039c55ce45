// The effect of a revocation on certificates, and the unchanged ones.
import { expect, test } from '@jest/globals';
import { X509Certificate, createHash } from 'node:crypto';
import { revokeClusterCert } from '../../generated/client.js';
import { type Provider, projectId, startProvider } from '../support/provider.js';

interface Kubeconfig {
  users: { user: { 'client-certificate-data': string } }[];
}

const provider = await startProvider();
const clusterId = await provider.addCluster();

async function certificateOf(
  userId: string,
  { cluster = clusterId, from = provider }: { cluster?: string; from?: Provider } = {},
) {
  const token = await provider.addToken({ userId, groups: ['developers'] });
  const response = await from.get(cluster, { 'X-Auth-Token': token });
  const { users } = (await response.json()) as Kubeconfig;
  const certificate = new X509Certificate(Buffer.from(users[0]?.user['client-certificate-data'] ?? '', 'base64'));
  return {
    serialNumber: certificate.serialNumber,
    subject: certificate.subject,
    credentialId: `X509SHA256=${createHash('sha256').update(certificate.raw).digest('hex')}`,
    notAfter: new Date(certificate.validTo),
  };
}

test('a user who was revoked gets another certificate, with the group of the new generation, from every replica', async () => {
  const replica = await startProvider({ dataFolder: provider.dataFolder });
  const [before, other] = [await certificateOf('user1'), await certificateOf('user2')];
  const generation = await provider.revocations.revokeUser(clusterId, 'user1');
  const after = await certificateOf('user1');
  expect(after.subject).toBe(`O=clustercert:generation:${generation}\nO=developers\nCN=user1`);
  expect(after.serialNumber).not.toBe(before.serialNumber);
  expect(await certificateOf('user1', { from: replica })).toEqual(after);
  expect(await certificateOf('user2')).toEqual(other);
  const elsewhere = await provider.addCluster();
  expect((await certificateOf('user1', { cluster: elsewhere })).subject).toBe('O=developers\nCN=user1');
});

test('a certificate that was revoked is replaced by another one, the same from every replica', async () => {
  const replica = await startProvider({ dataFolder: provider.dataFolder });
  const before = await certificateOf('user3');
  await provider.revocations.revokeCredential(clusterId, { credentialId: before.credentialId, until: before.notAfter });
  const after = await certificateOf('user3');
  expect(after.subject).toBe(before.subject);
  expect(after.credentialId).not.toBe(before.credentialId);
  expect(await certificateOf('user3', { from: replica })).toEqual(after);
});

test('the audit line names the certificate as the API server does', async () => {
  const { credentialId } = await certificateOf('user4');
  expect(provider.logged).toContainEqual(
    expect.objectContaining({ audit: 'getClusterCertByUID', userId: 'user4', credentialId }),
  );
});

test('nobody gets the group of a generation by a token, and what a folder says of it by hand is refused', async () => {
  const group = 'clustercert:generation:9';
  await expect(
    provider.tokens.add({ userId: 'user5', projectId, groups: [group] }, { lifetimeSeconds: 60 }),
  ).rejects.toThrow('reserved for revocations');
  const embedded = await startProvider({
    dataFolder: provider.dataFolder,
    app: {
      tokens: { findByToken: () => Promise.resolve({ userId: 'user5', projectId, groups: [group, 'developers'] }) },
    },
  });
  expect((await certificateOf('user5', { from: embedded })).subject).toBe('O=developers\nCN=user5');
});

test('the certificates of others are not ended where nobody knows whether Kubernetes would refuse them; own ones are', async () => {
  const cautious = await startProvider({
    handlers: { groupsOf: ({ isCaller }) => Promise.resolve(isCaller ? [] : ['system:masters']) },
  });
  const id = await cautious.addCluster();
  await cautious.clusters.set(id, { revocation: 'webhook' }, { now: new Date() });
  const groups = ['developers', 'clustercert:revokers'];
  const client = cautious.clientFor(await cautious.addToken({ userId: 'user5', groups }));
  const revoke = (userId: string) =>
    revokeClusterCert(client, { params: { path: { project_id: projectId, cluster_id: id } }, body: { userId } });
  const { response, error } = await revoke('user6');
  expect([response.status, error?.message]).toEqual([409, expect.stringContaining('system:masters')]);
  expect((await revoke('user5')).response.status).toBe(200);
});

test('agencies, which are not known here, get the status that the contract has for what would stop nothing', async () => {
  const client = provider.clientFor(await provider.addToken({ userId: 'user7', groups: [] }));
  const path = { project_id: projectId, cluster_id: clusterId };
  const { response, error } = await revokeClusterCert(client, { params: { path }, body: { agencyId: '0' } });
  expect([response.status, error?.message]).toEqual([409, 'no certificate here is of an agency; give userId']);
});
