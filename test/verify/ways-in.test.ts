// The ways to a provider (private CA, client certificate, proxies, HTTP/2, temporary keys), and what the tester knows of
// the cluster, each with the right value and with a wrong one.
import { afterAll, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { type Http2SecureServer, createSecureServer } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { openAuthority } from '../../src/certificate/authority.js';
import { type Target, contractCases, exitCodes, verify } from '../../src/verify/index.js';
import { runIn } from '../support/command-line.js';
import { servingCertificate, startApiServer } from '../support/api-server.js';
import { ecAuthority } from '../support/ec-authority.js';
import { forgeAuthority, forgeClient } from '../support/forge.js';
import { projectId, startProvider, userId } from '../support/provider.js';
import { startSmallProvider } from '../support/small-provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ends: (() => unknown)[] = [];
afterAll(() => {
  for (const end of ends) end();
});

const authority = ecAuthority();
const ca = openAuthority(authority).certificatePem;
const small = await startSmallProvider();
const folder = temporaryFolder();
ends.push(small.close);

async function run(target: Target, ...ids: string[]) {
  const result = await verify(
    contractCases.filter(({ id }) => ids.includes(id)),
    target,
  );
  const outcomes = Object.fromEntries(result.cases.map(({ id, outcome }) => [id, outcome]));
  return { ...result, outcomes, findings: result.cases.flatMap(({ findings }) => findings) };
}

async function listening(server: Server | Http2SecureServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  ends.push(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

const clients = forgeAuthority();
const client = forgeClient(clients);
const connection = { ca, certificate: client.certificatePem, key: client.keyPem };

/** The small provider behind TLS and HTTP/2, for clients with a certificate; one kind remembers tokens of a connection. */
async function secureFront({ remembers = false, key = '' } = {}): Promise<string> {
  const options = { ...servingCertificate(authority), ca: clients.pem, requestCert: true, rejectUnauthorized: true };
  const earlier = new WeakMap<object, string>();
  const server = createSecureServer({ ...options, allowHTTP1: true }, (request, response) => {
    // A request of HTTP/1.1 has no stream.
    const { stream } = request as { stream?: { session?: object } };
    const whose = stream?.session;
    const given = request.headers['x-auth-token'] as string | undefined;
    if (whose && given !== undefined) earlier.set(whose, given);
    const token = given ?? (whose && remembers ? earlier.get(whose) : undefined);
    if (key !== '' && request.headers['x-gateway-key'] !== key) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"error_code":"APIG.0301","error_msg":"no key"}');
      return;
    }
    const headers = { 'content-type': 'application/json', ...(token !== undefined && { 'x-auth-token': token }) };
    void fetch(small.endpoint + request.url, { headers }).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(await answer.text());
    });
  });
  return `https://127.0.0.1:${await listening(server)}`;
}

const basic = ['answers-with-kubeconfig', 'no-token', 'token-on-each-request'];
const passed = Object.fromEntries(basic.map((id) => [id, 'passed']));

test('a private CA and a client certificate lead to a provider, over HTTP/2 too', async () => {
  const target = { ...small.target, endpoint: await secureFront(), connection };
  expect(await run(target, ...basic)).toMatchObject({ outcomes: passed, findings: [] });
  const untrusted = await run({ ...target, connection: {} }, ...basic);
  expect(untrusted).toMatchObject({ state: 'inputs refused', hint: expect.stringContaining('--ca') });
  expect((await run({ ...target, connection: { ca } }, ...basic)).outcomes).not.toMatchObject({
    'no-token': 'passed',
  });
});

test('a token that stays with an HTTP/2 connection is found', async () => {
  const target = { ...small.target, endpoint: await secureFront({ remembers: true }), connection };
  const { findings } = await run(target, ...basic);
  expect(findings).toMatchObject([{ request: expect.stringContaining('HTTP/2'), received: '200' }]);
});

/** A forward proxy; tells how each request came. */
async function startProxy() {
  const seen: string[] = [];
  const proxy = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
    const { pathname, search } = new URL(request.url ?? '');
    const headers = Object.fromEntries(
      ['content-type', 'x-auth-token'].flatMap((name) => {
        const value = request.headers[name];
        return value === undefined ? [] : [[name, String(value)]];
      }),
    );
    void fetch(small.endpoint + pathname + search, { headers }).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(await answer.text());
    });
  });
  proxy.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.headers['proxy-authorization'] ?? ''}`);
    const [host = '', port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  return { seen, url: `http://me:secret@127.0.0.1:${await listening(proxy)}` };
}

