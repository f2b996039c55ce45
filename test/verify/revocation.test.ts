// Revocation: checked where it is offered, without ending anybody's certificates.
import { expect, test } from '@jest/globals';
import { contractCases, verify } from '../../src/verify/index.js';
import { projectId, startProvider, userId } from '../support/provider.js';
import { nobody, revocationFaults, rightRevocation } from '../support/realistic-faults/revocations.js';
import { type Call, type Reply, errorReply, small, startSmallProvider } from '../support/small-provider.js';

/** Outcomes by ID, what the findings say, and the bodies that were answered with 200. */
async function judged(revoke: ((call: Call) => Reply) | undefined, more: object = {}) {
  const revoked: string[] = [];
  const provider = await startSmallProvider({
    reply: (usual, call) => {
      if (!revoke || !call.path.endsWith('/clustercertrevoke')) return usual;
      const reply = revoke(call);
      if (reply.status === 200) revoked.push(call.body);
      return reply;
    },
  });
  const some = contractCases.filter(({ operationId }) => operationId === 'revokeClusterCert');
  const { cases, exitCode } = await verify(some, { ...provider.target, ...more });
  provider.close();
  const outcomes = Object.fromEntries(cases.map(({ id, outcome }) => [id, outcome]));
  return { outcomes, exitCode, findings: cases.flatMap(({ findings }) => findings), revoked };
}

test('a right provider passes, and nobody is revoked', async () => {
  expect(await judged(rightRevocation)).toEqual({
    outcomes: {
      'revoke-invalid-body': 'passed',
      'revoke-unknown-user': 'passed',
      'revoke-other-cluster': 'passed',
      'revoke-other-methods': 'passed',
      'revoke-without-token': 'passed',
      'revoke-foreign-project': 'passed',
      revoked: 'not checked',
    },
    exitCode: 0,
    findings: [],
    revoked: [nobody],
  });
});

test('a provider that does not offer it is right, unless the run requires it', async () => {
  const { outcomes, exitCode } = await judged(undefined, { revoke: 'alice' });
  expect(new Set(Object.values(outcomes))).toEqual(new Set(['not offered']));
  expect(exitCode).toBe(0);
  expect((await judged(undefined, { require: ['revokeClusterCert'] })).exitCode).toBe(1);
});

test('a gateway that refuses the path in its own form offers no revocation; a page for one request is found', async () => {
  const page = (status: number): Reply => ({
    status,
    headers: { 'Content-Type': 'text/html' },
    body: `<html><body><h1>${status}</h1></body></html>`,
  });
  const message: Reply = {
    status: 403,
    headers: { 'Content-Type': 'application/json' },
    body: '{"message":"Missing Authentication Token"}',
  };
  for (const reply of [page(403), page(400), message]) {
    const { outcomes, findings } = await judged(() => reply);
    expect({ outcomes: [...new Set(Object.values(outcomes))].sort(), findings }).toEqual({
      outcomes: ['not checked', 'not offered'],
      findings: [],
    });
  }
  const { outcomes } = await judged((call) =>
    rightRevocation(call).status === 400 ? page(400) : rightRevocation(call),
  );
  expect(outcomes).toMatchObject({ 'revoke-invalid-body': 'failed', 'revoke-without-token': 'passed' });
});

test('the user of --revoke is revoked, or the reason is given why not', async () => {
  const one = await judged(rightRevocation, { revoke: 'alice' });
  expect(one).toMatchObject({ outcomes: { revoked: 'passed' }, findings: [] });
  expect(one.revoked.filter((body) => body !== nobody)).toEqual(['{"userId":"alice"}']);
  const conflict = (call: Call) =>
    rightRevocation(call).status === 200 ? errorReply(409, 'CCE.01409001', 'Conflict.') : rightRevocation(call);
  expect(await judged(conflict, { revoke: 'alice' })).toMatchObject({ outcomes: { revoked: 'passed' }, findings: [] });
});

test.each(revocationFaults)('a provider that %s is found', async (_name, id, revoke) => {
  const { outcomes } = await judged(revoke, { revoke: 'alice' });
  expect(Object.entries(outcomes).filter(([, outcome]) => outcome === 'failed')).toEqual([[id, 'failed']]);
});

test('a safe run sends none of it', async () => {
  const { outcomes } = await judged(rightRevocation, { safe: true, revoke: 'alice' });
  expect(new Set(Object.values(outcomes))).toEqual(new Set(['not checked']));
});

test('our own provider passes, whether its clusters enforce revocations or not', async () => {
  const provider = await startProvider();
  const clusterId = await provider.addCluster();
  const token = await provider.addToken({ groups: ['dev'] });
  const otherClusterId = await provider.addCluster();
  const target = {
    endpoint: provider.url,
    projectId,
    clusterId,
    token,
    otherProjectId: small.otherProject,
    otherClusterId,
  };
  const some = contractCases.filter(({ id, operationId }) => operationId === 'revokeClusterCert' || id === 'no-leaks');
  for (const revocation of [null, 'webhook'] as const) {
    await provider.clusters.set(clusterId, { revocation }, { now: new Date() });
    const { cases } = await verify(some, { ...target, revoke: userId });
    expect(cases.map(({ id, outcome, findings }) => ({ id, outcome, findings }))).toEqual(
      some.map(({ id }) => ({ id, outcome: 'passed', findings: [] })),
    );
  }
  expect(JSON.stringify(await provider.revocations.listRevocations(clusterId))).toContain(userId);
});
