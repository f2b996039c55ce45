// A cluster's certificate authority: its certificate, its private key and the seed from which credentials are derived.
// Refuses one that a Kubernetes API server could not trust. The registry knows where the files lie.
import { type KeyObject, X509Certificate, createHash, createPrivateKey, hkdfSync, verify } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  Certificate,
  type Name,
  SubjectKeyIdentifier,
  type SubjectPublicKeyInfo,
  id_ce_subjectKeyIdentifier,
} from '@peculiar/asn1-x509';
import { ClusterCertError } from '../errors.js';
import { isSignedBy } from './path-to-root.js';
import { type Signer, createSigner } from './signer.js';

export interface AuthorityFiles {
  /** `ca.crt`: the CA certificate in PEM, possibly with text around it and further certificates behind it. */
  certificatePem: string;
  /** `ca.key`: its private key in PEM, not encrypted. */
  privateKeyPem: string;
  /** `server-ca.crt`: the CA of the API server's own certificate, where that is another one. */
  serverCertificatePem?: string;
  /** At least 32 secret bytes. Without them the seed is derived from the private key. */
  seed?: Uint8Array;
}

export interface Authority {
  /** The certificates of `ca.crt` without any text around them, the one that signs first. */
  readonly certificatePem: string;
  /** The authority and those above it, without the root, so that the root alone verifies a client certificate. */
  readonly chainPem: string;
  /** When another certificate of the same key counts, so that the files must be opened again; undefined for never. */
  readonly chosenUntil: Date | undefined;
  /**
   * The CAs that clients trust the API server by: those of `server-ca.crt` or, without it, the same as
   * `certificatePem`.
   */
  readonly serverCertificatePem: string;
  /** @internal */
  readonly subject: Name;
  readonly keyIdentifier: ArrayBuffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SHA-256 of the certificate, in hex. */
  readonly fingerprint: string;
  /** @internal */
  readonly signer: Signer;
  readonly seed: Uint8Array;
}

const anyExtendedKeyUsage = '2.5.29.37.0';
const damaged = "the CA's private key is damaged: what it signs does not verify; restore it from a copy";
const ecPublicKey = '1.2.840.10045.2.1';
const objectIdentifierTag = 0x06;
const clientAuth = '1.3.6.1.5.5.7.3.2';

/**
 * Checks that certificate and key make an authority; throws `authority_unusable` otherwise. Dates are not checked.
 * `isChecked` says that the same files passed before, so that the expensive checks are skipped.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { openAuthority } from 'cce-clustercert/server';
 *
 * const certificatePem = await readFile('/etc/kubernetes/pki/ca.crt', 'utf8');
 * const privateKeyPem = await readFile('/etc/kubernetes/pki/ca.key', 'utf8');
 * const { fingerprint, notAfter } = openAuthority({ certificatePem, privateKeyPem });
 * console.log(fingerprint, notAfter.toISOString());
 */
export function openAuthority(
  files: AuthorityFiles,
  { isChecked = false, now = new Date() }: { isChecked?: boolean; now?: Date } = {},
): Authority {
  const { certificatePem, privateKeyPem, serverCertificatePem, seed } = files;
  const privateKey = readPrivateKey(privateKeyPem);
  const signer = createSigner(privateKey);
  const bundle = readCertificates(certificatePem);
  const candidates = candidatesOf(bundle, privateKey);
  const own = chooseAt(candidates, now);
  if (!own) refuse('the CA certificate does not fit its private key; give the ca.crt and the ca.key of one authority');
  // Of several certificates, another one may have been checked.
  if (!isChecked || candidates.length > 1) {
    checkPurpose(own);
    checkKey(own, signer);
  }
  const ordered = [own, ...bundle.filter((certificate) => certificate !== own)];
  const bundlePem = toText(ordered);
  return {
    certificatePem: bundlePem,
    chainPem: toText(chainOf(own, ordered)),
    chosenUntil: nextChoice(candidates, now),
    serverCertificatePem:
      serverCertificatePem === undefined ? bundlePem : toText(readCertificates(serverCertificatePem)),
    ...readIssuerFields(own),
    fingerprint: createHash('sha256').update(own.raw).digest('hex'),
    signer,
    seed: seed ?? deriveSeed(privateKey),
  };
}

