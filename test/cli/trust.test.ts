// Trusted certificates: --ca and its variables, those of the openstack command, and the hints if none is trusted.
import { describe, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connectionOptions, readConnectionSettings } from '../../src/cli/connection-options.js';
import { describeExec } from '../../src/cli/exec-entry.js';
import { hintFor } from '../../src/cli/hints.js';
import { readKeystone } from '../../src/cli/keystone-options.js';
import { readValues } from '../../src/cli/options.js';
import { servingCertificate } from '../support/api-server.js';
import { runIn } from '../support/command-line.js';
import { ecAuthority } from '../support/ec-authority.js';
import { projectId, startProvider } from '../support/provider.js';
import { answerJson, startIdentityService, startStandIn } from '../support/stand-ins.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const authority = ecAuthority();
const tls = servingCertificate(authority);
const folder = temporaryFolder();
const ca = path.join(folder, 'ca.pem');
writeFileSync(ca, authority.certificatePem);
const other = path.join(folder, 'other.pem');
writeFileSync(other, ecAuthority().certificatePem);

const provider = await startProvider({ listening: { tls } });
const clusterId = await provider.addCluster({ name: 'prod' });
const token = await provider.addToken();
const newAccess = () => ({
  CLUSTERCERT_ENDPOINT: provider.url,
  CLUSTERCERT_PROJECT: projectId,
  CLUSTERCERT_TOKEN: token,
  CLUSTERCERT_CLUSTER: clusterId,
  XDG_CACHE_HOME: temporaryFolder(),
});
const verify = ['verify', '--safe', '--reporter', 'json', '--allow-unchecked', '--only', 'unknown cluster'];

describe.each<[string, string[], number]>([
  ['get', ['get', 'prod'], 1],
  ['credential', ['credential', clusterId], 1],
  ['verify', verify, 5],
])('%s', (_name, argv, failed) => {
  test.each([
    ['--ca', {}, ['--ca', ca]],
    ['CLUSTERCERT_CA', { CLUSTERCERT_CA: ca }, []],
    ['SSL_CERT_FILE', { SSL_CERT_FILE: ca }, []],
    ['--ca before SSL_CERT_FILE', { SSL_CERT_FILE: other }, ['--ca', ca]],
  ])('trusts the provider by %s', async (_how, variables, options) => {
    expect(await runIn({ ...newAccess(), ...variables }, ...argv, ...options)).toMatchObject({ code: 0, stderr: '' });
  });

  test('trusts nobody without, and says what helps', async () => {
    for (const variables of [{}, { CLUSTERCERT_CA: other }]) {
      const { code, stdout, stderr } = await runIn({ ...newAccess(), ...variables }, ...argv);
      expect({ code, out: code === 1 ? stdout : '' }).toEqual({ code: failed, out: '' });
      expect(stderr).toMatch(/\nhint: trust .*with --ca FILE or NODE_EXTRA_CA_CERTS\n$/);
    }
  });

  test('trusts any certificate where the cloud says so: verify: false', async () => {
    const cloud = await cloudOver(tls, 'verify: false');
    expect(await runIn({ ...newAccess(), ...cloud }, ...argv)).toMatchObject({ code: 0, stderr: '' });
    expect(await runIn({ ...newAccess(), ...cloud, CLUSTERCERT_CA: other }, ...argv)).toMatchObject({ code: failed });
  });

  test('trusts the provider by the CA of the cloud', async () => {
    const cloud = await cloudOver(tls, `cacert: ${ca}`);
    expect(await runIn({ ...newAccess(), ...cloud }, ...argv)).toMatchObject({ code: 0, stderr: '' });
    const unnamed = await cloudOver(tls, '');
    expect(await runIn({ ...newAccess(), ...unnamed, OS_CACERT: ca }, ...argv)).toMatchObject({ code: 0, stderr: '' });
  });
});

/** Variables of a cloud whose identity service has a certificate of the CA. */
async function cloudOver(pair: typeof tls | undefined, line: string, place = temporaryFolder()) {
  const endpoints = [{ interface: 'public', region_id: 'r', url: provider.url }];
  const service = { token, project: projectId, ...(pair && { tls: pair }) };
  const url = await startIdentityService([{ type: 'ccev2.0', endpoints }], service);
  const file = path.join(place, 'clouds.yaml');
  const auth = `{auth_url: "${url}", username: alice, password: secret-password, project_name: shop}`;
  writeFileSync(file, `clouds:\n  c:\n    auth: ${auth}\n${line === '' ? '' : `    ${line}\n`}`);
  return { CLUSTERCERT_TOKEN: '', CLUSTERCERT_ENDPOINT: '', OS_CLOUD: 'c', OS_CLIENT_CONFIG_FILE: file };
}

