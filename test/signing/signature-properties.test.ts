// Every request that a client signs verifies, and no other does.
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { createHash, createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { signRequest } from '../../src/signing/sign-request.js';
import { type SignedRequest, parseSignature, verifySignature } from '../../src/signing/verify-signature.js';
import { canonicalRequest } from '../../src/signing/canonical-request.js';
import { property } from '../support/property.js';
import { type Change, changes } from '../support/signed-request-changes.js';

// The vendor's own signer, as its SDK for Node uses it.
const { AKSKSigner } = createRequire(import.meta.url)('@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner') as {
  AKSKSigner: { sign: (request: object, credential: object) => Record<string, string> };
};

// Lone surrogates have no UTF-8, so no request can carry them.
const text = fc.string({ unit: 'binary', maxLength: 12 });
const segment = text.filter((value) => !['', '.', '..'].includes(value));
const path = fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.map(encodeURIComponent).join('/')}`);
const query = fc.array(fc.tuple(text, text), { maxLength: 4 });
const accessKey = fc.record({
  id: fc.stringMatching(/^[A-Z0-9]{20}$/),
  secret: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }),
});
const now = fc.date({
  min: new Date('2001-01-01T00:00:00Z'),
  max: new Date('2099-12-31T00:00:00Z'),
  noInvalidDate: true,
});
// What Headers takes: Latin-1 without control characters.
const headerValue = fc
  .array(
    fc.constantFrom(
      ...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((c) => /[ -~\xa0-\xff]/.test(c)),
    ),
    { maxLength: 20 },
  )
  .map((characters) => characters.join('').trim());
const call = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  path,
  query,
  contentType: fc.option(headerValue),
  body: fc.uint8Array({ maxLength: 64 }),
  projectId: fc.option(fc.stringMatching(/^[0-9a-f]{32}$/)),
});
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

const search = (pairs: Call['query']) =>
  pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')}`;

/** The request as our client sends it, and as a server gets it. */
async function sentByClient(
  { method, path: target, query: pairs, contentType, body, projectId }: Call,
  key: { id: string; secret: string },
  at: Date,
): Promise<SignedRequest> {
  const withBody = method !== 'GET' && body.length > 0;
  const request = new Request(`http://127.0.0.1:8080${target}${search(pairs)}`, {
    method,
    ...(withBody && { body: Buffer.from(body) }),
  });
  request.headers.delete('Content-Type');
  if (contentType !== null && contentType !== '') request.headers.set('Content-Type', contentType);
  const signed = await signRequest(request, { accessKey: key, projectId: projectId ?? undefined, now: at });
  const { pathname, search: rest } = new URL(signed.url);
  return {
    method,
    url: pathname + rest,
    headers: { ...Object.fromEntries(signed.headers), host: '127.0.0.1:8080' },
    body: new Uint8Array(await signed.arrayBuffer()),
  };
}

