// Faults of an identity service, played by a server of the tests; test/server/keystone.process.ts uses a real one.
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { KeystoneIdentity, type KeystoneIdentityOptions } from '../../src/identity/keystone-identity.js';
import { KeystoneClient } from '../../src/keystone/keystone-client.js';
import { createTokenSource } from '../../src/keystone/token-source.js';
import { servingCertificate } from '../support/api-server.js';
import { ecAuthority } from '../support/ec-authority.js';

const userId = 'a4a5d4098fb4474fa22cd05f897d6b99';
const projectId = '77b6a44cba5143ab91d13ab9a8ff44fd';
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

interface Call {
  method: string;
  token: string;
  subject: string;
}

type Answer = (call: Call, response: ServerResponse) => void;
const servers: ReturnType<typeof createServer>[] = [];

afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

async function play(
  answer: Answer,
  { timeoutMs = 20_000, ...options }: Partial<KeystoneIdentityOptions> & { timeoutMs?: number; service?: never } = {},
) {
  const calls: Call[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const { 'x-auth-token': token = '', 'x-subject-token': subject = '' } = request.headers as Record<string, string>;
    const call = { method: request.method ?? '', token, subject };
    calls.push(call);
    request.resume().on('end', () => answer(call, response));
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keystone = new KeystoneClient({ url, timeoutMs });
  const clock = options.now && { now: options.now };
  const service = createTokenSource(keystone, { identity: { methods: ['password'] } }, clock);
  return {
    calls,
    url,
    server,
    identity: new KeystoneIdentity({ keystone, service, ...options }),
    alone: new KeystoneIdentity({ keystone, ...options }),
    lookUps: () => calls.filter(({ method }) => method === 'GET').length,
  };
}

const describeUser = (fields: object = {}) =>
  JSON.stringify({
    token: {
      user: { id: userId },
      project: { id: projectId },
      roles: [{ name: 'member' }, { name: 'reader' }],
      expires_at: inAnHour(),
      ...fields,
    },
  });

function issue(response: ServerResponse, token = 'service', expiresAt = inAnHour()): void {
  response.writeHead(201, { 'X-Subject-Token': token }).end(JSON.stringify({ token: { expires_at: expiresAt } }));
}

const wellBehaved: Answer = ({ method }, response) => {
  if (method === 'POST') issue(response);
  else response.end(describeUser());
};

describe('a token is looked up', () => {
  test("with this service's own token, and becomes a caller", async () => {
    const { identity, calls } = await play(wellBehaved);
    expect(await identity.findByToken('T')).toEqual({ userId, projectId, groups: ['member', 'reader'] });
    expect(calls).toEqual([
      { method: 'POST', token: '', subject: '' },
      { method: 'GET', token: 'service', subject: 'T' },
    ]);
  });

  test('with itself where the service has none of its own', async () => {
    const { alone, calls } = await play((_call, response) => response.end(describeUser()));
    expect(await alone.findByToken('T')).toMatchObject({ userId });
    expect(calls).toEqual([{ method: 'GET', token: 'T', subject: 'T' }]);
    const { alone: refused } = await play((_call, response) => response.writeHead(401).end('{"error":{"code":401}}'));
    expect(await refused.findByToken('T')).toBeUndefined();
  });

  test('once for 200 requests at a time, and once more when the answer is no longer believed', async () => {
    const { identity, lookUps, calls } = await play(
      ({ method }, response) => setTimeout(() => wellBehaved({ method, token: '', subject: '' }, response), 50),
      { cacheMs: 600_000 },
    );
    const callers = await Promise.all(Array.from({ length: 200 }, () => identity.findByToken('T')));
    expect(new Set(callers.map((caller) => caller?.userId))).toEqual(new Set([userId]));
    expect(calls).toHaveLength(2);
    await identity.findByToken('T');
    expect(lookUps()).toBe(1);
    const started = performance.now();
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => started + 700_000);
    await identity.findByToken('T').finally(() => clock.mockRestore());
    expect(lookUps()).toBe(2);
  });

  test('and is no longer good once it has expired, whatever is still believed', async () => {
    let now = new Date();
    const { identity } = await play(wellBehaved, { now: () => now });
    expect(await identity.findByToken('T')).toBeDefined();
    now = new Date(Date.now() + 3_700_000);
    expect(await identity.findByToken('T')).toBeUndefined();
  });

  test('and is not good where the service does not know it', async () => {
    const { identity, lookUps } = await play(({ method }, response) =>
      method === 'POST' ? issue(response) : response.writeHead(404).end('{"error":{"code":404}}'),
    );
    expect(await identity.findByToken('T')).toBeUndefined();
    expect(await identity.findByToken('T')).toBeUndefined();
    expect(lookUps()).toBe(1);
  });
});

