import { describe, expect, test } from '@jest/globals';
import { createHash, createHmac } from 'node:crypto';
import {
  type SignedRequest,
  assertRecent,
  parseSignature,
  verifySignature,
} from '../../src/signing/verify-signature.js';
import { canonicalRequest } from '../../src/signing/canonical-request.js';

const guide = { id: 'QTWAOYTTINDUT2QVKYUC', secret: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc' };
const clustercert =
  '/api/v3/projects/77b6a44cba5143ab91d13ab9a8ff44fd/clusters/1df09f9a-5b9e-11ef-8f52-0255ac10003e/clustercert';
const ours = {
  'content-type': 'application/json',
  host: '127.0.0.1:8080',
  'x-project-id': '77b6a44cba5143ab91d13ab9a8ff44fd',
  'x-sdk-date': '20191115T033655Z',
};

interface Vector {
  name: string;
  secret: string;
  method?: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  scope?: string;
  signature: string;
}

// From the vendor's signing guide, the vendor's Go SDK, and computed apart from this code.
const vectors: Vector[] = [
  {
    name: 'the signing guide',
    secret: guide.secret,
    url: '/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
    headers: {
      'content-type': 'application/json',
      host: 'service.region.example.com',
      'x-sdk-date': '20191115T033655Z',
    },
    signature: '7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
  },
  {
    name: 'the Go SDK, GET',
    secret: 'SecretKey',
    url: '/path?limit=1',
    headers: { 'x-sdk-date': '20060102T150405Z' },
    signature: '5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624',
  },
  {
    name: 'the Go SDK, POST with a newline behind the body',
    secret: 'SecretKey',
    method: 'POST',
    url: '/path?key=value',
    headers: { 'x-sdk-date': '20060102T150405Z' },
    body: '{"Name":"test","Id":1}\n',
    signature: 'cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59',
  },
  {
    name: 'our GET',
    secret: guide.secret,
    url: clustercert,
    headers: ours,
    signature: '0b7d50d2b3e52c657bee7e0b5ddf628453d490209b3b3d1e32bdb88d8c11fe25',
  },
  {
    name: 'our POST',
    secret: guide.secret,
    method: 'POST',
    url: clustercert,
    headers: ours,
    body: '{"duration":30}',
    signature: '351fc6bcd6dfc2421d5968570fe73ee243b26a41bc5871eb0c16e6d69cd2bcaa',
  },
  {
    name: 'our GET in the older grammar, with an empty region and service',
    secret: guide.secret,
    url: clustercert,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      host: '127.0.0.1:8080',
      'x-sdk-date': '20191115T033655Z',
    },
    scope: '20191115///sdk_request',
    signature: 'adff8a9395b34237f3c14e78df95ce7e704caea2694997ef6015564cec1b4942',
  },
];

function presentedBy({ headers, scope, signature }: Vector) {
  const who = scope === undefined ? `Access=${guide.id}` : `Credential=${guide.id}/${scope}`;
  return parseSignature(
    `SDK-HMAC-SHA256 ${who}, SignedHeaders=${Object.keys(headers).join(';')}, Signature=${signature}`,
  );
}

function requestOf({ method = 'GET', url, headers, body = '' }: Vector): SignedRequest {
  return { method, url, headers, body: Buffer.from(body) };
}

describe.each(vectors)('the signature of $name', (vector) => {
  const request = requestOf(vector);
  const presented = presentedBy(vector);
  const verify = (changed: Partial<SignedRequest>) => () =>
    verifySignature({ ...request, ...changed }, presented, vector.secret);

  test('verifies', () => {
    expect(verify({})).not.toThrow();
  });

  test('verifies whatever unsigned headers come along', () => {
    expect(
      verify({ headers: { ...vector.headers, 'user-agent': 'curl', accept: vector.headers['accept'] ?? '*/*' } }),
    ).not.toThrow();
  });

  test('does not verify with one bit of a signed part flipped', () => {
    const flipped = (text: string, at: number) =>
      text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
    const changes: Partial<SignedRequest>[] = [{ method: flipped(request.method, 0) }];
    for (let at = 1; at < vector.url.length; at++) changes.push({ url: flipped(vector.url, at) });
    for (const [name, value] of Object.entries(vector.headers)) {
      for (let at = 0; at < value.length; at++)
        changes.push({ headers: { ...vector.headers, [name]: flipped(value, at) } });
    }
    for (let at = 0; at < request.body.length; at++)
      changes.push({ body: request.body.map((byte, index) => byte ^ Number(index === at)) });
    for (const change of changes) expect(verify(change)).toThrow('verify aksk signature fail');
    expect(() =>
      verifySignature(request, { ...presented, signature: flipped(presented.signature, 5) }, vector.secret),
    ).toThrow();
    expect(() => verifySignature(request, presented, `${vector.secret}x`)).toThrow(
      'the signature is not that of this request',
    );
  });
});

test('the canonical request of the signing guide has the published hash', () => {
  const { url, headers } = vectors[0] as Vector;
  const [path = '', query = ''] = url.split('?');
  const payloadHash = createHash('sha256').digest('hex');
  const text = canonicalRequest({
    method: 'GET',
    path,
    query,
    headers,
    signedHeaders: Object.keys(headers),
    payloadHash,
  });
  expect(createHash('sha256').update(text).digest('hex')).toBe(
    'b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a',
  );
});

test('paths and queries are brought to one form', () => {
  const form = (path: string, query: string) =>
    canonicalRequest({ method: 'get', path, query, headers: {}, signedHeaders: [], payloadHash: '' })
      .split('\n')
      .slice(0, 3);
  expect(form('/', 'a=%3A&a=0')[2]).toBe('a=0&a=%3A');
  expect(form('/a%20b/%c3%a9/~!', 'b=2&a=%2F&a=!&c')).toEqual(['GET', '/a%20b/%C3%A9/~%21/', 'a=%21&a=%2F&b=2&c=']);
});

