// The kit against our own provider, a static sample, and providers that are wrong in one way each.
import { afterAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Input,
  type Target,
  NotChecked,
  contractCases,
  exitCodes,
  missingInputs,
  verify,
} from '../../src/verify/index.js';
import { report } from '../../src/verify/report.js';
import { certificateFaults } from '../support/certificate-faults.js';
import { type Answer, type Fault, config, faults } from '../support/faults.js';
import { type Forwarded, wrongDoors } from '../support/wrong-doors.js';
import { otherProjectId, projectId, startProvider, userId } from '../support/provider.js';

const servers: Server[] = [];
afterAll(() => Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))));

async function serveAnswers(answer: (request: Request) => Promise<Answer | undefined>): Promise<string> {
  const server = createServer({ maxHeaderSize: 65_536 }, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const flat = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      const body = ['GET', 'HEAD'].includes(method) || chunks.length === 0 ? null : Buffer.concat(chunks).toString();
      const request = { method, url, headers: Object.fromEntries(flat) as Record<string, string>, body };
      void answer(request as never).then((given) => {
        if (!given) return incoming.socket.destroy();
        outgoing.writeHead(given.status, given.headers);
        outgoing.end(given.body);
        return undefined;
      });
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ownTarget(): Promise<Target> {
  const provider = await startProvider();
  const clusterId = await provider.addCluster();
  return {
    endpoint: provider.url,
    projectId,
    clusterId,
    token: await provider.addToken(),
    expiredToken: await provider.addToken({ lifetimeSeconds: -60 }),
    otherToken: await provider.addToken({ userId: 'b5b9e3eb5ec5454bb4302f4ff9ff5a77' }),
    otherProjectId,
    otherClusterId: await provider.addCluster(),
    eipClusterId: await provider.addCluster({ externalServer: 'https://80.158.7.23:5443' }),
    accessKey: await accessKeyOf(provider),
  };
}

async function accessKeyOf({ accessKeys }: Awaited<ReturnType<typeof startProvider>>) {
  const { record, secret } = await accessKeys.add({ userId, projectId, groups: [] });
  return { id: record.id, secret };
}

/** Our provider behind something that spoils its answers, or what it gets to see. */
async function broken(target: Target, fault: Fault, door = (request: Forwarded) => request): Promise<Target> {
  const endpoint = await serveAnswers(async (incoming) => {
    const { method, url, headers } = door(incoming as never);
    const { body } = incoming;
    const dropped = ['host', 'connection', 'content-length'];
    const forwarded = Object.entries(headers).filter(([name]) => !dropped.includes(name));
    const response = await fetch(target.endpoint + url, {
      method: method === 'TRACE' ? 'PUT' : method,
      headers: forwarded,
      body: body as never,
    }).catch(() => undefined);
    if (!response) return { status: 400, headers: {}, body: '' };
    const answer = {
      status: response.status,
      headers: { 'content-type': response.headers.get('content-type') ?? 'application/json' },
      body: await response.text(),
    };
    return fault(answer, { method, path: url, token: headers['x-auth-token'] });
  });
  return { ...target, endpoint };
}

const own = ownTarget();

function without(target: Target, input: Input): Target {
  return Object.fromEntries(Object.entries(target).filter(([name]) => name !== input)) as unknown as Target;
}

const certificateAndKey = 'no answer has a client certificate and a private key that can be read';
const noneToPost = 'no answer to POST has a client certificate';
const noFirst = 'the first request was not answered with 200';

test('our own provider passes every check, without a warning', async () => {
  const result = await verify(contractCases, await own);
  expect(result.cases.flatMap(({ findings }) => findings)).toEqual([]);
  const open = result.cases.filter(({ outcome }) => outcome !== 'passed');
  expect(open.map(({ id }) => id)).toEqual(['expected-ca', 'expected-user', 'expected-server', 'connect']);
  expect(result).toMatchObject({ state: 'complete', exitCode: exitCodes.right });
});

test('each run asks anew', async () => {
  const target = await own;
  const some = contractCases.filter(({ id }) => id === 'answers-with-kubeconfig');
  const [first, second] = [await verify(some, target), await verify(some, target)];
  expect(first.requests).toBeGreaterThan(1);
  expect(second.requests).toBe(first.requests);
});

describe('a provider that is wrong in one way is found, and the fault is named:', () => {
  test.each(Object.entries({ ...faults, ...certificateFaults }))('%s', async (_name, [fault, named, timeoutMs]) => {
    const target = { ...(await broken(await own, fault)), ...(timeoutMs !== undefined && { timeoutMs }) };
    // A signature is for one host.
    delete target.accessKey;
    const result = await verify(contractCases, target);
    const failed = result.cases.filter(({ outcome }) => outcome === 'failed');
    expect(result.exitCode).toBe(exitCodes.findings);
    expect(failed.map(({ name, findings }) => JSON.stringify({ name, findings })).join('\n')).toMatch(named);
    for (const reporter of ['pretty', 'json', 'junit', 'markdown'] as const) {
      const text = report(result, reporter);
      expect(text).not.toContain(target.token);
      expect(text).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY-----\\?n?[A-Za-z0-9+/]{16}|UFJJVkFURSBLRVk/);
    }
  });
});

describe('a provider that lets the wrong ones in, or not the right ones, is found:', () => {
  test.each(Object.entries(wrongDoors))('%s', async (_name, [door, named]) => {
    const target = await own;
    const inputs = target as Required<Target>;
    const { cases } = await verify(
      contractCases,
      await broken(
        target,
        (answer) => answer,
        (request) => door(request, inputs),
      ),
    );
    const failed = cases.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ name }) => name).join('\n')).toMatch(named);
  });
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
    [/^the private key is/, certificateAndKey, async () => broken(await own, withoutUsers)],
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
    [/^a certificate until a chosen time/, noneToPost, async () => broken(await own, garbledData)],
    [/^the certificate lives/, noneToPost, async () => broken(await own, garbledData)],
    [/^a duration that is none/, noFirst, async () => broken(await own, (answer) => ({ ...answer, status: 404 }))],
    [/^listClusters answers/, noFirst, async () => ({ ...(await own), token: 'wrong' })],
  ])('%s: %s', async (pattern, reason, target) => {
    expect(await outcomes(await target(), pattern)).toEqual([`not checked: ${reason}`]);
  });
});

test('an OPTIONS without an answer is found', async () => {
  const target = await broken(await own, (answer, { method }) => (method === 'OPTIONS' ? undefined : answer));
  expect(await outcomes(target, /^HEAD and OPTIONS/)).toEqual(['failed: ']);
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
