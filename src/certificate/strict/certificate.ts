// Reads a certificate by the rules of Go's crypto/x509, which kube-apiserver, kubectl and client-go go by: what this refuses, they
// cannot load. OpenSSL, by which Node reads certificates, is more lenient. test/certificate/go-x509.process.ts compares both.
import { DerReader, constructed, context, tags } from './der-reader.js';
import { type StrictExtensions, readExtensions } from './extensions.js';
import { checkName } from './names.js';
import { type StrictKey, readAlgorithm, readPublicKey } from './public-key.js';
import { readTime } from './time.js';

/** The facts of a certificate that decide whether it can be an authority. */
export interface StrictCertificate extends StrictExtensions {
  /** From 1 to 3. */
  version: number;
  notBefore: Date;
  notAfter: Date;
  key: StrictKey;
  /** Of the signature, in dotted form. */
  algorithm: string;
  issuer: Buffer;
  subject: Buffer;
  /** Whether issuer and subject are the same, byte by byte. */
  isSelfIssued: boolean;
}

/** Throws a plain `Error` that says what Go would refuse. */
export function readStrictly(der: Uint8Array): StrictCertificate {
  const file = new DerReader(der);
  const outer = file.enter(tags.sequence);
  if (!file.isEmpty) throw new Error('something follows the certificate');
  const inner = outer.enter(tags.sequence);
  const version = readVersion(inner);
  if (part('the serial number', () => inner.integer()) < 0n) throw new Error('the serial number is negative');
  const algorithm = inner.expect(tags.sequence).content;
  if (!outer.expect(tags.sequence).content.equals(algorithm))
    throw new Error('the signature algorithms inside and outside differ');
  const signature = part('the signature algorithm', () => readAlgorithm(new DerReader(algorithm)));
  const issuer = inner.expect(tags.sequence).bytes;
  part('the issuer', () => checkName(new DerReader(issuer)));
  const validity = inner.enter(tags.sequence);
  const [notBefore, notAfter] = part('the validity', () => [readTime(validity), readTime(validity)] as const);
  const subject = inner.expect(tags.sequence).bytes;
  part('the subject', () => checkName(new DerReader(subject)));
  const key = readPublicKey(inner);
  const extensions = version === 1 ? undefined : readRest(inner, version);
  part('the signature', () => outer.bitString());
  return {
    ...(extensions ?? { purposes: [], unknownCritical: [] }),
    version,
    notBefore,
    notAfter,
    key,
    algorithm: signature.algorithm,
    issuer,
    subject,
    isSelfIssued: issuer.equals(subject),
  };
}

/** The unique identifiers, which nobody uses, and the extensions of version 3. */
function readRest(inner: DerReader, version: number): StrictExtensions | undefined {
  for (const tag of [context(1), context(2)]) if (inner.comes(tag)) inner.element();
  return version === 3 && inner.comes(constructed(3))
    ? readExtensions(inner.enter(constructed(3)).enter(tags.sequence))
    : undefined;
}

function readVersion(inner: DerReader): number {
  const explicit = inner.enterOptional(constructed(0));
  const version = explicit ? explicit.integer() : 0n;
  if (version < 0n || version > 2n || !(explicit?.isEmpty ?? true)) throw new Error('the version is not 1, 2 or 3');
  return Number(version) + 1;
}

function part<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}
