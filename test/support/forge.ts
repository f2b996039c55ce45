// Credentials with one fault each, made from typed ASN.1, because no tool makes such faults.
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  type GeneralName,
  KeyUsage,
  KeyUsageFlags,
  Name,
  type NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
  id_kp_clientAuth,
} from '@peculiar/asn1-x509';
import { type KeyObject, type KeyPairKeyObjectResult, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface ForgedFields {
  /** Big-endian, as it stands in the certificate. */
  serial?: number[];
  /** None when empty. */
  commonName?: string;
  /** Groups, for kube-apiserver. */
  organization?: string;
  /** From now. */
  days?: [from: number, until: number];
  version?: Version;
  hash?: 'sha256' | 'sha1';
  /** Of an RSA key; without it, the key is on P-256. */
  bits?: number;
  /** Instead of new ones. */
  keys?: KeyPairKeyObjectResult;
  /** The key is the CA's, by `forge`. */
  hasKeyOfAuthority?: true;
  ca?: boolean;
  purposes?: string[];
  /** How many CAs a CA allows below it. */
  pathLength?: number;
  /** Name constraints of a CA, critical as RFC 5280 has them. */
  constraints?: NameConstraints;
  /** Other names of the subject. */
  names?: GeneralName[];
  /** An extension that stands there twice. */
  twice?: boolean;
}

export interface Forged {
  authorityPem: string;
  certificatePem: string;
  keyPem: string;
}

/** ECDSA (RFC 5758, section 3.2; RFC 3279, section 2.2.3). */
const signatures = { sha256: '1.2.840.10045.4.3.2', sha1: '1.2.840.10045.4.1' };
const day = 86_400_000;

/** A CA and a client certificate by it; everything not given is right. */
export function forge(client: ForgedFields = {}, authority: ForgedFields = {}): Forged {
  const authorityKeys = keyPair();
  const keys = client.hasKeyOfAuthority ? authorityKeys : keyPair(client.bits);
  const issuer = nameOf(authority.commonName ?? 'kubernetes');
  const subject = nameOf(client.commonName ?? 'a4a5d4098fb4474fa22cd05f897d6b99', client.organization);
  const signer = authorityKeys.privateKey;
  return {
    authorityPem: certificate(
      { ca: true, ...authority },
      { issuer, subject: issuer, key: authorityKeys.publicKey, signer },
    ),
    certificatePem: certificate(
      { ca: false, purposes: [id_kp_clientAuth], ...client },
      { issuer, subject, key: keys.publicKey, signer },
    ),
    keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

export interface ForgedAuthority {
  pem: string;
  issuer: Name;
  signer: KeyObject;
}

/** A CA below another one. */
export function forgeIntermediate({ issuer, signer }: ForgedAuthority, fields: ForgedFields = {}): ForgedAuthority {
  const { publicKey: key, privateKey } = keyPair();
  const subject = nameOf(fields.commonName ?? 'issuing');
  const pem = certificate({ ca: true, days: [-1, 3000], ...fields }, { issuer, subject, key, signer });
  return { pem, issuer: subject, signer: privateKey };
}

/** A CA alone, to sign several client certificates with. */
export function forgeAuthority(fields: ForgedFields = {}): ForgedAuthority {
  const { publicKey: key, privateKey: signer } = keyPair();
  const issuer = nameOf(fields.commonName ?? 'kubernetes');
  return {
    pem: certificate({ ca: true, days: [-1, 4000], ...fields }, { issuer, subject: issuer, key, signer }),
    issuer,
    signer,
  };
}

/** A client certificate by a CA. */
export function forgeClient(
  { issuer, signer }: ForgedAuthority,
  client: ForgedFields = {},
): Omit<Forged, 'authorityPem'> {
  const { publicKey: key, privateKey } = client.keys ?? keyPair(client.bits);
  const subject = nameOf(client.commonName ?? 'a4a5d4098fb4474fa22cd05f897d6b99', client.organization);
  return {
    certificatePem: certificate(
      { ca: false, purposes: [id_kp_clientAuth], ...client },
      { issuer, subject, key, signer },
    ),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const keyPair = (bits?: number) =>
  bits === undefined
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: bits });

const nameOf = (commonName: string, organization = '') =>
  new Name(
    Object.entries({ '2.5.4.10': organization, '2.5.4.3': commonName })
      .filter(([, text]) => text !== '')
      .map(
        ([type, text]) =>
          new RelativeDistinguishedName([
            new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String: text }) }),
          ]),
      ),
  );

interface Parties {
  issuer: Name;
  subject: Name;
  key: KeyObject;
  signer: KeyObject;
}

function certificate(fields: ForgedFields, { issuer, subject, key, signer }: Parties): string {
  const {
    serial = [1, ...randomBytes(8)],
    days: [from, until] = [-1, 30],
    version = Version.v3,
    hash = 'sha256',
  } = fields;
  const algorithm = new AlgorithmIdentifier({ algorithm: signatures[hash] });
  const tbsCertificate = new TBSCertificate({
    version,
    serialNumber: new Uint8Array(serial).buffer,
    signature: algorithm,
    issuer,
    validity: new Validity({
      notBefore: new Date(Date.now() + from * day),
      notAfter: new Date(Date.now() + until * day),
    }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(key.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo),
    ...(version === Version.v3 && { extensions: new Extensions(extensionsOf(fields)) }),
  });
  const signatureValue = new Uint8Array(sign(hash, Buffer.from(AsnConvert.serialize(tbsCertificate)), signer)).buffer;
  const der = AsnConvert.serialize(new Certificate({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue }));
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function extensionsOf({
  ca = false,
  purposes,
  pathLength,
  constraints,
  names,
  twice = false,
}: ForgedFields): Extension[] {
  const usage = ca ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature;
  const values: [oid: string, critical: boolean, value: object][] = [
    [
      '2.5.29.19',
      true,
      new BasicConstraints({ cA: ca, ...(pathLength !== undefined && { pathLenConstraint: pathLength }) }),
    ],
    ['2.5.29.15', true, new KeyUsage(usage)],
    ...(twice ? [['2.5.29.15', true, new KeyUsage(usage)] satisfies [string, boolean, object]] : []),
    ...(constraints ? [['2.5.29.30', true, constraints] satisfies [string, boolean, object]] : []),
    ...(names ? [['2.5.29.17', false, new SubjectAlternativeName(names)] satisfies [string, boolean, object]] : []),
    ...(purposes ? [['2.5.29.37', false, new ExtendedKeyUsage(purposes)] satisfies [string, boolean, object]] : []),
  ];
  return values.map(
    ([extnID, critical, value]) =>
      new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) }),
  );
}
