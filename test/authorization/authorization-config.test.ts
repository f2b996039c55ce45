import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { createAuthorizationConfig } from '../../src/authorization/authorization-config.js';
import type { ClusterRevocations } from '../../src/registry/revocations.js';

const webhookKubeconfig = '/etc/kubernetes/clustercert/webhook.kubeconfig';
const time = new Date('2026-01-01T00:00:00Z');
const none: ClusterRevocations = { users: [], credentials: [] };
const users = (...ids: string[]) => ids.map((userId) => ({ userId, generation: 7, revokedAt: time }));
const credentials = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    credentialId: `X509SHA256=${index.toString(16).padStart(64, '0')}`,
    revokedAt: time,
    until: time,
  }));

interface Config {
  apiVersion: string;
  kind: string;
  authorizers: {
    type: string;
    name: string;
    webhook?: { failurePolicy: string; matchConditions: { expression: string }[] };
  }[];
}

const configOf = (revocations: ClusterRevocations, base?: string) =>
  parse(createAuthorizationConfig(revocations, { webhookKubeconfig, base })) as Config;

test('has Node and RBAC alone while nobody is revoked', () => {
  expect(configOf(none)).toEqual({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthorizationConfiguration',
    authorizers: [
      { type: 'Node', name: 'node' },
      { type: 'RBAC', name: 'rbac' },
    ],
  });
});

test('asks the webhook first, about the revoked only, and lets nobody in when it is away', () => {
  const { authorizers } = configOf({ users: users('user1'), credentials: credentials(1) });
  expect(authorizers.map(({ name }) => name)).toEqual([
    'clustercert-revoked-1',
    'clustercert-revoked-2',
    'node',
    'rbac',
  ]);
  const [byUser, byCredential] = authorizers.map(({ webhook }) => webhook);
  expect(byUser?.failurePolicy).toBe('Deny');
  expect(byUser?.matchConditions[0]?.expression).toContain("{'user1': 7}");
  expect(byCredential?.matchConditions[0]?.expression).toContain(`['X509SHA256=${'0'.repeat(64)}']`);
});

test('a user ID is one string of the expression, whatever is in it', () => {
  const { authorizers } = configOf({ ...none, users: users("a', 'b\\", 'jürgen\u2028') });
  const expression = authorizers[0]?.webhook?.matchConditions[0]?.expression;
  expect(expression).toContain(String.raw`{'a\', \'b\\': 7, 'j\U000000fcrgen\U00002028': 7}`);
});

test('thousands of entries are spread over several expressions that the API server can read; more are refused', () => {
  const expressions = configOf({ ...none, credentials: credentials(5000) }).authorizers.flatMap(
    ({ webhook }) => webhook?.matchConditions[0]?.expression ?? [],
  );
  expect(expressions).toHaveLength(5);
  for (const expression of expressions) expect(Array.from(expression).length).toBeLessThan(100_000);
  for (const { credentialId } of credentials(5000)) expect(expressions.join()).toContain(`'${credentialId}'`);
  expect(() => configOf({ ...none, credentials: credentials(20_000) })).toThrow(
    '0 users and 20000 certificates do not fit',
  );
});

describe('on top of a configuration of the operator', () => {
  const base = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- {type: Webhook, name: opa, webhook: {timeout: 1s}}
- {type: RBAC, name: rbac}
`;

  test('keeps the existing content, and replaces the part of an earlier run', () => {
    const first = createAuthorizationConfig({ ...none, users: users('a') }, { webhookKubeconfig, base });
    expect(configOf({ ...none, users: users('b') }, first).authorizers).toMatchObject([
      {
        name: 'clustercert-revoked-1',
        webhook: { matchConditions: [{ expression: expect.stringContaining("{'b': 7}") }] },
      },
      { type: 'Webhook', name: 'opa', webhook: { timeout: '1s' } },
      { type: 'RBAC', name: 'rbac' },
    ]);
  });

  test.each([
    ['{', 'line 1 is no YAML'],
    ['kind: Config', 'its kind is not AuthorizationConfiguration'],
    [base.replace('/v1', '/v1alpha1'), "its apiVersion is 'apiserver.config.k8s.io/v1alpha1'"],
    [base.slice(0, base.indexOf('authorizers')), 'it has no list of authorizers'],
  ])('refuses %j', (text, message) => {
    expect(() => configOf(none, text)).toThrow(message);
  });
});