describe('an identity service', () => {
  test('that is not trusted is told from a provider, with what helps', async () => {
    const { code, stderr } = await runIn({ ...newAccess(), ...(await cloudOver(tls, '')) }, 'get', 'prod');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: the identity service does not answer: .*certificate.* with cloud 'c' of '.*'\n/);
    expect(stderr).toMatch(/\nhint: trust it with OS_CACERT, cacert in clouds.yaml or NODE_EXTRA_CA_CERTS\n$/);
  });

  test.each([
    ['--keystone-ca', { own: ca }, {}, true],
    ['OS_CACERT', { own: undefined }, { OS_CACERT: ca }, true],
    ['nothing', { own: undefined }, {}, false],
  ])('is trusted by the provider with %s', async (_how, { own }, variables, trusted) => {
    const seen: unknown[] = [];
    const service = await startStandIn((request, response) => {
      seen.push(request.url);
      answerJson(response, 404, { error: { code: 404 } });
    }, tls);
    const values = { keystone: service, 'keystone-ca': own, grant: undefined, 'token-cache': 60 };
    const credentials = { OS_AUTH_URL: service, OS_USERNAME: 'alice', OS_PASSWORD: 'p' };
    const keystone = await readKeystone(values, { ...credentials, ...variables });
    await keystone?.findByToken('some-token').catch(() => undefined);
    expect(seen.length > 0).toBe(trusted);
  });
});

test('a relative cacert of clouds.yaml is of the current folder, and --exec makes it absolute for kubectl', async () => {
  const place = temporaryFolder();
  mkdirSync(path.join(place, 'sub'));
  const cloud = await cloudOver(tls, `cacert: ${path.relative(process.cwd(), ca)}`, path.join(place, 'sub'));
  const environment = { ...newAccess(), ...cloud };
  const got = await runIn(environment, 'get', 'prod', '--exec', '--format', 'json');
  expect(got).toMatchObject({ code: 0 });
  const [{ user }] = (JSON.parse(got.stdout) as { users: [{ user: { exec: { env: unknown[] } } }] }).users;
  expect(user.exec.env).toContainEqual({ name: 'OS_CACERT', value: ca });
  const common = { ...environment, ...(await cloudOver(tls, '')), REQUESTS_CA_BUNDLE: path.relative('.', ca) };
  const settings = await readConnectionSettings(readValues(connectionOptions, {}, common), common);
  const { entryFor } = await describeExec(settings, common);
  const entry = entryFor({ endpoint: provider.url, projectId, clusterId });
  expect(entry['exec']).toMatchObject({ env: expect.arrayContaining([{ name: 'REQUESTS_CA_BUNDLE', value: ca }]) });
});

describe('hints:', () => {
  test('TLS where there is none, and none where there is TLS', async () => {
    const plain = await startProvider();
    const toPlain = { ...newAccess(), CLUSTERCERT_ENDPOINT: plain.url.replace('http:', 'https:') };
    expect((await runIn(toPlain, 'get', 'prod')).stderr).toMatch(
      /\nhint: it speaks no TLS; is it http rather than https\?\n$/,
    );
    const toSecure = { ...newAccess(), CLUSTERCERT_ENDPOINT: provider.url.replace('https:', 'http:') };
    expect((await runIn(toSecure, 'get', 'prod')).stderr).toMatch(/\nhint: .* is it https\?\n$/);
  });

  test.each([
    ['https://cce.example/api/v3', 'https://cce.example'],
    ['https://cce.example/cce/api/v3/', 'https://cce.example/cce'],
    [`https://cce.example/api/v3/projects/${projectId}/clusters`, 'https://cce.example'],
  ])('%s', async (endpoint, right) => {
    const { code, stderr } = await runIn({ ...newAccess(), CLUSTERCERT_ENDPOINT: endpoint }, 'get', 'prod');
    expect(code).toBe(2);
    expect(stderr).toContain(`; give the endpoint without /api/v3: ${right}\n`);
  });

  test('a port that is taken, and one that is for root', () => {
    const error = (code: string) => Object.assign(new Error(`listen ${code}: 0.0.0.0:80`), { code });
    expect(hintFor(error('EADDRINUSE'))).toBe('choose another port with --port; 0 takes a free one');
    expect(hintFor(error('EACCES'))).toMatch(/^ports below 1024 are for root .*--port/);
    expect(hintFor(Object.assign(new Error('open x'), { code: 'EACCES' }))).toBeUndefined();
  });
});

test.each([
  [{ OS_USERNAME: 'alice' }, /^error: OS_PASSWORD is missing; /],
  [{ OS_USER_ID: 'u' }, /^error: OS_PASSWORD is missing; /],
  [{ OS_APPLICATION_CREDENTIAL_ID: 'i' }, /^error: OS_APPLICATION_CREDENTIAL_SECRET is missing; /],
  [{}, /^error: OS_AUTH_URL is set, but nothing to authenticate with; /],
])('OS_AUTH_URL with %j says what is missing', async (variables, message) => {
  const environment = { OS_AUTH_URL: 'http://127.0.0.1:1/v3', ...variables };
  expect(await runIn(environment, 'get', 'prod')).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
});
