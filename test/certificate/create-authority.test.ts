import { expect, test } from '@jest/globals';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { opensslVerify } from '../support/authorities.js';
import { openssl, testWith } from '../support/programs.js';

const now = new Date();
const files = await createAuthority({ now });
const certificate = new X509Certificate(files.certificatePem);

test('a new authority is a self-signed RSA-2048 CA under the name that kubeadm gives', () => {
  expect(certificate.subject).toBe('CN=kubernetes');
  expect(certificate.issuer).toBe('CN=kubernetes');
  expect(certificate.ca).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(files.privateKeyPem))).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
});

test('it is, byte for byte, what the ASN.1 library writes of it', () => {
  const read = AsnConvert.parse(certificate.raw, Certificate);
  expect(Buffer.from(AsnConvert.serialize(read)).equals(certificate.raw)).toBe(true);
});

test('a new authority is valid from a little before now for ten years', () => {
  expect(new Date(certificate.validFrom).getTime()).toBeLessThan(now.getTime());
  expect(new Date(certificate.validTo).getUTCFullYear() - new Date(certificate.validFrom).getUTCFullYear()).toBe(10);
});

testWith(openssl, 'openssl')('OpenSSL finds nothing wrong with it, strictly', () => {
  expect(opensslVerify(files.certificatePem, files.certificatePem)).toBe('client.crt: OK');
});
