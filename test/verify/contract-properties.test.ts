// For every response of a provider, the kit reaches a verdict and reveals no secret.
import { afterAll, beforeAll, expect } from '@jest/globals';
import fc from 'fast-check';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Target, contractCases, verify } from '../../src/verify/index.js';
import { report, reporters } from '../../src/verify/report.js';
import { bodyOf } from '../../src/verify/strict-json.js';
import { property } from '../support/property.js';
import { projectId, startProvider } from '../support/provider.js';

property<[unknown, number]>(
  'what JSON.parse reads the kit reads, however it is spaced',
  [fc.jsonValue({ noUnicodeString: false }), fc.nat({ max: 4 })],
  { runs: 300, examples: [[{ '': { '1 a': 1, a: 2 } }, 0]] },
  (value, spaces) => {
    const text = JSON.stringify(value, null, spaces);
    expect(bodyOf({ body: Buffer.from(text) })).toEqual({ value: JSON.parse(text) as unknown });
  },
);

property<[Record<string, unknown>, string, unknown]>(
  'a member that stands twice is found wherever it stands',
  [fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.string({ unit: 'binary' }), fc.jsonValue()],
  { runs: 300 },
  (rest, name, value) => {
    const member = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
    const inside = JSON.stringify({ ...rest, [name]: value }).replace(/^\{/, () => `{${member},`);
    expect(bodyOf({ body: Buffer.from(`[{"outer":${inside}}]`) }).problem).toMatch(/ twice in one object$/);
  },
);

property<[Uint8Array | string]>(
  'whatever bytes come, the kit reads them or says what is wrong',
  [
    fc.oneof(
      fc.uint8Array(),
      fc.string(),
      fc.integer({ min: 1, max: 200_000 }).map((depth) => '['.repeat(depth)),
    ),
  ],
  { runs: 300, examples: [['['.repeat(200_000) + ']'.repeat(200_000)]] },
  (bytes) => {
    const { problem } = bodyOf({ body: Buffer.from(bytes as string) });
    if (problem !== undefined) expect(problem).toMatch(/^[^\n]+$/);
  },
);

interface Mangled {
  status: number;
  headers: [string, string][];
  body: string;
}

let good: string[];
let target: Target;
let server: Server;
let answers: Mangled[] = [];

beforeAll(async () => {
  const provider = await startProvider();
  const clusterId = await provider.addCluster({ externalServer: 'https://80.158.7.23:5443' });
  const token = await provider.addToken();
  const bodyWith = async (sent: string) => (await provider.get(clusterId, { 'X-Auth-Token': sent })).text();
  good = [await bodyWith(token), await bodyWith('nobody')];
  let count = 0;
  server = createServer((incoming, outgoing) => {
    incoming.resume();
    const { status, headers, body } = answers[(count += 1) % answers.length] as Mangled;
    if (status === 0) {
      incoming.socket.destroy();
      return;
    }
    outgoing.writeHead(status, [...headers, ['Content-Type', 'application/json'] as [string, string]].flat());
    outgoing.end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accessKey = { id: 'A'.repeat(20), secret: 'nfoo"bar\\baz-secret-secret-secret' };
  target = {
    endpoint,
    projectId,
    clusterId,
    token,
    accessKey,
    eipClusterId: clusterId,
    timeoutMs: 300,
    longestWaitMs: 2000,
  };
});

afterAll(() => void server.close());

// A change at one place of a JSON value: which leaf, and what stands there instead.
const change = fc.tuple(
  fc.nat({ max: 40 }),
  fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('', 'LS0tLS1CRUdJTg==', '\nfoo"bar\\baz-secret-secret-secret', null, [], {}),
  ),
);

function changed(text: string, list: [number, unknown][]): string {
  return list.reduce((json, [place, instead]) => {
    let number = 0;
    return JSON.stringify(JSON.parse(json), (_key, value: unknown) => {
      number += 1;
      return number === place + 2 ? instead : value;
    });
  }, text);
}

const mangled = fc
  .record({
    status: fc.oneof({ weight: 5, arbitrary: fc.constant(200) }, fc.constantFrom(0, 201, 204, 302, 401, 404, 429, 500)),
    which: fc.nat({ max: 1 }),
    list: fc.array(change, { maxLength: 3 }),
    cut: fc.option(fc.nat({ max: 3000 }), { freq: 5 }),
    other: fc.option(fc.string(), { freq: 8 }),
    headers: fc.array(
      fc.constantFrom<[string, string]>(
        ['Content-Encoding', 'gzip'],
        ['Retry-After', '0'],
        ['Retry-After', 'soon'],
        ['Location', '/'],
        ['X-Request-Id', 'é'],
        ['Allow', ','],
      ),
      { maxLength: 2 },
    ),
  })
  .map(({ status, which, list, cut, other, headers }) => (): Mangled => ({
    status,
    headers,
    body: other ?? changed(good[which] ?? '', list).slice(0, cut ?? undefined),
  }));

property<[(() => Mangled)[]]>(
  'whatever a provider answers, the kit comes to a verdict, and no report of it holds a secret',
  [fc.array(mangled, { minLength: 1, maxLength: 6 })],
  { runs: 25 },
  async (list) => {
    answers = list.map((make) => make());
    // A target of its own has a session of its own.
    const result = await verify(contractCases, { ...target });
    const keys = [...(good[0] ?? '').matchAll(/"client-key-data":"([^"]+)"/g)].map(([, data = '']) =>
      data.slice(60, 90),
    );
    for (const reporter of reporters) {
      const text = report(result, reporter);
      for (const secret of [target.token, target.accessKey?.secret ?? '', ...keys]) expect(text).not.toContain(secret);
      expect(text).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY-----\\?n?[A-Za-z0-9+/]{16}/);
    }
  },
);