/** The same in the older grammar, written apart from the code that verifies it. */
function signedInOlderGrammar(
  { method, path: target, query: pairs, contentType, body }: Call,
  key: { id: string; secret: string },
  at: Date,
): SignedRequest {
  const date = at.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [date.slice(0, 8), 'eu-de', 'cce', 'sdk_request'];
  const headers: Record<string, string> = { host: '127.0.0.1:8080', 'x-sdk-date': date };
  if (contentType !== null) headers['content-type'] = contentType;
  const names = Object.keys(headers).sort();
  const bytes = Buffer.from(body.length === 0 ? new Uint8Array([32]) : body);
  const strict = (value: string) =>
    Array.from(Buffer.from(value), (byte) =>
      /[\w.~-]/.test(String.fromCharCode(byte)) && byte < 128
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join('');
  const sorted = [...pairs].sort(([a, b], [c, d]) => order(a, c) || order(b, d));
  const canonical = [
    method,
    `${target
      .split('/')
      .map((part) => strict(decodeURIComponent(part)))
      .join('/')}/`.replace(/\/\/$/, '/'),
    sorted.map((pair) => pair.map(strict).join('=')).join('&'),
    ...names.map((name) => `${name}:${(headers[name] ?? '').replace(/\s+/g, ' ').trim()}`),
    '',
    names.join(';'),
    sha256(bytes),
  ].join('\n');
  const toSign = ['SDK-HMAC-SHA256', date, scope.join('/'), sha256(Buffer.from(canonical, 'latin1'))].join('\n');
  const signingKey = scope.reduce<string | Buffer>((previous, part) => hmac(previous, part), `SDK${key.secret}`);
  const signature = hmac(signingKey, toSign).toString('hex');
  const authorization = `SDK-HMAC-SHA256 Credential=${key.id}/${scope.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { method, url: target + search(pairs), headers: { ...headers, authorization }, body: bytes };
}

const order = (one: string, other: string) => (one < other ? -1 : Number(one > other));

function verify(request: SignedRequest, secret: string): void {
  verifySignature(request, parseSignature(request.headers['authorization'] ?? ''), secret);
}

// Found: fetch sends the header as one byte, and the client had hashed two.
const latin1Header: [Call, { id: string; secret: string }, Date] = [
  { method: 'GET', path: '/', query: [], contentType: 'text/plain; name=é', body: new Uint8Array(), projectId: null },
  { id: 'A'.repeat(20), secret: 'secret' },
  new Date('2026-01-01T00:00:00Z'),
];

const grammars = {
  'our client': sentByClient,
  'the older grammar': (...args: Parameters<typeof signedInOlderGrammar>) =>
    Promise.resolve(signedInOlderGrammar(...args)),
};

for (const [name, sign] of Object.entries(grammars)) {
  property<[Call, { id: string; secret: string }, Date]>(
    `any request that is signed by ${name} verifies`,
    [call, accessKey, now],
    { runs: 300, examples: [latin1Header] },
    async (what, key, at) => {
      const request = await sign(what, key, at);
      expect(() => verify(request, key.secret)).not.toThrow();
      expect(parseSignature(request.headers['authorization'] ?? '').accessKeyId).toBe(key.id);
    },
  );

  property<[Call, { id: string; secret: string }, Date, Change, number]>(
    `any single change to a request that is signed by ${name} is refused`,
    [call, accessKey, now, fc.constantFrom(...changes), fc.nat()],
    { runs: 400 },
    async (what, key, at, change, number) => {
      const request = await sign(what, key, at);
      const changed = change(request, key, number);
      if (!changed) return;
      expect(() => verify(changed.request, changed.secret ?? key.secret)).toThrow(
        expect.objectContaining({ code: 'unauthenticated', message: expect.not.stringMatching(/[\r\n]/) }),
      );
    },
  );
}

property<[string]>(
  'whatever the header Authorization is, it is read or refused in one line',
  [
    fc.oneof(
      fc.string(),
      fc
        .tuple(
          fc.constantFrom('SDK-HMAC-SHA256 ', 'sdk-hmac-sha256 ', 'SDK-HMAC-SHA256', 'Bearer '),
          fc.constantFrom('Access=', 'Credential=', ''),
          fc.string({ maxLength: 30 }),
          fc.constantFrom(', SignedHeaders=', ',SignedHeaders=', ' '),
          fc.string({ maxLength: 30 }),
          fc.constantFrom(', Signature=', ''),
          fc.stringMatching(/^[0-9a-f]{64}$/),
        )
        .map((parts) => parts.join('')),
    ),
  ],
  { runs: 2000 },
  (authorization) => {
    try {
      expect(parseSignature(authorization).signature).toMatch(/^[0-9a-f]{64}$/);
    } catch (error) {
      expect(error).toMatchObject({ code: 'unauthenticated', message: expect.stringMatching(/^[^\r\n]+$/) });
    }
  },
);

const plainSegment = fc.stringMatching(/^[A-Za-z0-9_.~-]{1,12}$/).filter((value) => !['.', '..'].includes(value));

property<[string[], Record<string, string>, { id: string; secret: string }, string]>(
  "the vendor's signer and ours agree on the canonical form, and so on the signature",
  // Its signer encodes the path as it stands, so a path that is encoded already would be encoded twice.
  [
    fc.array(plainSegment, { maxLength: 5 }),
    fc.dictionary(text, text, { maxKeys: 4 }),
    accessKey,
    fc.stringMatching(/^[ -~]*$/),
  ],
  { runs: 300 },
  (segments, pairs, key, note) => {
    const target = `/${segments.join('/')}`;
    const url = `http://127.0.0.1:8080${target}`;
    const given = { 'content-type': 'application/json', 'x-note': note.trim() };
    const request = { url, endpoint: url, method: 'GET', headers: given, queryParams: pairs };
    const signed = AKSKSigner.sign(request, { getAk: () => key.id, getSk: () => key.secret });
    const headers = Object.fromEntries(Object.entries(signed).map(([name, value]) => [name.toLowerCase(), value]));
    verify({ method: 'GET', url: target + search(Object.entries(pairs)), headers, body: Buffer.alloc(0) }, key.secret);
  },
);

property<[Call]>(
  'how a path and a query are encoded does not change their canonical form',
  [call],
  { runs: 300 },
  ({ path: target, query: pairs }) => {
    const canonical = (pathText: string, queryText: string) =>
      canonicalRequest({
        method: 'GET',
        path: pathText,
        query: queryText,
        headers: {},
        signedHeaders: [],
        payloadHash: '',
      });
    const everything = (value: string) =>
      Array.from(Buffer.from(value), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const other = target
      .split('/')
      .map((part) => everything(decodeURIComponent(part)))
      .join('/');
    const otherQuery = [...pairs]
      .reverse()
      .map((pair) => pair.map(everything).join('='))
      .join('&');
    expect(canonical(other, otherQuery)).toBe(canonical(target, search(pairs).slice(1)));
  },
);

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
