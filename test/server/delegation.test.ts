import { expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import type { Kubeconfig } from '../../src/kubeconfig/assemble-kubeconfig.js';
import { signRequest } from '../../src/signing/sign-request.js';
import { projectId, startProvider, userId } from '../support/provider.js';

const endsAt = new Date(Date.now() + 3_600_000);
const delegation = { kind: 'trust', id: 't1', endsAt } as const;
const callers = {
  delegated: { userId, projectId, groups: [], delegation },
  own: { userId, projectId, groups: [] },
  restricted: { userId, projectId, groups: [], accessRules: [{ service: 'compute', method: 'GET', path: '/**' }] },
};
const tokens = { findByToken: (token: string) => Promise.resolve(callers[token as keyof typeof callers]) };

test('a certificate that a delegated token fetched ends a day after the token at most, and the audit line tells', async () => {
  const provider = await startProvider({ app: { tokens } });
  const id = await provider.addCluster();
  const endFor = async (token: string) => {
    const kubeconfig = (await (await provider.get(id, { 'X-Auth-Token': token })).json()) as Kubeconfig;
    const pem = Buffer.from(kubeconfig.users[0]?.user['client-certificate-data'] ?? '', 'base64');
    return new Date(new X509Certificate(pem).validTo).getTime();
  };
  const day = 24 * 3_600_000;
  expect(Math.abs((await endFor('delegated')) - endsAt.getTime() - day)).toBeLessThan(1000);
  expect(await endFor('own')).toBeGreaterThan(endsAt.getTime() + 300 * day);
  const audits = provider.logged.filter(({ audit }) => audit === 'getClusterCertByUID');
  expect(audits.map((line) => line['delegation'])).toEqual([
    { ...delegation, endsAt: endsAt.toISOString() },
    undefined,
  ]);
  expect(audits[0]?.['credentialId']).toMatch(/^X509SHA256=[0-9a-f]{64}$/);
});

test('a token is held to the access rules of its application credential', async () => {
  const provider = await startProvider({ app: { tokens } });
  const response = await provider.get(await provider.addCluster(), { 'X-Auth-Token': 'restricted' });
  expect(response.status).toBe(403);
});

test('the audit line names the access key', async () => {
  const provider = await startProvider();
  const id = await provider.addCluster();
  const { record, secret } = await provider.accessKeys.add({ userId, projectId, groups: [] });
  const request = new Request(provider.url + provider.pathOf(id));
  const signed = await signRequest(request, { accessKey: { id: record.id, secret }, projectId, now: new Date() });
  expect((await fetch(signed)).status).toBe(200);
  expect(provider.logged.find(({ audit }) => audit !== undefined)).toMatchObject({ accessKeyId: record.id });
});