test('proxies lead to providers, through a tunnel where the endpoint is https', async () => {
  const { seen, url: proxy } = await startProxy();
  const through = { proxy };
  expect(await run({ ...small.target, connection: through }, ...basic)).toMatchObject({
    outcomes: passed,
    findings: [],
  });
  expect(new Set(seen)).toEqual(new Set(['GET Basic bWU6c2VjcmV0']));
  seen.length = 0;
  const secure = { ...small.target, endpoint: await secureFront(), connection: { ...connection, ...through } };
  expect(await run(secure, ...basic)).toMatchObject({ outcomes: passed, findings: [] });
  expect(new Set(seen)).toEqual(new Set(['CONNECT Basic bWU6c2VjcmV0']));
});

function written(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const only = (...ids: string[]) => ids.flatMap((id) => ['--only', id]);

test('the command takes a CA, a client certificate and headers', async () => {
  const endpoint = await secureFront({ key: 'let-me-in-please' });
  const { projectId: project, clusterId: cluster, token } = small.target;
  const target = ['--endpoint', endpoint, '--project', project, '--cluster', cluster];
  const pair = ['--client-certificate', written('tls.crt', client.certificatePem)];
  const options = [...target, ...pair, '--client-key', written('tls.key', client.keyPem)];
  const all = [...options, '--ca', written('ca.crt', ca), '--header', 'X-Gateway-Key: let-me-in-please'];
  const environment = { CLUSTERCERT_TOKEN: token };
  const verified = await runIn(environment, 'verify', ...all, ...only(...basic), '--reporter', 'json');
  expect(verified).toMatchObject({ code: exitCodes.right, stderr: '' });
  expect(JSON.parse(verified.stdout)).toMatchObject({ state: 'complete', summary: { passed: basic.length } });
  for (const secret of [token, 'let-me-in-please']) expect(verified.stdout).not.toContain(secret);
  const untrusted = await runIn(environment, 'verify', ...options, ...only(...basic));
  expect(untrusted).toMatchObject({ code: exitCodes.inputs, stderr: expect.stringContaining('--ca') });
  const closed = await runIn(environment, 'verify', ...all.slice(0, -2), ...only(...basic));
  expect(closed).toMatchObject({ code: exitCodes.inputs, stderr: expect.stringContaining('APIG.0301') });
});

const truths = ['expected-ca', 'expected-user', 'expected-server', 'connect'];

test('what the tester knows of the cluster is compared, and its API server is tried', async () => {
  const { url: server } = await startApiServer(authority);
  const provider = await startProvider();
  const clusterId = await provider.addCluster({ authority, server });
  const token = await provider.addToken();
  const target = { endpoint: provider.url, projectId, clusterId, token, connect: true };
  const right = await run({ ...target, expect: { ca, user: userId, server } }, ...truths);
  expect(right.findings).toEqual([]);
  expect(Object.values(right.outcomes)).toEqual(truths.map(() => 'passed'));
  const other = { ca: forgeAuthority().pem, user: 'alice', server: 'https://192.168.1.8:5443' };
  const wrong = await run({ ...target, expect: other }, ...truths);
  expect(wrong.outcomes).toEqual({
    'expected-ca': 'failed',
    'expected-user': 'failed',
    'expected-server': 'failed',
    connect: 'passed',
  });
  const stranger = await provider.addCluster({ server });
  expect((await run({ ...target, clusterId: stranger }, 'connect')).outcomes).toEqual({ connect: 'failed' });
  const options = ['--endpoint', provider.url, '--project', projectId, '--connect', ...only(...truths)];
  const told = ['--expect-ca', written('cluster-ca.crt', ca), '--expect-user', userId, '--expect-server', server];
  const verified = await runIn({ CLUSTERCERT_TOKEN: token }, 'verify', ...options, ...told, '--cluster', clusterId);
  expect(verified).toMatchObject({ code: exitCodes.right, stderr: '' });
  const failed = await runIn({ CLUSTERCERT_TOKEN: token }, 'verify', ...options, ...told, '--cluster', stranger);
  expect(failed.code).toBe(exitCodes.findings);
  expect(failed.stdout).toMatch(/✗ the API server accepts the certificate/);
});

test('a temporary access key signs with its security token', async () => {
  const provider = await startProvider();
  const clusterId = await provider.addCluster();
  const {
    record,
    secret,
    securityToken = '',
  } = await provider.accessKeys.add({ userId, projectId, groups: [] }, { lifetimeSeconds: 3600 });
  const accessKey = { id: record.id, secret, securityToken };
  const ids = ['answers-with-kubeconfig', 'signed', 'wrong-signature', 'no-leaks'];
  const { outcomes, findings } = await run({ endpoint: provider.url, projectId, clusterId, accessKey }, ...ids);
  expect(findings).toEqual([]);
  expect(new Set(Object.values(outcomes))).toEqual(new Set(['passed']));
});
