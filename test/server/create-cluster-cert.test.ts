import { describe, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { createClusterCert, getClusterCert } from '../../generated/client.js';
import type { components } from '../../generated/types.js';
import { fiveYearsAfter } from '../../src/certificate/validity.js';
import { createClient } from '../../src/client/create-client.js';
import { signWith } from '../../src/client/sign-with.js';
import { projectId, startProvider, userId } from '../support/provider.js';

type Duration = components['schemas']['ClusterCertDuration'];

const day = 24 * 60 * 60 * 1000;
const windowStart = new Date('2027-03-01T00:00:00Z');
// Both edges of a window, and its middle.
const moments = [windowStart, new Date(windowStart.getTime() + day / 2), new Date(windowStart.getTime() + day - 1)];

let now = () => new Date();
const provider = await startProvider({ handlers: { now: () => now() } });
const clusterId = await provider.addCluster();
const token = await provider.addToken();
const client = provider.clientFor(token);
const path = { project_id: projectId, cluster_id: clusterId };

async function create(body: Duration) {
  const { data, error, response } = await createClusterCert(client, { params: { path }, body });
  const encoded = data?.users[0]?.user['client-certificate-data'];
  const certificate = encoded === undefined ? undefined : new X509Certificate(Buffer.from(encoded, 'base64'));
  return { status: response.status, error, data, certificate, end: new Date(certificate?.validTo ?? NaN) };
}

const goTime = (time: Date) => `${time.toISOString().slice(0, 10)} ${time.toISOString().slice(11, 19)} +0000 UTC`;

describe('createClusterCert', () => {
  test('answers as getClusterCert does', async () => {
    const { status, data, certificate } = await create({ duration: 30 });
    expect(status).toBe(200);
    expect(data).toMatchObject({ kind: 'Config', 'current-context': 'internal' });
    expect(certificate?.subject).toBe(`O=system:masters\nCN=${userId}`);
  });

  test.each([1, 30, 1825, 1826])(
    'gives %d days at least, a window more at most, the same to all in it',
    async (duration) => {
      const answers = [];
      for (const moment of moments) {
        now = () => moment;
        const answer = await create({ duration });
        expect(answer).toMatchObject({ status: 200 });
        expect(answer.end.getTime()).toBeGreaterThanOrEqual(
          moment.getTime() + duration * day - (duration > 1825 ? day : 0),
        );
        expect(answer.end.getTime()).toBeLessThanOrEqual(windowStart.getTime() + (duration + 1) * day);
        answers.push(JSON.stringify(answer.data));
      }
      expect(new Set(answers).size).toBe(1);
      now = () => new Date(windowStart.getTime() + day);
      expect(JSON.stringify((await create({ duration })).data)).not.toBe(answers[0]);
      now = () => new Date();
    },
  );

  test.each([
    ['-1', { duration: -1 }],
    ['1827 days', { duration: 1827 }],
  ])('for %s ends five years by the calendar after its window began', async (_name, body) => {
    for (const moment of moments) {
      now = () => moment;
      expect((await create(body)).end).toEqual(new Date('2032-03-01T00:00:00Z'));
    }
    now = () => new Date();
  });

  test('ends exactly at expire_at, which wins over duration', async () => {
    const time = new Date('2029-07-01T12:34:56Z');
    const spellings = [
      goTime(time),
      '2029-07-01T12:34:56Z',
      '2029-07-01T14:34:56.789+02:00',
      '2029-07-01 12:34:56 +0000 UTC',
    ];
    const answers = await Promise.all(spellings.map((expire_at) => create({ expire_at, duration: 3 })));
    for (const { end } of answers) expect(end).toEqual(time);
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
  });

  test('takes expire_at from 15 minutes to five years ahead', async () => {
    const moment = new Date('2027-03-01T10:00:00Z');
    now = () => moment;
    const inMinutes = (minutes: number, seconds = 0) =>
      goTime(new Date(moment.getTime() + minutes * 60_000 + seconds * 1000));
    expect((await create({ expire_at: inMinutes(15) })).status).toBe(200);
    expect((await create({ expire_at: goTime(fiveYearsAfter(moment)) })).status).toBe(200);
    for (const expire_at of [
      inMinutes(15, -1),
      inMinutes(-60),
      goTime(new Date(fiveYearsAfter(moment).getTime() + 1000)),
    ]) {
      expect((await create({ expire_at })).error?.message).toBe(
        `expire_at '${expire_at}' is not valid; it must be from 15 minutes to five years ahead`,
      );
    }
    now = () => new Date();
  });

  test("does not outlive the cluster's CA", async () => {
    const authority = (await provider.clusters.get(clusterId))?.authority;
    now = () => new Date((authority?.notAfter.getTime() ?? 0) - 10 * day);
    expect((await create({ duration: 365 })).end).toEqual(authority?.notAfter);
    now = () => new Date();
  });

  test('with a maximum of 1825 days gives no more and takes no more', async () => {
    const policy = { validityDays: 365, reuseWindowSeconds: 86_400, maximumDays: 1825 };
    const otc = await startProvider({ dataFolder: provider.dataFolder, handlers: { policy, now: () => windowStart } });
    const call = (body: Duration) => createClusterCert(otc.clientFor(token), { params: { path }, body });
    const { data } = await call({ duration: -1 });
    const certificate = new X509Certificate(
      Buffer.from(data?.users[0]?.user['client-certificate-data'] ?? '', 'base64'),
    );
    expect(new Date(certificate.validTo)).toEqual(new Date(windowStart.getTime() + 1825 * day));
    expect((await call({ duration: 1826 })).error?.message).toBe(
      'duration 1826 is not valid; it must be at most 1825, or -1 for the maximum',
    );
  });

  // Found: a time, or a GET, went beyond it.
  test('with a maximum of 30 days gives no more, however it is requested', async () => {
    const policy = { validityDays: 365, reuseWindowSeconds: 86_400, maximumDays: 30 };
    const strict = await startProvider({
      dataFolder: provider.dataFolder,
      handlers: { policy, now: () => windowStart },
    });
    const client = strict.clientFor(token);
    const expire_at = goTime(new Date(windowStart.getTime() + 31 * day));
    expect((await createClusterCert(client, { params: { path }, body: { expire_at } })).error?.message).toBe(
      `expire_at '${expire_at}' is not valid; it must be from 15 minutes to 30 days ahead`,
    );
    const { data } = await getClusterCert(client, { params: { path } });
    const certificate = new X509Certificate(
      Buffer.from(data?.users[0]?.user['client-certificate-data'] ?? '', 'base64'),
    );
    expect(new Date(certificate.validTo)).toEqual(new Date(windowStart.getTime() + 30 * day));
  });

  test('is let in with a signature over its body', async () => {
    const { secret, record } = await provider.accessKeys.add({ userId, projectId, groups: [] });
    const signing = createClient({ endpoint: provider.url, sign: signWith({ id: record.id, secret }) });
    expect((await createClusterCert(signing, { params: { path }, body: { duration: 30 } })).response.status).toBe(200);
  });
});

describe('a body is refused with 400 and the field that is wrong:', () => {
  const url = provider.url + provider.pathOf(clusterId);
  const send = async (body: string, contentType: string | undefined = 'application/json') => {
    const headers = { 'X-Auth-Token': token, ...(contentType !== '' && { 'Content-Type': contentType }) };
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: Buffer.from(body, 'latin1'),
    });
    return { status: response.status, body: (await response.json()) as components['schemas']['ErrorStatus'] };
  };

  test.each([
    ['nothing', '', /^body must be object$/],
    ['no JSON', '{"duration":', /^body must be object$/],
    ['an array', '[30]', /^body must be object$/],
    ['neither field', '{}', /^body must NOT have fewer than 1 properties$/],
    ['another field', '{"duration":30,"days":30}', /^days is no field of this request$/],
    ['no number', '{"duration":"30"}', /^duration must be integer$/],
    ['half a day', '{"duration":0.5}', /^duration must be integer$/],
    ['null', '{"duration":null}', /^duration must be integer$/],
    ['no days', '{"duration":0}', /^duration has a value that the contract excludes/],
    ['less than -1', '{"duration":-2}', /^duration must be >= -1$/],
    ['more than five years', '{"duration":1828}', /^duration must be <= 1827$/],
    ['a time that is none', '{"expire_at":"tomorrow"}', /^expire_at must match pattern/],
    [
      'a day that is none',
      '{"expire_at":"2030-02-30 16:00:00 +0000 UTC"}',
      /^expire_at '2030-02-30.*' is not a time such as/,
    ],
    [
      'an hour that is none',
      '{"expire_at":"2030-02-03 26:00:00 +0000 UTC"}',
      /^expire_at '2030-02-03.*' is not a time such as/,
    ],
    ['broken UTF-8', '{"\xff":1}', /^body must be object$/],
  ])('%s', async (_name, body, message) => {
    const answer = await send(body);
    expect(answer).toMatchObject({ status: 400, body: { errorCode: 'CCE.01400001' } });
    expect(answer.body.message).toMatch(message);
  });

  test.each([
    [''],
    ['text/plain'],
    ['application/json; charset=latin1'],
    ['application/x-www-form-urlencoded'],
    ['application/json+x'],
  ])('the Content-Type %s', async (contentType) => {
    expect(await send('{"duration":30}', contentType)).toMatchObject({
      status: 400,
      body: { errorCode: 'CCE.01400006' },
    });
  });

  test('and its documented spellings are accepted', async () => {
    for (const contentType of [
      'application/json',
      'application/json;charset=utf-8',
      'application/json; charset=UTF-8',
    ]) {
      expect((await send('{"duration": 30}\n', contentType)).status).toBe(200);
    }
  });
});
