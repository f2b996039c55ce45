// Every request is answered by the contract: never with 500, never with more than one line.
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { X509Certificate } from 'node:crypto';
import { request } from 'node:http';
import { projectId, startProvider } from '../support/provider.js';
import { property } from '../support/property.js';

const provider = await startProvider();
const clusterId = await provider.addCluster();
const token = await provider.addToken();

interface Sent {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Record<string, unknown>;
}

/** Over node:http, which sends headers and paths that fetch would not. */
function send({ path = provider.pathOf(clusterId), method = 'GET', headers = {}, body }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(provider.url + '/', { path, method, headers: { 'X-Auth-Token': token, ...headers } });
    outgoing.on('error', reject).on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: JSON.parse(text) as Answer['body'],
        });
      });
    });
    outgoing.end(body);
  });
}

/** A refusal in its one form, about the request only. */
function expectRefusal({ status, body }: Answer, ...statuses: number[]): void {
  expect(statuses).toContain(status);
  expect(body).toMatchObject({ kind: 'Status', code: status, error_msg: body['message'] });
  expect(String(body['message'])).toMatch(/^[^\p{C}]{1,1000}$/u);
  expect(JSON.stringify(body)).not.toContain(token);
}

const latin1 = fc
  .array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes.filter((code) => code !== 0x7f)).trim());