describe('the header Authorization', () => {
  const signature = '0'.repeat(64);

  test('is read in both grammars', () => {
    expect(parseSignature(`SDK-HMAC-SHA256 Access=A, SignedHeaders=Host;X-Sdk-Date, Signature=${signature}`)).toEqual({
      accessKeyId: 'A',
      signedHeaders: ['host', 'x-sdk-date'],
      signature,
      scope: undefined,
    });
    expect(
      parseSignature(
        `SDK-HMAC-SHA256 Credential=A/20191115/cn-north-1/cce/sdk_request, SignedHeaders=host, Signature=${signature}`,
      ),
    ).toMatchObject({
      accessKeyId: 'A',
      scope: ['20191115', 'cn-north-1', 'cce', 'sdk_request'],
    });
  });

  test.each([
    ['nothing', 'SDK-HMAC-SHA256', 'the header Authorization cannot be read'],
    [
      'a short signature',
      `SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=00`,
      'the header Authorization cannot be read',
    ],
    [
      'a scope of another service',
      `SDK-HMAC-SHA256 Credential=A/20191115/r/s/aws4_request, SignedHeaders=host, Signature=${signature}`,
      'must end in sdk_request',
    ],
    [
      'authorization among the signed headers',
      `SDK-HMAC-SHA256 Access=A, SignedHeaders=authorization;host, Signature=${signature}`,
      'authorization is among the signed headers',
    ],
  ])('is refused with %s', (_name, header, reason) => {
    expect(() => parseSignature(header)).toThrow(reason);
  });
});

describe('what a signer says of the body', () => {
  const body = Buffer.from('{}');
  const presented = presentedBy(vectors[1] as Vector);
  const verify = (claimed: string, sent: Uint8Array) => () =>
    verifySignature(
      {
        method: 'GET',
        url: '/path?limit=1',
        headers: { 'x-sdk-date': '20060102T150405Z', 'x-sdk-content-sha256': claimed },
        body: sent,
      },
      presented,
      'SecretKey',
    );

  test('counts where it is true', () => {
    expect(verify(createHash('sha256').digest('hex'), Buffer.alloc(0))).not.toThrow();
  });

  test.each([
    ['another hash', createHash('sha256').digest('hex')],
    ['that it is not signed', 'UNSIGNED-PAYLOAD'],
  ])('does not replace it: %s', (_name, claimed) => {
    expect(verify(claimed, body)).toThrow('X-Sdk-Content-Sha256 is not the hash of the body');
  });
});

test('a signature is good for 15 minutes before and after it was made', () => {
  const request = requestOf(vectors[3] as Vector);
  const signedAt = Date.UTC(2019, 10, 15, 3, 36, 55);
  const at =
    (minutes: number, ms = 0) =>
    () =>
      assertRecent(request, new Date(signedAt + minutes * 60_000 + ms));
  for (const minutes of [-15, 0, 15]) expect(at(minutes)).not.toThrow();
  expect(at(15, 1)).toThrow('calc ak sk signature fail:signature expired');
  expect(at(-15, -1)).toThrow('calc ak sk signature fail:signature expired');
  for (const date of [undefined, '', '2019-11-15T03:36:55Z', 'now']) {
    const headers = { host: 'x', ...(date !== undefined && { 'x-sdk-date': date }) };
    expect(() => assertRecent({ ...request, headers }, new Date(signedAt))).toThrow(
      'the header X-Sdk-Date must be a time such as',
    );
  }
});

test('in the older grammar, a POST without a body is signed over its query in its place', () => {
  const headers = { 'x-sdk-date': '20191115T033655Z' };
  const scope = ['20191115', '', '', 'sdk_request'];
  const key = ['20191115', '', '', 'sdk_request'].reduce<string | Buffer>(
    (previous, part) => hmac(previous, part),
    'SDKsecret',
  );
  const payloadHash = sha256('a=x+y&b=2&c=');
  const canonical = `POST\n/p/\n\nx-sdk-date:20191115T033655Z\n\nx-sdk-date\n${payloadHash}`;
  const toSign = `SDK-HMAC-SHA256\n20191115T033655Z\n${scope.join('/')}\n${sha256(canonical)}`;
  const presented = {
    accessKeyId: 'A',
    signedHeaders: ['x-sdk-date'],
    scope,
    signature: hmac(key, toSign).toString('hex'),
  };
  const verify = (url: string) => () =>
    verifySignature({ method: 'POST', url, headers, body: Buffer.alloc(0) }, presented, 'secret');
  expect(verify('/p?c&b=2&a=x%20y')).not.toThrow();
  expect(verify('/p?c&b=3&a=x%20y')).toThrow();
});

test('header values are hashed as the bytes that came', () => {
  // "é" in UTF-8, as Node shows it.
  const headers = { 'x-sdk-date': '20191115T033655Z', 'x-name': 'Ã©' };
  const canonical = `GET\n/\n\nx-name:é\nx-sdk-date:20191115T033655Z\n\nx-name;x-sdk-date\n${sha256('')}`;
  const signature = hmac('secret', `SDK-HMAC-SHA256\n20191115T033655Z\n${sha256(canonical)}`).toString('hex');
  const presented = { accessKeyId: 'A', signedHeaders: ['x-name', 'x-sdk-date'], scope: undefined, signature };
  expect(() =>
    verifySignature({ method: 'GET', url: '/', headers, body: Buffer.alloc(0) }, presented, 'secret'),
  ).not.toThrow();
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
