import { describe, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import { getClusterCert } from '../../generated/client.js';
import { createClient } from '../../src/client/create-client.js';
import { signWith } from '../../src/client/sign-with.js';
import { AccessKeyFolder } from '../../src/registry/folder/access-key-folder.js';
import { otherProjectId, projectId, startProvider, userId } from '../support/provider.js';

// The vendor's own signer, as its SDK for Node uses it.
const { AKSKSigner } = createRequire(import.meta.url)('@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner') as {
  AKSKSigner: { sign: (request: object, credential: object) => Record<string, string> };
};

let clock = () => new Date();
const provider = await startProvider({ now: () => clock() });
const clusterId = await provider.addCluster();
const url = provider.url + provider.pathOf(clusterId);
const newKey = async (options: { lifetimeSeconds?: number } = {}) => {
  const { secret, securityToken, record } = await provider.accessKeys.add({ userId, projectId, groups: [] }, options);
  return { id: record.id, secret, securityToken };
};
type Key = Awaited<ReturnType<typeof newKey>>;

function signWithSdk(
  { id, secret }: Key,
  headers: Record<string, string> = {},
  signedUrl = url,
): Record<string, string> {
  const request = {
    url: signedUrl,
    endpoint: signedUrl,
    method: 'GET',
    headers: { 'content-type': 'application/json', 'x-project-id': projectId, ...headers },
    queryParams: {},
  };
  return AKSKSigner.sign(request, { getAk: () => id, getSk: () => secret });
}

async function send(headers: Record<string, string>, target = url) {
  // fetch sets Host itself.
  const rest = Object.entries(headers).filter(([name]) => name !== 'host');
  const response = await fetch(target, { headers: rest });
  return { status: response.status, message: ((await response.json()) as { message?: string }).message };
}

describe('a request signed by', () => {
  test("the vendor's signer is let in", async () => {
    expect(await send(signWithSdk(await newKey()))).toMatchObject({ status: 200 });
  });

  test('our own client is let in', async () => {
    const client = createClient({ endpoint: provider.url, sign: signWith(await newKey()) });
    const { data } = await getClusterCert(client, {
      params: { path: { project_id: projectId, cluster_id: clusterId } },
    });
    expect(data?.kind).toBe('Config');
  });

  test('a temporary key is let in with its security token only, and until it ends', async () => {
    const key = await newKey({ lifetimeSeconds: 600 });
    const client = createClient({ endpoint: provider.url, sign: signWith(key) });
    const init = { params: { path: { project_id: projectId, cluster_id: clusterId } } };
    expect((await getClusterCert(client, init)).response.status).toBe(200);
    // Some signers add the token after signing.
    expect(await send({ ...signWithSdk(key), 'x-security-token': key.securityToken ?? '' })).toMatchObject({
      status: 200,
    });
    expect((await send(signWithSdk(key))).message).toContain('the header X-Security-Token is missing');
    expect((await send({ ...signWithSdk(key), 'x-security-token': 'another' })).message).toContain(
      'X-Security-Token does not belong to the access key',
    );
    clock = () => new Date(Date.now() + 601_000);
    expect((await getClusterCert(client, init)).error?.message).toContain('err:ak has expired');
    clock = () => new Date();
  });
});

describe('a signed request is refused', () => {
  test.each<[string, (key: Key) => Promise<{ status: number; message?: string | undefined }>, number, string]>([
    [
      'for another path',
      async (key) => send(signWithSdk(key), provider.url + provider.pathOf(await provider.addCluster())),
      401,
      'verify aksk signature fail',
    ],
    [
      'with a signed header changed',
      (key) => send({ ...signWithSdk(key), 'x-project-id': otherProjectId }),
      401,
      'verify aksk signature fail',
    ],
    [
      'with a signed header left out',
      (key) => send({ ...signWithSdk(key), 'content-type': '' }),
      401,
      'verify aksk signature fail',
    ],
    ['with another secret', (key) => send(signWithSdk({ ...key, secret: 'wrong' })), 401, 'verify aksk signature fail'],
    [
      'of an unknown key',
      (key) => send(signWithSdk({ ...key, id: 'ABCDEFGHIJ0123456789' })),
      401,
      'Get secretKey failed,ak:ABCDEFGHIJ0123456789,err:ak not exist',
    ],
    ['of a key that is a path', (key) => send(signWithSdk({ ...key, id: '..' })), 401, 'err:ak not exist'],
    [
      'long after it was signed',
      (key) => send(signWithSdk(key, { 'X-Sdk-Date': '20191115T033655Z' })),
      401,
      'calc ak sk signature fail:signature expired',
    ],
    [
      'that claims another project',
      (key) => send(signWithSdk(key, { 'x-project-id': otherProjectId })),
      403,
      'the access key is for another project',
    ],
  ])('%s', async (_name, act, status, message) => {
    const key = await newKey();
    const answer = await act(key);
    expect(answer).toMatchObject({ status, message: expect.stringContaining(message) });
    expect(answer.message).not.toContain(key.secret);
  });

  test('once its key is revoked', async () => {
    const key = await newKey();
    const headers = signWithSdk(key);
    expect((await send(headers)).status).toBe(200);
    expect(await provider.accessKeys.revoke(key.id)).toBe(true);
    expect((await send(headers)).message).toContain('err:ak not exist');
  });

  test('with the right signature too, for five minutes after more than five failures in a row', async () => {
    const key = await newKey();
    const wrong = () => send(signWithSdk({ ...key, secret: 'wrong' }));
    for (let failure = 1; failure <= 5; failure++)
      expect((await wrong()).message).toContain('verify aksk signature fail');
    expect((await send(signWithSdk(key))).status).toBe(200);
    for (let failure = 1; failure <= 6; failure++)
      expect((await wrong()).message).toContain('verify aksk signature fail');
    expect((await send(signWithSdk(key))).message).toMatch(
      /AK access failed to reach the limit,forbidden; the access key is locked until 20\S+Z$/,
    );
    expect((await send(signWithSdk(await newKey()))).status).toBe(200);
    clock = () => new Date(Date.now() + 5 * 60_000 + 1000);
    expect((await send(signWithSdk(key))).status).toBe(200);
    clock = () => new Date();
  });
});

test('a key is kept readable by its owner only, and its folder shows no more than it must', async () => {
  const folder = new AccessKeyFolder(provider.dataFolder);
  const key = await newKey();
  expect(key.id).toMatch(/^[A-Z0-9]{20}$/);
  expect(key.secret).toMatch(/^[A-Za-z0-9]{40}$/);
  const listed = await folder.list();
  expect(listed.map(({ id }) => id)).toContain(key.id);
  expect(JSON.stringify(listed)).not.toContain(key.secret);
  expect(JSON.stringify(provider.logged)).not.toContain(key.secret);
});