/** Throws `authority_unusable` unless the authority's own certificate is valid at that time. */
export function assertValidAt({ notBefore, notAfter }: Authority, now: Date): void {
  if (now > notAfter) refuse(`the CA certificate has expired on ${notAfter.toISOString()}; renew it`);
  if (now < notBefore) refuse(`the CA certificate is not valid before ${notBefore.toISOString()}`);
}

function refuse(message: string, cause?: unknown): never {
  throw new ClusterCertError('authority_unusable', message, { cause });
}

function readPrivateKey(pem: string): KeyObject {
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(pem))
    refuse("the CA's private key is encrypted; decrypt it first");
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    return refuse("the CA's private key cannot be read; a private key in PEM is accepted", cause);
  }
}

/** The certificates of a key: those that may issue client certificates, if any may. */
function candidatesOf(bundle: readonly X509Certificate[], privateKey: KeyObject): X509Certificate[] {
  const ofKey = bundle.filter((certificate) => certificate.checkPrivateKey(privateKey));
  const suitable = ofKey.filter((certificate) => certificate.ca && isForClients(certificate));
  return suitable.length > 0 ? suitable : ofKey;
}

/**
 * Around a renewal, the file has several certificates of one key: of those that are valid now, the one that ends last
 * counts.
 */
function chooseAt(certificates: readonly X509Certificate[], now: Date): X509Certificate | undefined {
  const valid = certificates.filter(({ validFrom, validTo }) => new Date(validFrom) <= now && new Date(validTo) >= now);
  const [last] = (valid.length > 0 ? valid : [...certificates]).sort(
    (one, other) => Date.parse(other.validTo) - Date.parse(one.validTo),
  );
  return last;
}

/** Every replica opens the files again at the same moment. */
function nextChoice(certificates: readonly X509Certificate[], now: Date): Date | undefined {
  if (certificates.length < 2) return undefined;
  const edges = certificates.flatMap(({ validFrom, validTo }) => [Date.parse(validFrom), Date.parse(validTo) + 1]);
  const next = Math.min(...edges.filter((edge) => edge > now.getTime()));
  return Number.isFinite(next) ? new Date(next) : undefined;
}

/**
 * The authority's certificate and those of its issuers that are present and not self-signed (RFC 8446, section 4.4.2).
 */
function chainOf(own: X509Certificate, bundle: readonly X509Certificate[]): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: X509Certificate | undefined = own;
  while (next && !isSelfSigned(next) && !chain.includes(next)) {
    const current: X509Certificate = next;
    chain.push(current);
    // Another one may have the issuer's name.
    next = bundle.find((issuer) => issuer !== current && current.checkIssued(issuer) && isSignedBy(current, issuer));
  }
  return chain;
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && certificate.checkIssued(certificate);
}

/** The certificates of a text, in DER and in its order. */
export function certificatesIn(pem: string): Buffer[] {
  return blocksIn(pem).map((block) => {
    const text = block.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text))
      refuse('the CA certificate cannot be read: a block in its file is not base64');
    return Buffer.from(text, 'base64');
  });
}

/** Blocks with headers are passed over, as Kubernetes does. */
function blocksIn(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.filter((block) => !block.includes(':'));
}

/**
 * Live providers send text before the PEM block, and tools write such files: text around a block is skipped. OpenSSL
 * gets bytes, because it accepts fewer forms of PEM than Go, such as no empty lines.
 */