describe("the service's own token", () => {
  test('is renewed before it runs out', async () => {
    let [issued, now] = [0, Date.now()];
    const { identity, calls } = await play(
      ({ method }, response) => {
        if (method === 'POST') issue(response, `service-${++issued}`, new Date(now + 600_000).toISOString());
        else response.end(describeUser());
      },
      { now: () => new Date(now) },
    );
    await identity.findByToken('one');
    await identity.findByToken('two');
    now += 590_000;
    await Promise.all(['three', 'four', 'five'].map((token) => identity.findByToken(token)));
    expect(calls.filter(({ method }) => method === 'GET').map(({ token }) => token)).toEqual([
      'service-1',
      'service-1',
      'service-2',
      'service-2',
      'service-2',
    ]);
    expect(issued).toBe(2);
  });

  test('is replaced when it is refused, once', async () => {
    let issued = 0;
    const { identity } = await play(({ method, token }, response) => {
      if (method === 'POST') issue(response, `service-${++issued}`);
      else if (token === 'service-2') response.end(describeUser());
      else response.writeHead(401).end('{"error":{"code":401}}');
    });
    expect(await identity.findByToken('T')).toMatchObject({ userId });
    expect(issued).toBe(2);
  });

  test('and credentials that are refused are no fault of the caller', async () => {
    const { identity } = await play((_call, response) => response.writeHead(401).end('{"error":{"code":401}}'));
    await expect(identity.findByToken('T')).rejects.toMatchObject({ code: 'unavailable' });
    const { identity: revoked } = await play(({ method }, response) =>
      method === 'POST' ? issue(response) : response.writeHead(401).end('{"error":{"code":401}}'),
    );
    await expect(revoked.findByToken('T')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('nobody is let in when the service answers', () => {
  test.each<[string, Answer]>([
    ['nothing', () => undefined],
    ['with an error', (_call, response) => response.writeHead(500).end('{"error":{}}')],
    ['HTML', (_call, response) => response.end('<html>maintenance</html>')],
    ['an empty body', (_call, response) => response.end()],
    ['null', (_call, response) => response.end('null')],
    [
      'a token without a user',
      (_call, response) => response.end(JSON.stringify({ token: { expires_at: inAnHour() } })),
    ],
    ['a token without an end', (_call, response) => response.end(describeUser({ expires_at: 'soon' }))],
    ['roles that are none', (_call, response) => response.end(describeUser({ roles: null }))],
    ['a list of no roles', (_call, response) => response.end(describeUser({ roles: [null] }))],
    ["404 by a proxy's page", (_call, response) => response.writeHead(404).end('<html>nginx</html>')],
    ['that another role is needed', (_call, response) => response.writeHead(403).end()],
    ['with a redirect', (_call, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end()],
    [
      'half a body',
      (_call, response) => response.writeHead(200, { 'Content-Length': 1000 }).write('{"token":') && response.destroy(),
    ],
    ['without end', (_call, response) => void setInterval(() => response.write('x'.repeat(1_000_000)), 5).unref()],
    ['by closing the connection', (_call, response) => response.destroy()],
  ])('%s', async (_name, answer) => {
    const { identity } = await play(
      (call, response) => (call.method === 'POST' ? issue(response) : answer(call, response)),
      { timeoutMs: 300 },
    );
    await expect(identity.findByToken('T')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.not.stringContaining('T'),
    });
  });

  test('or is not there, until it is', async () => {
    const { identity, server, url } = await play(wellBehaved);
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
    await expect(identity.findByToken('T')).rejects.toMatchObject({ code: 'unavailable' });
    const again = createServer((request, response) =>
      request.resume().on('end', () => wellBehaved({ method: request.method ?? '', token: '', subject: '' }, response)),
    );
    servers.push(again);
    await new Promise<void>((resolve) => void again.listen(Number(new URL(url).port), '127.0.0.1', resolve));
    expect(await identity.findByToken('T')).toMatchObject({ userId });
  });
});

test('a bounded number of look-ups waits, and each ends within its time-out', async () => {
  const { identity, lookUps } = await play(
    ({ method }, response) => (method === 'POST' ? issue(response) : undefined),
    { timeoutMs: 1500 },
  );
  await expect(identity.findByToken('first')).rejects.toMatchObject({ code: 'unavailable' });
  const results = await Promise.allSettled(
    Array.from({ length: 600 }, (_, number) => identity.findByToken(`T${number}`)),
  );
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  const messages = results.map((result) => (result.status === 'rejected' ? (result.reason as Error).message : ''));
  expect(messages.filter((message) => message === 'too many requests to the identity service are waiting').length).toBe(
    600 - 256,
  );
  // Few of those that waited reached the service: the connections are bounded too.
  expect(lookUps()).toBeLessThan(100);
});

describe('roles', () => {
  const roles = [{ name: 'admin' }, { name: 'system:masters' }, { name: 'x'.repeat(65) }];
  const answer: Answer = ({ method }, response) =>
    method === 'POST' ? issue(response) : response.end(describeUser({ roles }));

  test('become groups, but for those that are named like one of Kubernetes or cannot be one', async () => {
    expect((await (await play(answer)).identity.findByToken('T'))?.groups).toEqual(['admin']);
  });

  test('that are granted something become that, and let in', async () => {
    const grants = new Map([
      ['admin', 'system:masters'],
      ['other', 'others'],
    ]);
    const { identity } = await play(answer, { grants });
    expect((await identity.findByToken('T'))?.groups).toEqual(['system:masters']);
    expect(identity.grantedGroups()).toEqual(['system:masters', 'others']);
  });

  test('that are granted nothing do not let in', async () => {
    const { identity } = await play(answer, { grants: new Map([['other', 'others']]) });
    await expect(identity.findByToken('T')).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('are apart from the groups of a federated user, which are granted with group: in front', async () => {
    const user = { id: userId, 'OS-FEDERATION': { groups: [{ id: 'g1', name: 'operators' }] } };
    const federated: Answer = ({ method }, response) =>
      method === 'POST' ? issue(response) : response.end(describeUser({ user, roles: [] }));
    const { identity } = await play(federated, { grants: new Map([['group:operators', 'ops']]) });
    expect((await identity.findByToken('T'))?.groups).toEqual(['ops']);
    const { identity: roleOnly } = await play(federated, { grants: new Map([['operators', 'ops']]) });
    await expect(roleOnly.findByToken('T')).rejects.toMatchObject({ code: 'forbidden' });
    expect((await (await play(federated)).identity.findByToken('T'))?.groups).toEqual([]);
  });
});

test('a token for no project is that of a caller without one', async () => {
  const { identity } = await play(({ method }, response) =>
    method === 'POST' ? issue(response) : response.end(describeUser({ project: undefined })),
  );
  expect(await identity.findByToken('T')).toMatchObject({ userId, projectId: undefined });
});

test('the service is reached over TLS with the CA that is named, and not without', async () => {
  const authority = ecAuthority();
  const server = createTlsServer(servingCertificate(authority), (_request, response) => response.end(describeUser()));
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const trusting = (caPem?: string) => new KeystoneIdentity({ keystone: new KeystoneClient({ url, caPem }) });
  expect(await trusting(authority.certificatePem).findByToken('T')).toMatchObject({ userId });
  await expect(trusting().findByToken('T')).rejects.toMatchObject({
    code: 'unavailable',
    cause: { message: expect.stringMatching(/certificate/) },
  });
});
