// The one place that writes certificates: the elements of X.509 v3 (RFC 5280, section 4.1) in their order, signed.
// Callers decide the content. The ASN.1 library writes the same bytes, but takes ten times as long as key and
// signature.
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { Extension, Extensions } from '@peculiar/asn1-x509';
import { element, time } from './der.js';
import type { Signer } from './signer.js';

/** The content of a certificate; bytes are DER. */
export interface CertificateFields {
  /** Big-endian, positive, at most 20 bytes (RFC 5280, section 4.1.2.2). */
  serialNumber: Uint8Array;
  issuer: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  subject: Uint8Array;
  /** A SubjectPublicKeyInfo. */
  publicKey: Uint8Array;
  /** As `encodeExtensions` makes them. */
  extensions: Uint8Array;
}

const [sequence, set, integer, bitString, utf8String, explicitExtensions] = [0x30, 0x31, 0x02, 0x03, 0x0c, 0xa3];

// [0] INTEGER 2: version 3.
const version3 = Buffer.from('a003020102', 'hex');
// OBJECT IDENTIFIER 2.5.4.3 and 2.5.4.10.
const attributeTypes = { CN: Buffer.from('0603550403', 'hex'), O: Buffer.from('060355040a', 'hex') };
// A bit string starts with the number of unused bits in its last byte.
const allBits = Buffer.of(0);

/** The certificate in DER; `algorithm` is that of the signer, in DER. */
export function signCertificate(fields: CertificateFields, algorithm: Uint8Array, signer: Signer): Buffer {
  const { serialNumber, issuer, notBefore, notAfter, subject, publicKey, extensions } = fields;
  const certificate = element(
    sequence,
    version3,
    element(integer, serialNumber),
    algorithm,
    issuer,
    element(sequence, time(notBefore), time(notAfter)),
    subject,
    publicKey,
    extensions,
  );
  return element(sequence, certificate, algorithm, element(bitString, allBits, signer.sign(certificate)));
}

/** A distinguished name of one attribute after the other, each in a set of its own. */
export function encodeName(
  attributes: readonly (readonly [type: keyof typeof attributeTypes, value: string])[],
): Buffer {
  const sets = attributes.map(([type, value]) =>
    element(set, element(sequence, attributeTypes[type], element(utf8String, Buffer.from(value)))),
  );
  return element(sequence, ...sets);
}

/** Extensions whose values are any of the library's ASN.1 objects. */
export function encodeExtensions(extensions: readonly { id: string; value: object; critical: boolean }[]): Buffer {
  const all = extensions.map(
    ({ id, value, critical }) =>
      new Extension({ extnID: id, critical, extnValue: new OctetString(AsnConvert.serialize(value)) }),
  );
  return element(explicitExtensions, encode(new Extensions(all)));
}

/** One of the library's ASN.1 objects in DER. */
export function encode(object: object): Buffer {
  return Buffer.from(AsnConvert.serialize(object));
}