function readCertificates(pem: string): X509Certificate[] {
  const certificates = certificatesIn(pem);
  if (certificates.length === 0) refuse('the CA certificate cannot be read; a certificate in PEM is accepted');
  try {
    return certificates.map((der) => new X509Certificate(der));
  } catch (cause) {
    return refuse('the CA certificate cannot be read: a block in its file is no certificate', cause);
  }
}

function toText(certificates: readonly X509Certificate[]): string {
  return certificates.map((certificate) => certificate.toString()).join('');
}

function checkPurpose(certificate: X509Certificate): void {
  // Node's types know of no certificate without a subject; readIssuerFields refuses it.
  const subject = ((certificate.subject as string | undefined) ?? '').split('\n').join(', ');
  // `ca` takes the basic constraints and, where it is given, the key usage (RFC 5280, sections 4.2.1.3 and 4.2.1.9).
  if (!certificate.ca) refuse(`the certificate of '${subject}' is no CA certificate`);
  if (!isForClients(certificate)) {
    refuse(
      `the CA certificate of '${subject}' may not issue client certificates; its extended key usage lacks clientAuth`,
    );
  }
}

/** Go, and so Kubernetes, also requires the extended key usages of the CA from a chain. */
function isForClients(certificate: X509Certificate): boolean {
  const usages = certificate.keyUsage as string[] | undefined;
  return !usages || usages.includes(clientAuth) || usages.includes(anyExtendedKeyUsage);
}

/**
 * The certificate fits the key's public part, but a damaged key fails to sign or makes signatures that do not verify.
 */
function checkKey({ raw, publicKey }: X509Certificate, signer: Signer): void {
  try {
    if (verify(signer.digest, raw, publicKey, signer.sign(raw))) return;
  } catch (cause) {
    refuse(damaged, cause);
  }
  refuse(damaged);
}

/** The fields of the authority that its certificates repeat, and its end, which limits theirs. */
function readIssuerFields(certificate: X509Certificate) {
  const { subject, validity, extensions, subjectPublicKeyInfo } = parse(certificate.raw, Certificate).tbsCertificate;
  // A chain is built by comparing names byte by byte, so a name that DER would write differently cannot be used.
  if (subject.length === 0 || !certificate.raw.includes(Buffer.from(AsnConvert.serialize(subject)))) {
    refuse('the subject of the CA certificate is empty or not encoded in DER');
  }
  checkCurve(subjectPublicKeyInfo);
  const extension = extensions?.find(({ extnID }) => extnID === id_ce_subjectKeyIdentifier);
  const keyIdentifier = extension
    ? parse(extension.extnValue.buffer, SubjectKeyIdentifier).buffer
    : // RFC 5280, section 4.2.1.2, method 1.
      new Uint8Array(createHash('sha1').update(new Uint8Array(subjectPublicKeyInfo.subjectPublicKey)).digest()).buffer;
  return { subject, keyIdentifier, notBefore: validity.notBefore.getTime(), notAfter: validity.notAfter.getTime() };
}

/** OpenSSL accepts some encodings that break the standard. */
function parse<Value>(der: BufferSource, type: new () => Value): Value {
  try {
    return AsnConvert.parse(der, type);
  } catch (cause) {
    return refuse('the CA certificate cannot be read: it is not encoded as RFC 5280 has it', cause);
  }
}

/** Go, and so Kubernetes, reads no curve given by its parameters; RFC 5480, section 2.1.1, requires a name. */
function checkCurve({ algorithm: { algorithm, parameters } }: SubjectPublicKeyInfo): void {
  if (algorithm !== ecPublicKey || (parameters && new Uint8Array(parameters)[0] === objectIdentifierTag)) return;
  refuse("the curve of the CA certificate's key is given by its parameters; it must be given by its name");
}

/** For an authority whose folder has no seed, or is read-only: every replica derives the same one. */
function deriveSeed(privateKey: KeyObject): Uint8Array {
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' });
  return new Uint8Array(hkdfSync('sha256', secret, 'cce-clustercert', 'seed of an authority without a seed file', 32));
}
