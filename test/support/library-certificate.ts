// The second witness of certificates: X.509 v3 as the ASN.1 library writes it, where src/certificate/sign-certificate.ts
// puts the elements together itself.
import type { KeyObject } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Extension,
  Extensions,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { toPem } from '../../src/certificate/der.js';
import type { Signer } from '../../src/certificate/signer.js';

export interface CertificateFields {
  /** Big-endian, positive, at most 20 bytes (RFC 5280, section 4.1.2.2). */
  serialNumber: Uint8Array;
  issuer: Name;
  subject: Name;
  notBefore: Date;
  notAfter: Date;
  publicKey: KeyObject;
  extensions: Extension[];
}

const attributeTypes = { O: '2.5.4.10', CN: '2.5.4.3' };

/** The signed certificate in PEM. */
export function signCertificate(fields: CertificateFields, signer: Signer): string {
  const { serialNumber, issuer, subject, notBefore, notAfter, publicKey, extensions } = fields;
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: toArrayBuffer(serialNumber),
    signature: signer.algorithm,
    issuer,
    validity: new Validity({ notBefore, notAfter }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo),
    extensions: new Extensions(extensions),
  });
  const signatureValue = toArrayBuffer(signer.sign(new Uint8Array(AsnConvert.serialize(tbsCertificate))));
  const certificate = new Certificate({ tbsCertificate, signatureAlgorithm: signer.algorithm, signatureValue });
  return toPem(new Uint8Array(AsnConvert.serialize(certificate)), 'CERTIFICATE');
}

/** A distinguished name of one attribute after the other, each in a set of its own. */
export function createName(attributes: readonly (readonly [type: keyof typeof attributeTypes, value: string])[]): Name {
  return new Name(
    attributes.map(([type, utf8String]) => {
      const value = new AttributeValue({ utf8String });
      return new RelativeDistinguishedName([new AttributeTypeAndValue({ type: attributeTypes[type], value })]);
    }),
  );
}

/** An extension whose value is any of the library's ASN.1 objects. */
export function createExtension(extnID: string, value: object, { critical }: { critical: boolean }): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
