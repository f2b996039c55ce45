import { expect, test } from '@jest/globals';
import {
  type KeyObject,
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  verify,
} from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { createSigner } from '../../src/certificate/signer.js';

test('ECDSA signatures are those of RFC 6979, appendix A.2.5', () => {
  const d = Buffer.from('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721', 'hex');
  const exchange = createECDH('prime256v1');
  exchange.setPrivateKey(d);
  const point = exchange.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  const key = createPrivateKey({
    key: { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x, y } as never,
    format: 'jwk',
  });
  const { r, s } = p256.Signature.fromBytes(createSigner(key).sign(Buffer.from('sample')), 'der');
  expect(r.toString(16).toUpperCase()).toBe('EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716');
  expect(s.toString(16).toUpperCase()).toBe('F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8');
});

test.each<[string, () => { privateKey: KeyObject }, string | null]>([
  ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 }), 'sha256'],
  ['P-256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'sha256'],
  ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' }), 'sha384'],
  ['P-521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' }), 'sha512'],
  ['Ed25519', () => generateKeyPairSync('ed25519'), null],
])('%s signatures repeat, and node:crypto verifies them', (_name, generate, hash) => {
  const { privateKey } = generate();
  const data = Buffer.from('to be signed');
  const signature = createSigner(privateKey).sign(data);
  expect(Buffer.from(createSigner(privateKey).sign(data)).equals(signature)).toBe(true);
  expect(verify(hash, data, createPublicKey(privateKey), signature)).toBe(true);
});
