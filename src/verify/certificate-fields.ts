// The fields of a certificate (RFC 5280, section 4.1) in their encoded form. Whether Go accepts what they hold is in
// go-certificate.ts.
import { DerReader, NotDer, tags } from './der-reader.js';

export interface CertificateFields {
  /** 1 to 3; larger ones are not defined. */
  version: number;
  /** In two's complement. */
  serialNumber: Buffer;
  /** The algorithm inside of what is signed, encoded. */
  signature: Buffer;
  signatureAlgorithm: Algorithm;
  /** Encoded, without tag and length, as the other names and structures here. */
  issuer: Buffer;
  validity: Buffer;
  subject: Buffer;
  publicKey: Buffer;
  /** Those of version 3 and above: Go passes over others. */
  extensions: readonly CertificateExtension[];
  /** The number of bytes after the end. */
  surplus: number;
}

export interface Algorithm {
  id: string;
  /** Tag and length included. */
  parameters?: Buffer;
  encoded: Buffer;
}

export interface CertificateExtension {
  id: string;
  critical: boolean;
  value: Buffer;
}

export interface Attribute {
  type: string;
  tag: number;
  content: Buffer;
}

/** The attributes of an issuer or subject, in their order. Throws NotDer. */
export function readAttributes(name: Buffer, which: string): Attribute[] {
  const sets = new DerReader(name);
  const attributes: Attribute[] = [];
  while (!sets.isAtEnd) {
    const set = sets.inside(tags.set, `set in the ${which}`);
    while (!set.isAtEnd) {
      const attribute = set.inside(tags.sequence, `attribute of the ${which}`);
      const type = attribute.oid(`an attribute of the ${which}`);
      attributes.push({ type, ...attribute.next() });
    }
  }
  return attributes;
}

/** The values of one type in a name, in their order; none where Go cannot read it. */
export function valuesOf(name: Buffer, type: string): string[] {
  try {
    return readAttributes(name, 'name').flatMap((one) => (one.type === type ? textOf(one) : []));
  } catch (error) {
    if (error instanceof NotDer) return [];
    throw error;
  }
}

function textOf({ tag, content }: Attribute): string {
  if (tag === tags.utf8String) return content.toString('utf8');
  return tag === tags.bmpString && content.length % 2 === 0
    ? Buffer.from(content).swap16().toString('utf16le')
    : content.toString('latin1');
}

/** Throws NotDer for bytes of another structure. */
export function readFields(der: Buffer): CertificateFields {
  const file = new DerReader(der);
  const { tag, content, whole } = file.next();
  if (tag !== tags.sequence) throw new NotDer('no certificate');
  const certificate = new DerReader(content);
  const body = certificate.inside(tags.sequence, 'body of a certificate');
  const version = readVersion(body);
  const serialNumber = body.integer('serial number');
  const signature = body.read(tags.sequence, 'signature algorithm');
  const signatureAlgorithm = readAlgorithm(certificate.read(tags.sequence, 'signature algorithm after the body'));
  certificate.bits('a signature');
  return {
    version,
    serialNumber,
    signature,
    signatureAlgorithm,
    issuer: body.read(tags.sequence, 'issuer'),
    validity: body.read(tags.sequence, 'validity'),
    subject: body.read(tags.sequence, 'subject'),
    publicKey: body.read(tags.sequence, 'public key'),
    extensions: version > 1 ? readExtensions(body, version) : [],
    surplus: der.length - whole.length,
  };
}

function readVersion(body: DerReader): number {
  const given = body.optional(0xa0);
  if (given === undefined) return 1;
  const number = new DerReader(given).integer('version');
  return Number.parseInt(number.toString('hex'), 16) + 1;
}

function readAlgorithm(encoded: Buffer): Algorithm {
  const reader = new DerReader(encoded);
  const id = reader.oid('a signature algorithm');
  return { id, encoded, ...(!reader.isAtEnd && { parameters: reader.next().whole }) };
}

function readExtensions(body: DerReader, version: number): CertificateExtension[] {
  // Unique identifiers of issuer and subject.
  for (const tag of [0x81, 0x82]) body.optional(tag);
  const given = version > 2 ? body.optional(0xa3) : undefined;
  if (given === undefined) return [];
  const list = new DerReader(given).inside(tags.sequence, 'list of extensions');
  const extensions: CertificateExtension[] = [];
  while (!list.isAtEnd) extensions.push(readExtension(list.inside(tags.sequence, 'extension')));
  return extensions;
}

function readExtension(reader: DerReader): CertificateExtension {
  const id = reader.oid('an extension');
  const critical = reader.hasNext(tags.boolean) && reader.boolean('a critical flag');
  return { id, critical, value: reader.read(tags.octetString, 'value of an extension') };
}
