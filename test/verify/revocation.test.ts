// Revocation: checked where it is offered, without ending anybody's certificates.
import { expect, test } from '@jest/globals';
import { contractCases, verify } from '../../src/verify/index.js';
import { projectId, startProvider, userId } from '../support/provider.js';
import { type Call, type Reply, errorReply, small, startSmallProvider } from '../support/small-provider.js';

const done: Reply = { status: 200, headers: {}, body: '' };
/** No user has this ID. */
const nobody = '{"userId":"00000000000000000000000000000000"}';
const tokens = [small.token, small.otherToken];

function right({ headers, path, body }: Call): Reply {
  if (!tokens.includes(String(headers['x-auth-token'])))
    return errorReply(401, 'CCE.01401001', 'Authorization failed.');
  if (path.includes(small.otherProject)) return errorReply(403, 'CCE.01403001', 'Forbidden.');
  return /^\{"userId":"[^"]+"\}$/.test(body) ? done : errorReply(400, 'CCE.01400001', 'Invalid request.');
}

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
  expect(await judged(right)).toEqual({
    outcomes: {
      'revoke-invalid-body': 'passed',
      'revoke-unknown-user': 'passed',
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
  const { outcomes } = await judged((call) => (right(call).status === 400 ? page(400) : right(call)));
  expect(outcomes).toMatchObject({ 'revoke-invalid-body': 'failed', 'revoke-without-token': 'passed' });
});

test('the user of --revoke is revoked, or the reason is given why not', async () => {
  const one = await judged(right, { revoke: 'alice' });
  expect(one).toMatchObject({ outcomes: { revoked: 'passed' }, findings: [] });
  expect(one.revoked.filter((body) => body !== nobody)).toEqual(['{"userId":"alice"}']);
  const conflict = (call: Call) =>
    right(call).status === 200 ? errorReply(409, 'CCE.01409001', 'Conflict.') : right(call);
  expect(await judged(conflict, { revoke: 'alice' })).toMatchObject({ outcomes: { revoked: 'passed' }, findings: [] });
});

test.each<[string, string, (call: Call) => Reply]>([
  [
    'takes what is not JSON',
    'revoke-invalid-body',
    (call) => (right(call).status === 400 && call.method === 'POST' ? done : right(call)),
  ],
  ['revokes by GET', 'revoke-other-methods', (call) => (call.method === 'GET' ? done : right(call))],
  [
    'breaks over a user that does not exist',
    'revoke-unknown-user',
    (call) => (call.body === nobody && right(call).status === 200 ? errorReply(500, 'CCE.01500001', 'x') : right(call)),
  ],
  [
    'takes a user and an agency at once',
    'revoke-invalid-body',
    (call) => (call.body.includes('agencyId') && right(call).status === 400 ? done : right(call)),
  ],
  ['asks for no token', 'revoke-without-token', (call) => (right(call).status === 401 ? done : right(call))],
  [
    'does not look at the project',
    'revoke-foreign-project',
    (call) => (right(call).status === 403 ? done : right(call)),
  ],
  [
    'does nothing',
    'revoked',
    (call) => (right(call).status === 200 && call.body !== nobody ? errorReply(500, 'CCE.03500001', 'x') : right(call)),
  ],
])('a provider that %s is found', async (_name, id, revoke) => {
  const { outcomes } = await judged(revoke, { revoke: 'alice' });
  expect(Object.entries(outcomes).filter(([, outcome]) => outcome === 'failed')).toEqual([[id, 'failed']]);
});

test('a safe run sends none of it', async () => {
  const { outcomes } = await judged(right, { safe: true, revoke: 'alice' });
  expect(new Set(Object.values(outcomes))).toEqual(new Set(['not checked']));
});

test('our own provider passes, whether its clusters enforce revocations or not', async () => {
  const provider = await startProvider();
  const clusterId = await provider.addCluster();
  const token = await provider.addToken({ groups: ['dev'] });
  const target = { endpoint: provider.url, projectId, clusterId, token, otherProjectId: small.otherProject };
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
