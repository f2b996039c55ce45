// The kit against our own provider, a static sample, and providers that give it nothing to compare.
import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Target, NotChecked, contractCases, exitCodes, missingInputs, verify } from '../../src/verify/index.js';
import { config } from '../support/faults.js';
import { projectId } from '../support/provider.js';
import { broken, ownTarget, serveAnswers, without } from '../support/verify-targets.js';

const own = ownTarget();

const certificateAndKey = 'no answer has a client certificate and a private key that can be read';
const noneToPost = 'no answer to POST has a client certificate';
const noFirst = 'the first request was not answered with 200';

test('our own provider passes every check, without a warning', async () => {
  const result = await verify(contractCases, await own);
  expect(result.cases.flatMap(({ findings }) => findings)).toEqual([]);
  const open = result.cases.filter(({ outcome }) => outcome === 'not checked');
  const inputs = new Set(open.flatMap((one) => contractCases.find(({ id }) => id === one.id)?.needs ?? []));
  expect(
    [...inputs].filter((input) => !['expectCa', 'expectUser', 'expectServer', 'connect', 'revoke'].includes(input)),
  ).toEqual([]);
  const offered = result.cases.filter(({ operationId }) => operationId !== 'revokeClusterCert');
  expect(offered.filter(({ outcome }) => outcome === 'not offered')).toEqual([]);
  expect(result).toMatchObject({ state: 'complete', exitCode: exitCodes.right });
});

test('each run asks anew', async () => {
  const target = await own;
  const some = contractCases.filter(({ id }) => id === 'answers-with-kubeconfig');
  const [first, second] = [await verify(some, target), await verify(some, target)];
  expect(first.requests).toBeGreaterThan(1);
  expect(second.requests).toBe(first.requests);
});

test('the sample answer of the API page, served as a file, has data fields that are of no use', async () => {
  const sample = {
    kind: 'Config',
    apiVersion: 'v1',
    preferences: {},
    clusters: [
      { name: 'internalCluster', cluster: { server: 'https://192.168.1.7:5443', 'certificate-authority-data': '' } },
    ],
    users: [{ name: 'user', user: { 'client-certificate-data': '', 'client-key-data': '' } }],
    contexts: [{ name: 'internal', context: { cluster: 'internalCluster', user: 'user' } }],
    'current-context': 'internal',
  };
  const endpoint = await serveAnswers(() =>
    Promise.resolve({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(sample) }),
  );
  const { clusterId, token = '' } = await own;
  const { cases } = await verify(contractCases, { endpoint, projectId, clusterId, token });
  const data = cases.find(({ name }) => name.startsWith('the data fields'));
  expect(data?.findings.map(({ where, received }) => `${where}: ${received}`)).toEqual([
    'users[0].user.client-certificate-data: an empty string: nothing that a client could use',
    'users[0].user.client-key-data: an empty string: nothing that a client could use',
    'clusters[0].cluster.certificate-authority-data: an empty string: nothing that a client could use',
  ]);
});

test('a provider that cannot be reached is no provider that is wrong', async () => {
  const result = await verify(contractCases, { ...(await own), endpoint: 'http://127.0.0.1:1' });
  expect(result).toMatchObject({ reachable: false, cases: [] });
});

/** Outcome and reason of each case whose name matches. */
async function outcomes(target: Target, pattern: RegExp) {
  const { cases } = await verify(
    contractCases.filter(({ name }) => pattern.test(name)),
    target,
  );
  return cases.map(({ outcome, reason }) => `${outcome}: ${reason ?? ''}`);
}

const withoutClusters = config((one) => Object.assign(one, { clusters: [], contexts: [] }));
const withoutUsers = config((one) => Object.assign(one, { users: [{ name: 'user', user: {} }] }));
const garbledData = config((one) => {
  const user = { 'client-certificate-data': 'Z2FyYmFnZQ==', 'client-key-data': 'Z2FyYmFnZQ==' };
  Object.assign(one, { users: [{ name: 'user', user }] });
});

