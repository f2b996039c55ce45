// Client certificates of one authority, by template: what is the same in all of them is written once by the ASN.1 library;
// the rest, of fixed form, is put between. The library takes ten times as long as the key and the signature together.
import { createHash } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  Extensions,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_kp_clientAuth,
} from '@peculiar/asn1-x509';
import type { Authority } from './authority.js';
import { element, time, toPem } from './der.js';
import type { DerivedKey } from './derive-key.js';
import { createExtension } from './sign-certificate.js';

export interface ClientFields {
  key: DerivedKey;
  userId: string;
  groups: readonly string[];
  notBefore: Date;
  notAfter: Date;
}

/** Makes a client certificate and its private key, both in PEM. */
export type ClientTemplate = (fields: ClientFields) => {
  certificatePem: string;
  privateKeyPem: string;
  /** SHA-256 of the certificate's DER, in hex. */
  fingerprint: string;
};

const [sequence, set, integer, bitString, octetString, utf8String] = [0x30, 0x31, 0x02, 0x03, 0x04, 0x0c];
const context = (number: number) => 0xa0 + number;

// [0] INTEGER 2: version 3.
const version3 = Buffer.from('a003020102', 'hex');
// OBJECT IDENTIFIER 2.5.4.3 and 2.5.4.10.
const [commonName, organization] = [Buffer.from('0603550403', 'hex'), Buffer.from('060355040a', 'hex')];
// OBJECT IDENTIFIER 1.2.840.10045.2.1 (a public key on a curve) and 1.2.840.10045.3.1.7 (the curve P-256).
const [ecPublicKey, p256] = [Buffer.from('06072a8648ce3d0201', 'hex'), Buffer.from('06082a8648ce3d030107', 'hex')];
// A bit string starts with how many bits of its last byte do not count.
const allBits = Buffer.of(0);

/** Prepares what all client certificates of the authority share. */
export function createClientTemplate(authority: Authority): ClientTemplate {
  const algorithm = alone(serialize(authority.signer.algorithm));
  const issuer = alone(serialize(authority.subject));
  const extensions = alone(element(context(3), serialize(clientExtensions(authority))));
  return ({ key: { scalar, point, serialNumber }, userId, groups, notBefore, notAfter }) => {
    const publicKey = element(bitString, allBits, point);
    const certificate = element(
      sequence,
      version3,
      element(integer, serialNumber),
      algorithm,
      issuer,
      element(sequence, time(notBefore), time(notAfter)),
      element(sequence, ...groups.map((group) => attribute(organization, group)), attribute(commonName, userId)),
      element(sequence, element(sequence, ecPublicKey, p256), publicKey),
      extensions,
    );
    const signature = element(bitString, allBits, authority.signer.sign(certificate));
    // RFC 5915, as OpenSSL writes it: version 1, the scalar, the curve and the point.
    const privateKey = element(
      sequence,
      element(integer, Buffer.of(1)),
      element(octetString, scalar),
      element(context(0), p256),
      element(context(1), publicKey),
    );
    const signed = element(sequence, certificate, algorithm, signature);
    return {
      certificatePem: toPem(signed, 'CERTIFICATE'),
      privateKeyPem: toPem(privateKey, 'EC PRIVATE KEY'),
      fingerprint: createHash('sha256').update(signed).digest('hex'),
    };
  };
}

/** One attribute of a name, in a set of its own. */
function attribute(type: Buffer, value: string): Buffer {
  return element(set, element(sequence, type, element(utf8String, Buffer.from(value))));
}

function clientExtensions({ keyIdentifier }: Authority): Extensions {
  const authorityKeyIdentifier = new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier) });
  return new Extensions([
    createExtension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), { critical: true }),
    createExtension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), { critical: true }),
    createExtension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_clientAuth]), { critical: false }),
    createExtension(id_ce_authorityKeyIdentifier, authorityKeyIdentifier, { critical: false }),
  ]);
}

/** In memory of its own: a small buffer of Node keeps a block of 8 KB alive that it shares with others. */
function alone(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

function serialize(object: object): Buffer {
  return Buffer.from(AsnConvert.serialize(object));
}
