// Client certificates of one authority: their common parts are encoded once, each gets the rest and its private key.
import { createHash } from 'node:crypto';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
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
import { element, toPem } from './der.js';
import type { DerivedKey } from './derive-key.js';
import { encode, encodeExtensions, encodeName, signCertificate } from './sign-certificate.js';

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

const [sequence, integer, bitString, octetString] = [0x30, 0x02, 0x03, 0x04];
const context = (number: number) => 0xa0 + number;

// OBJECT IDENTIFIER 1.2.840.10045.2.1 (a public key on a curve) and 1.2.840.10045.3.1.7 (the curve P-256).
const [ecPublicKey, p256] = [Buffer.from('06072a8648ce3d0201', 'hex'), Buffer.from('06082a8648ce3d030107', 'hex')];
// A bit string starts with the number of unused bits in its last byte.
const allBits = Buffer.of(0);

/** Prepares the parts that all client certificates of the authority share. */
export function createClientTemplate(authority: Authority): ClientTemplate {
  const algorithm = alone(encode(authority.signer.algorithm));
  const issuer = alone(encode(authority.subject));
  const extensions = alone(clientExtensions(authority));
  return ({ key: { scalar, point, serialNumber }, userId, groups, notBefore, notAfter }) => {
    const publicPoint = element(bitString, allBits, point);
    const publicKey = element(sequence, element(sequence, ecPublicKey, p256), publicPoint);
    const subject = encodeName([...groups.map((group) => ['O', group] as const), ['CN', userId]]);
    const fields = { serialNumber, issuer, notBefore, notAfter, subject, publicKey, extensions };
    const signed = signCertificate(fields, algorithm, authority.signer);
    // RFC 5915, as OpenSSL writes it: version 1, the scalar, the curve and the point.
    const privateKey = element(
      sequence,
      element(integer, Buffer.of(1)),
      element(octetString, scalar),
      element(context(0), p256),
      element(context(1), publicPoint),
    );
    return {
      certificatePem: toPem(signed, 'CERTIFICATE'),
      privateKeyPem: toPem(privateKey, 'EC PRIVATE KEY'),
      fingerprint: createHash('sha256').update(signed).digest('hex'),
    };
  };
}

function clientExtensions({ keyIdentifier }: Authority): Buffer {
  const authorityKeyIdentifier = new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier) });
  return encodeExtensions([
    { id: id_ce_basicConstraints, value: new BasicConstraints({ cA: false }), critical: true },
    { id: id_ce_keyUsage, value: new KeyUsage(KeyUsageFlags.digitalSignature), critical: true },
    { id: id_ce_extKeyUsage, value: new ExtendedKeyUsage([id_kp_clientAuth]), critical: false },
    { id: id_ce_authorityKeyIdentifier, value: authorityKeyIdentifier, critical: false },
  ]);
}

/** In memory of its own: a small buffer of Node keeps alive the block of 8 KB that it shares with others. */
function alone(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
