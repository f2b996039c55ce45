// The system clock, set forwards and back under a running provider (by libfaketime, for that process alone).
// test/server/clock.test.ts tests the effects of a wrong time on each part.
import { afterAll, beforeAll, expect } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { ClusterFolder } from '../../src/registry/folder/cluster-folder.js';
import { createClusterRecord } from '../../src/registry/cluster-registry.js';
import { run, startServe } from '../support/command-line.js';
import { libfaketime, testWith } from '../support/programs.js';
import { projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const clockTest = testWith(libfaketime, 'libfaketime');
const faultMs = 60_000;
const dayMs = 24 * 60 * 60 * 1000;

const data = temporaryFolder();
const clock = path.join(temporaryFolder(), 'clock');
const clusterId = '1df09f9a-5b9e-11ef-8f52-0255ac10003e';
const url = `/api/v3/projects/${projectId}/clusters/${clusterId}/clustercert`;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let token: string;

/** As libfaketime reads it: relative to the right time, in seconds. */
const setClock = (offsetMs: number) => writeFileSync(clock, `${offsetMs < 0 ? '-' : '+'}${Math.abs(offsetMs) / 1000}`);

beforeAll(async () => {
  const now = new Date(Date.now() - 365 * dayMs);
  const record = createClusterRecord({ id: clusterId, projectId, name: 'old', server: 'https://192.168.1.7:5443' });
  await new ClusterFolder(data).add(record, await createAuthority({ now }), { now });
  const caller = ['--project', projectId, '--user', 'alice', '--expires', '90d'];
  token = (await run('token', 'add', '--data', data, ...caller)).stdout.trim();
});

afterAll(() => {
  agent.destroy();
});

function serveByTheClock(...options: string[]) {
  setClock(0);
  const environment = {
    LD_PRELOAD: libfaketime ?? '',
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  return startServe({ environment }, '--data', data, '--address-limit', '0', ...options);
}

/** All on one connection. */
async function get(origin: string): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
  const sent = request(origin + url, { agent, headers: { 'X-Auth-Token': token } }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
}

function certificateIn(body: string): X509Certificate {
  const { users } = JSON.parse(body) as { users: { user: { 'client-certificate-data': string } }[] };
  return new X509Certificate(Buffer.from(users[0]?.user['client-certificate-data'] ?? '', 'base64'));
}

clockTest(
  'a clock set 40 days on, 40 back and right again gives certificates of each time, and the first byte for byte; the connection stays',
  async () => {
    const { url: origin, child, ended } = await serveByTheClock('--caller-limit', '0');
    const first = await get(origin);
    expect(first.status).toBe(200);
    for (const offsetMs of [40 * dayMs, -40 * dayMs]) {
      setClock(offsetMs);
      const { status, body } = await get(origin);
      const at = new Date(Date.now() + offsetMs);
      const { validFrom, validTo, serialNumber } = certificateIn(body);
      expect(status).toBe(200);
      expect(new Date(validFrom) < at && at < new Date(validTo)).toBe(true);
      expect(serialNumber).not.toBe(certificateIn(first.body).serialNumber);
      expect((await get(origin)).body).toBe(body);
    }
    setClock(0);
    expect((await get(origin)).body).toBe(first.body);
    // Beyond the token's end, and within it again.
    setClock(100 * dayMs);
    expect((await get(origin)).status).toBe(401);
    setClock(0);
    expect((await get(origin)).body).toBe(first.body);
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/"level":"(error|fatal)"/);
  },
  faultMs,
);

clockTest(
  'a caller over the limit waits a minute at most, wherever the clock is set',
  async () => {
    const { url: origin } = await serveByTheClock('--caller-limit', '2');
    const statuses = [await get(origin), await get(origin), await get(origin)].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 429]);
    for (const offsetMs of [-40 * dayMs, 40 * dayMs]) {
      setClock(offsetMs);
      const { status, headers } = await get(origin);
      expect(status === 200 || Number(headers['retry-after']) <= 60).toBe(true);
    }
  },
  faultMs,
);
