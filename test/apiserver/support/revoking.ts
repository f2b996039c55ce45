// Helpers for the tests of revocation: files for API servers and webhooks, and waiting.
import { X509Certificate, createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder.js';

export function credentialIdOf(kubeconfig: string): string {
  const { users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
    users: { user: { 'client-certificate-data': string } }[];
  };
  const { raw } = new X509Certificate(Buffer.from(users[0]?.user['client-certificate-data'] ?? '', 'base64'));
  return `X509SHA256=${createHash('sha256').update(raw).digest('hex')}`;
}

export function save(kubeconfig: object): string {
  const file = path.join(temporaryFolder(), 'kubeconfig.json');
  writeFileSync(file, JSON.stringify(kubeconfig), { mode: 0o600 });
  return file;
}

export const webhookKubeconfig = (server: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'it', cluster: { server } }],
    users: [{ name: 'it', user: {} }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    'current-context': 'it',
  });

export const webhookAuthorization = (kubeConfigFile: string) =>
  JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthorizationConfiguration',
    authorizers: [
      {
        type: 'Webhook',
        name: 'clustercert',
        webhook: {
          authorizedTTL: '1s',
          unauthorizedTTL: '1s',
          timeout: '3s',
          subjectAccessReviewVersion: 'v1',
          matchConditionSubjectAccessReviewVersion: 'v1',
          failurePolicy: 'NoOpinion',
          connectionInfo: { type: 'KubeConfigFile', kubeConfigFile },
        },
      },
      { type: 'Node', name: 'node' },
      { type: 'RBAC', name: 'rbac' },
    ],
  });

export const binding = (name: string, role: string, group: string) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
});

export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error('it does not get there in 30 s');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
