// Clocks that are set forwards and back while the provider runs.
import { afterEach, expect, jest, test } from '@jest/globals';
import { getClusterCert } from '../../generated/client.js';
import { createClient } from '../../src/client/create-client.js';
import { signWith } from '../../src/client/sign-with.js';
import { projectId, startProvider, userId } from '../support/provider.js';

const minute = 60_000;
const day = 24 * 60 * minute;

let offset = 0;
const now = () => new Date(Date.now() + offset);
afterEach(() => {
  offset = 0;
  jest.restoreAllMocks();
});

const provider = await startProvider({ now });
const clusterId = await provider.addCluster();
const token = await provider.addToken({ lifetimeSeconds: 3600 });

async function answerAt(ms: number, presented = token): Promise<{ status: number; text: string }> {
  offset = ms;
  const response = await provider.get(clusterId, { 'X-Auth-Token': presented });
  return { status: response.status, text: await response.text() };
}

test('a clock that jumps to another window and back gives the first certificate again', async () => {
  const lasting = await provider.addToken({ lifetimeSeconds: 90 * 24 * 3600 });
  const first = await answerAt(0, lasting);
  const later = await answerAt(30 * day, lasting);
  expect([first.status, later.status]).toEqual([200, 200]);
  expect(later.text).not.toBe(first.text);
  expect((await answerAt(0, lasting)).text).toBe(first.text);
});

test('a token is refused while the clock is beyond its end, and taken again when the clock is right', async () => {
  expect((await answerAt(61 * minute)).status).toBe(401);
  expect((await answerAt(-3 * day)).status).not.toBe(401);
  expect((await answerAt(0)).status).toBe(200);
});

test('before the CA is valid and after it has ended, the answer is 500 and the log says why', async () => {
  const lasting = await provider.addToken({ lifetimeSeconds: 100 * 365 * 24 * 3600 });
  for (const years of [-30, 30]) expect((await answerAt(years * 365 * day, lasting)).status).toBe(500);
  expect(JSON.stringify(provider.logged)).toMatch(/is not valid before.*has expired on/);
  expect((await answerAt(0, lasting)).status).toBe(200);
});

test('signatures of a right clock are refused while the provider is more than 15 minutes off', async () => {
  const { record, secret } = await provider.accessKeys.add({ userId, projectId, groups: [] });
  const client = createClient({ endpoint: provider.url, sign: signWith({ id: record.id, secret }) });
  const params = { path: { project_id: projectId, cluster_id: clusterId } };
  for (const [minutes, status] of [
    [0, 200],
    [16, 401],
    [-16, 401],
    [14, 200],
  ] as const) {
    offset = minutes * minute;
    expect((await getClusterCert(client, { params })).response.status).toBe(status);
  }
});

// Found: the key stayed locked until the clock was where it had been.
test('a locked access key is free again when the clock is set back by more than the lock lasts', async () => {
  const { record, secret } = await provider.accessKeys.add({ userId, projectId, groups: [] });
  const params = { path: { project_id: projectId, cluster_id: clusterId } };
  const statusWith = async (key: string) => {
    const client = createClient({ endpoint: provider.url, sign: signWith({ id: record.id, secret: key }, { now }) });
    return (await getClusterCert(client, { params })).response.status;
  };
  offset = 6 * minute;
  for (let failure = 0; failure < 6; failure++) expect(await statusWith('wrong')).toBe(401);
  expect(await statusWith(secret)).toBe(401);
  offset = 0;
  expect(await statusWith(secret)).toBe(200);
});

// Found: callers at their limit were blocked for as long as the clock had been set back.
test('a limit holds nobody up for longer than a minute, however the time of day is set', async () => {
  const limited = await startProvider({
    dataFolder: provider.dataFolder,
    app: { limits: { perAddress: 0, perCaller: 1 } },
  });
  const send = () => limited.get(clusterId, { 'X-Auth-Token': token });
  expect((await send()).status).toBe(200);
  const real = Date.now();
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => real - 60 * minute);
  const refused = await send().finally(() => clock.mockRestore());
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(60);
});