describe('what could not be compared is not checked, and the reason is given:', () => {
  test.each<[RegExp, string, () => Promise<Target>]>([
    [/^another cluster gets/, 'give --other-cluster', async () => without(await own, 'otherClusterId')],
    [/^another cluster gets/, noFirst, async () => ({ ...(await own), token: 'wrong' })],
    [
      /^another cluster gets/,
      'no request of another cluster was answered with a client certificate',
      async () => ({ ...without(await own, 'eipClusterId'), otherClusterId: randomUUID() }),
    ],
    [
      /^another cluster gets/,
      'the first request had no answer (reset)',
      async () => broken(await own, () => undefined),
    ],
    [
      /^another user gets/,
      'no request by the other user was answered with a client certificate',
      async () => ({ ...(await own), otherToken: 'wrong' }),
    ],
    [/^one serial number/, noFirst, async () => ({ ...without(await own, 'eipClusterId'), token: 'wrong' })],
    [/^the private key belongs/, certificateAndKey, async () => broken(await own, withoutUsers)],
    [/^the data fields/, certificateAndKey, async () => broken(await own, withoutUsers)],
    [
      /^the certificate leads/,
      'no answer has a client certificate and a CA that can be read',
      async () => broken(await own, withoutClusters),
    ],
    [
      /^the serial number/,
      'no answer has a client certificate that can be read',
      async () => broken(await own, withoutUsers),
    ],
    [/^servers are/, 'no answer has a server', async () => broken(await own, withoutClusters)],
    [/^a server is trusted/, 'no answer has clusters', async () => broken(await own, withoutClusters)],
    [
      /^the context in use/,
      'no answer has the context that it says is in use',
      async () => broken(await own, withoutClusters),
    ],
    [/^a certificate with a chosen end/, noneToPost, async () => broken(await own, garbledData)],
    [/^the certificate is valid for as long/, noneToPost, async () => broken(await own, garbledData)],
    [/^a duration that is no number/, noFirst, async () => broken(await own, (answer) => ({ ...answer, status: 404 }))],
    [/^listClusters answers/, noFirst, async () => ({ ...(await own), token: 'wrong' })],
  ])('%s: %s', async (pattern, reason, target) => {
    expect(await outcomes(await target(), pattern)).toEqual([`not checked: ${reason}`]);
  });
});

test('an OPTIONS without an answer is a warning: some front doors refuse methods so', async () => {
  const target = await broken(await own, (answer, { method }) => (method === 'OPTIONS' ? undefined : answer));
  const { cases } = await verify(
    contractCases.filter(({ id }) => id === 'head-and-options'),
    target,
  );
  expect(cases.flatMap(({ outcome, findings }) => [outcome, ...findings.map(({ severity }) => severity)])).toEqual([
    'passed',
    'warning',
  ]);
});

test('a proxy that changes Host is named as what breaks signatures', async () => {
  // Of its own: wrong signatures in a row lock an access key.
  const target = await broken(
    await ownTarget(),
    (answer) => answer,
    (request) => ({ ...request, headers: { ...request.headers, host: 'cce.internal' } }),
  );
  const signed = contractCases.filter(({ id }) => id === 'signed');
  const [result] = (await verify(signed, target)).cases;
  expect(result?.findings.map(({ where, received }) => `${where}: ${received}`)).toEqual([
    expect.stringMatching(/^header Host: 401; .*does a proxy change Host/),
  ]);
  const alone = await verify(signed, without(target, 'token'));
  expect(alone).toMatchObject({ state: 'inputs refused' });
  expect(alone.hint).toMatch(/does a proxy change Host/);
});

test('a provider that never answers the first request is not waited for any longer', async () => {
  const endpoint = await serveAnswers(() => new Promise(() => undefined));
  const result = await verify(contractCases, { ...(await own), endpoint, timeoutMs: 100 });
  expect(result).toMatchObject({ reachable: false, reason: 'no answer after 100 ms', cases: [] });
});

test('a case without its input says what it needs', async () => {
  const target = { ...(await own) };
  delete target.expiredToken;
  const one = contractCases.find(({ needs }) => needs.includes('expiredToken'));
  if (!one) throw new Error('there is no such case');
  expect(missingInputs(one, target)).toEqual(['expiredToken']);
  await expect(one.run(target)).rejects.toThrow(new NotChecked('give --expired-token'));
});
