// A real Keystone decides which tokens are valid.
import { beforeAll, expect } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { getClusterCert } from '../../generated/client.js';
import { cloudToken } from '../../src/client/cloud-token.js';
import { type Authentication, createClient } from '../../src/client/create-client.js';
import { run, startServe } from '../support/command-line.js';
import { type Keystone, keystonePython, startKeystone } from '../support/keystone.js';
import { testWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const keystoneTest = testWith(keystonePython, 'Keystone (KEYSTONE_VENV)');
const cacheSeconds = 2;

let keystone: Keystone;
let provider: Awaited<ReturnType<typeof startServe>>;
let project: string;
let clusterId: string;
let alice: Awaited<ReturnType<Keystone['createUser']>>;

beforeAll(async () => {
  if (keystonePython === undefined) return;
  keystone = await startKeystone();
  project = await keystone.createProject('containers');
  alice = await keystone.createUser('alice');
  await keystone.grant(`projects/${project}`, alice.id, 'member');
  const data = temporaryFolder();
  clusterId = (
    await run('cluster', 'add', '--data', data, '--project', project, '--server', 'https://192.168.1.7:5443')
  ).stdout.trim();
  provider = await startServe(
    { environment: keystone.serviceEnvironment },
    ...['--data', data, '--keystone', keystone.url, '--token-cache', `${cacheSeconds}s`],
  );
}, 120_000);

async function get(token: string, projectId = project) {
  const response = await fetch(`${provider.url}/api/v3/projects/${projectId}/clusters/${clusterId}/clustercert`, {
    headers: { 'X-Auth-Token': token },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const scoped = () => keystone.authenticate(alice, { project: { id: project } });
const cacheTime = () => new Promise((resolve) => setTimeout(resolve, cacheSeconds * 1000 + 200));

keystoneTest('a project-scoped token gets a kubeconfig for its user and roles', async () => {
  const { status, body } = await get(await scoped());
  expect(status).toBe(200);
  const [user] = body['users'] as [{ user: { 'client-certificate-data': string } }];
  const { subject } = new X509Certificate(Buffer.from(user.user['client-certificate-data'], 'base64'));
  expect(subject).toBe(`O=member\nO=reader\nCN=${alice.id}`);
});

keystoneTest('another token of the same user gets the same bytes', async () => {
  expect((await get(await scoped())).body).toEqual((await get(await scoped())).body);
});

keystoneTest('a token of another project is refused with 403, as are an unscoped and a domain-scoped one', async () => {
  const other = await keystone.createProject('others');
  await keystone.grant(`projects/${other}`, alice.id, 'member');
  await keystone.grant('domains/default', alice.id, 'member');
  const scopes = [{ project: { id: other } }, 'unscoped', { domain: { id: 'default' } }];
  for (const scope of scopes)
    expect(await get(await keystone.authenticate(alice, scope))).toMatchObject({
      status: 403,
      body: { errorCode: 'CCE.01403001' },
    });
});

/** The token that a call would carry. */
async function tokenOf(authenticate: Authentication): Promise<string> {
  const headers = new Headers();
  await authenticate('http://127.0.0.1/', { headers }, () => Promise.resolve(new Response()));
  return headers.get('X-Auth-Token') ?? '';
}

keystoneTest('an expired token and one that never was are refused with 401 and the same words', async () => {
  // Long enough for a busy machine to use it before.
  const expiresAt = Date.now() + 15_000;
  const credential = {
    name: 'short',
    secret: 'short-secret',
    expires_at: new Date(expiresAt).toISOString().replace('Z', ''),
  };
  const { application_credential: made } = (await keystone.call('POST', `/users/${alice.id}/application_credentials`, {
    token: await scoped(),
    body: { application_credential: credential },
  })) as { application_credential: { id: string } };
  const token = await tokenOf(
    await cloudToken({
      OS_AUTH_URL: keystone.url,
      OS_APPLICATION_CREDENTIAL_ID: made.id,
      OS_APPLICATION_CREDENTIAL_SECRET: 'short-secret',
    }),
  );
  expect((await get(token)).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, expiresAt + 1000 - Date.now()));
  const [expired, unknown] = [await get(token), await get('gAAAAABunknown')];
  expect(expired.status).toBe(401);
  expect(expired.body).toEqual(unknown.body);
});

keystoneTest('a revoked token is refused once the cache time has passed', async () => {
  const token = await scoped();
  expect((await get(token)).status).toBe(200);
  await keystone.revokeAsAdmin(token);
  await cacheTime();
  expect((await get(token)).status).toBe(401);
});

keystoneTest('our client gets its token as the openstack command does', async () => {
  const environment = {
    OS_AUTH_URL: keystone.url,
    OS_USERNAME: alice.name,
    OS_PASSWORD: alice.password,
    OS_PROJECT_NAME: 'containers',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_NAME: 'Default',
  };
  const client = createClient({ endpoint: provider.url, token: await cloudToken(environment) });
  const { data } = await getClusterCert(client, { params: { path: { project_id: project, cluster_id: clusterId } } });
  expect(data?.kind).toBe('Config');
  const wrong = await cloudToken({ ...environment, OS_PASSWORD: 'wrong' });
  await expect(tokenOf(wrong)).rejects.toMatchObject({
    code: 'unauthenticated',
    message: expect.not.stringContaining('wrong'),
  });
});

keystoneTest(
  'with Keystone gone nobody is let in wrongly and nobody waits for long; when it is back the provider resumes',
  async () => {
    const token = await scoped();
    expect((await get(token)).status).toBe(200);
    await keystone.stop();
    await cacheTime();
    const answers = await Promise.all(Array.from({ length: 50 }, () => get(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(answers[0]?.body).toMatchObject({ reason: 'ServiceUnavailable', errorCode: 'CCE.01500001' });
    await keystone.restart();
    expect((await get(token)).status).toBe(200);
    expect((await get('gAAAAABunknown')).status).toBe(401);
  },
  60_000,
);

keystoneTest('no token reaches the log', async () => {
  const token = await scoped();
  await get(token);
  expect(provider.stderr()).toContain(alice.id);
  expect(provider.stderr()).not.toContain(token);
  expect(provider.stderr()).not.toContain(keystone.serviceEnvironment.OS_PASSWORD);
});