property<[string]>(
  'any Content-Type is one of the documented two or refused with the code for it',
  [
    fc.oneof(
      latin1,
      fc
        .tuple(
          fc.constantFrom('application/json', 'APPLICATION/JSON', 'application/xml', 'application', 'json/application'),
          fc.constantFrom('', ';', '; ', ' ;', ','),
          fc.constantFrom('', 'charset=utf-8', 'charset=UTF-8', 'charset="utf-8"', 'charset=latin1', 'a=b', 'charset='),
        )
        .map((parts) => parts.join('')),
    ),
  ],
  { runs: 150, examples: [['%'], ['%']] },
  async (contentType) => {
    const answer = await send({ headers: { 'Content-Type': contentType } });
    const documented = /^application\/json\s*(;\s*(charset=("?)utf-8\3)?)?$/i.test(contentType);
    if (answer.status === 200) expect(contentType).toMatch(/^application\/json/i);
    else expectRefusal(answer, 400);
    if (answer.status === 400) expect(answer.body['errorCode']).toBe('CCE.01400006');
    if (documented && !/;\s*$/.test(contentType)) expect(answer.status).toBe(200);
  },
);

property<[string]>(
  'any request ID is taken over or replaced, and never breaks a header',
  [fc.oneof(latin1, fc.stringMatching(/^[\w.-]{1,140}$/))],
  { runs: 150 },
  async (requestId) => {
    const { status, headers } = await send({ headers: { 'X-Request-Id': requestId } });
    const usable = /^[\w.-]{1,128}$/.test(requestId);
    expect(status).toBe(200);
    expect(headers['x-request-id']).toEqual(usable ? requestId : expect.stringMatching(/^[0-9a-f-]{36}$/));
  },
);

property<[string, string]>(
  'no token but the right one lets in',
  [
    fc.oneof(
      latin1,
      fc.nat({ max: token.length - 1 }).map((at) => token.slice(0, at)),
      fc.nat({ max: token.length - 1 }).map((at) => `${token.slice(0, at)}_-${token.slice(at + 2)}`),
      fc.constantFrom('../../clusters', `${token},${token}`, `${token}%00`, 'null', 'undefined', '__proto__'),
      fc.integer({ min: 100, max: 16_500 }).map((length) => 'x'.repeat(length)),
    ),
    latin1,
  ],
  { runs: 60 },
  async (odd, authorization) => {
    if (odd === token) return;
    expectRefusal(await send({ headers: { 'X-Auth-Token': odd, Authorization: authorization } }), 401);
  },
);

const idLike = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map(encodeURIComponent),
  fc.stringMatching(/^[0-9A-Fa-f-]{30,40}$/),
  fc.uuid(),
  fc.constantFrom('..', '.', '%2e%2e', '%00', '%', '%E0%A4%A', clusterId, clusterId.toUpperCase(), projectId, '', ' '),
);

property<[string, string]>(
  'any IDs are those of the cluster or refused',
  [fc.oneof(idLike, fc.constant(projectId)), idLike],
  { runs: 200 },
  async (project, cluster) => {
    const answer = await send({
      path: provider.pathOf(cluster.replaceAll(' ', '%20'), project.replaceAll(' ', '%20')),
    });
    if (project === projectId && cluster.toLowerCase() === clusterId) expect(answer.status).toBe(200);
    else expectRefusal(answer, 400, 403, 404);
  },
);

async function create(body: string | Uint8Array): Promise<Answer> {
  return send({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
}

function endOf({ body }: Answer): Date {
  const [entry] = body['users'] as [{ user: { 'client-certificate-data': string } }];
  return new Date(new X509Certificate(Buffer.from(entry.user['client-certificate-data'], 'base64')).validTo);
}

const dayMs = 86_400_000;

property<[number]>(
  'any duration gives a certificate for at least as long, or is refused',
  [
    fc.oneof(
      fc.integer(),
      fc.integer({ min: -3, max: 1830 }),
      fc.double(),
      fc.constantFrom(-1, 0, 1, 1825, 1826, 1827),
    ),
  ],
  { runs: 150, examples: [[0], [1e21], [-0]] },
  async (duration) => {
    const before = Date.now();
    const answer = await create(JSON.stringify({ duration }));
    const valid = Number.isInteger(duration) && (duration === -1 || (duration >= 1 && duration <= 1827));
    if (!valid) {
      expectRefusal(answer, 400);
      return;
    }
    expect(answer.status).toBe(200);
    const days = duration === -1 ? 1825 : Math.min(duration, 1825);
    // A certificate's times have whole seconds.
    expect(endOf(answer).getTime()).toBeGreaterThanOrEqual(before + days * dayMs - 1000);
    expect(endOf(answer).getTime()).toBeLessThanOrEqual(before + 1829 * dayMs);
  },
);

const inGo = (time: Date) => `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
const inRfc3339 = (time: Date) => time.toISOString();

property<[number, number]>(
  'any expire_at is when the certificate ends, or is refused',
  [fc.integer({ min: -40 * 60, max: 6 * 366 * 86_400 }), fc.constantFrom(0, 1)],
  { runs: 150 },
  async (secondsAhead, form) => {
    const end = new Date(Date.now() + secondsAhead * 1000);
    const answer = await create(JSON.stringify({ expire_at: (form === 0 ? inGo : inRfc3339)(end) }));
    const fiveYears = new Date();
    fiveYears.setUTCFullYear(fiveYears.getUTCFullYear() + 5);
    const [soon, late] = [secondsAhead - 15 * 60, (end.getTime() - fiveYears.getTime()) / 1000];
    if (answer.status === 200) {
      expect(soon).toBeGreaterThanOrEqual(-2);
      expect(late).toBeLessThanOrEqual(dayMs / 1000);
      expect(endOf(answer).getTime()).toBe(Math.floor(end.getTime() / 1000) * 1000);
    } else {
      expectRefusal(answer, 400);
      expect(soon < 2 || late > -dayMs / 1000).toBe(true);
    }
  },
);

const nested = fc
  .integer({ min: 1, max: 20_000 })
  .map((depth) => `{"duration":${'['.repeat(depth)}${']'.repeat(depth)}}`);

property<[string | Uint8Array]>(
  'any body is one of the documented ones or refused',
  [
    fc.oneof(
      fc.json({ maxDepth: 5 }),
      fc.uint8Array({ maxLength: 200 }),
      fc.dictionary(fc.string({ unit: 'binary' }), fc.anything()).map((value) => JSON.stringify(value, withoutBigInts)),
      fc
        .record({ duration: fc.jsonValue(), expire_at: fc.jsonValue() }, { requiredKeys: [] })
        .map((v) => JSON.stringify(v)),
      nested,
      fc.integer({ min: 1, max: 70_000 }).map((length) => `{"${'x'.repeat(length)}":1}`),
      fc.constantFrom(
        '{"__proto__":{"duration":30}}',
        '{"duration":30,"duration":0}',
        '{"constructor":1,"duration":1}',
      ),
    ),
  ],
  // Found: the name of an unknown field was repeated whole, with its line breaks.
  { runs: 300, examples: [['{"a\nb":1}'.replace('\n', '\\n')], [`{"${'x'.repeat(60_000)}":1}`]] },
  async (body) => {
    const answer = await create(body);
    if (answer.status !== 200) expectRefusal(answer, 400, 413);
    else expect(JSON.parse(Buffer.from(body as string).toString())).toEqual(expect.anything());
  },
);

function withoutBigInts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
