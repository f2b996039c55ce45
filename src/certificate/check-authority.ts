// Checks an authority before it is taken into a registry: it must work in kube-apiserver and kubectl, which read
// certificates by Go's rules. An authority that is registered already is still served, because old clients may accept
// it; `faultOf` names its fault.
import { X509Certificate } from 'node:crypto';
import { ClusterCertError, firstLine } from '../errors.js';
import { type Authority, type AuthorityFiles, assertValidAt, certificatesIn, openAuthority } from './authority.js';
import { type PathCertificate, isAlike, problemOnPath } from './path-to-root.js';
import { type StrictCertificate, readStrictly } from './strict/certificate.js';

export interface CheckedAuthority {
  readonly authority: Authority;
  /** Features that work with some clients only, one line each. */
  readonly warnings: readonly string[];
}

const clientAuth = '1.3.6.1.5.5.7.3.2';
const serverAuth = '1.3.6.1.5.5.7.3.1';
const anyPurpose = '2.5.29.37.0';
// Go's RSA takes no larger exponent, so that it is the same on every machine.
const largestExponent = 2n ** 31n - 1n;

interface Read {
  name: string;
  x509: X509Certificate;
  certificate?: StrictCertificate;
  /** Why Go does not read it. */
  problem?: string;
}

/**
 * Opens an authority that could issue certificates now, with warnings about it. Throws `authority_unusable`. Every
 * engine calls it for each authority that is added or changed.
 *
 * @example
 * import { checkAuthority } from 'cce-clustercert/server';
 *
 * export function check(certificatePem: string, privateKeyPem: string): void {
 *   const { warnings } = checkAuthority({ certificatePem, privateKeyPem }, { now: new Date() });
 *   for (const warning of warnings) console.warn(warning);
 * }
 */
export function checkAuthority(files: AuthorityFiles, { now }: { now: Date }): CheckedAuthority {
  const authority = openAuthority(files, { now });
  return { authority, warnings: checkOpened(authority, files, now) };
}

/** Why an authority that is registered already would be refused today; undefined for one that would not. */
export function faultOf(authority: Authority, { now }: { now: Date }): string | undefined {
  const { certificatePem, serverCertificatePem } = authority;
  const isApart = serverCertificatePem !== certificatePem;
  try {
    checkOpened(authority, { certificatePem, ...(isApart && { serverCertificatePem }) }, now);
    return undefined;
  } catch (error) {
    return firstLine(error);
  }
}

type Certificates = Pick<AuthorityFiles, 'certificatePem' | 'serverCertificatePem'>;

/** Gives the warnings. */
function checkOpened(authority: Authority, files: Certificates, now: Date): string[] {
  const bundle = read(files.certificatePem, authority.certificatePem);
  const [own] = bundle;
  checkTimes(authority, own?.certificate);
  assertValidAt(authority, now);
  for (const { name, problem } of bundle) {
    // kube-apiserver does not start with a file in which one certificate cannot be read.
    if (problem !== undefined) refuse(`Kubernetes cannot read the certificate of '${name}' in the CA file: ${problem}`);
  }
  const path = bundle.flatMap(({ certificate: strict, ...one }) => (strict ? [{ ...one, strict }] : []));
  checkIssuers(path);
  const isApart = files.serverCertificatePem !== undefined;
  const server = isApart ? read(files.serverCertificatePem ?? '', authority.serverCertificatePem) : bundle;
  checkTrust(server, { isApart, now });
  return [...warningsOf(server), ...warningsOfPath(path, now)];
}

/** The certificates that are handed out, in their order, each with the problem of its form in the file. */
function read(filePem: string, handedOutPem: string): Read[] {
  const files = certificatesIn(filePem);
  const problems = new Map<string, string | undefined>();
  for (const der of files) problems.set(new X509Certificate(der).fingerprint256, problemOf(der));
  return certificatesIn(handedOutPem).map((der) => {
    const x509 = new X509Certificate(der);
    // Node's types know of no certificate without a subject.
    const name = ((x509.subject as string | undefined) ?? '').split('\n').join(', ');
    const problem = problemOf(der) ?? problems.get(x509.fingerprint256);
    return problem === undefined ? { name, x509, certificate: readStrictly(der) } : { name, x509, problem };
  });
}

function problemOf(der: Uint8Array): string | undefined {
  try {
    readStrictly(der);
    return undefined;
  } catch (error) {
    return firstLine(error);
  }
}

/** OpenSSL and its users do not read all forms of a time that Go reads. */
function checkTimes({ notBefore, notAfter }: Authority, certificate: StrictCertificate | undefined): void {
  const same = (one: Date, other: Date) => one.getTime() === other.getTime();
  if (!certificate || (same(notBefore, certificate.notBefore) && same(notAfter, certificate.notAfter))) return;
  refuse(
    "the CA certificate's times are not written as RFC 5280, section 4.1.2.5, requires: with seconds, and in UTC (Z)",
  );
}

/** With at least one certificate of the authority's name and key, Go must be able to verify clients. */
function checkIssuers([own, ...others]: readonly PathCertificate[]): void {
  if (!own) return;
  const passes = ({ name, strict }: PathCertificate) => {
    try {
      checkIssuer(name, strict);
      return true;
    } catch {
      return false;
    }
  };
  if (!others.some((other) => isAlike(own, other) && passes(other))) checkIssuer(own.name, own.strict);
}

/** Whether Go accepts the certificate's key as that of an authority. */
function checkIssuer(name: string, certificate: StrictCertificate): void {
  const { unknownCritical, isCa, mayCertify, version, key } = certificate;
  if (unknownCritical.length > 0)
    refuse(
      `the CA certificate of '${name}' has critical extensions that Kubernetes does not know: ${unknownCritical.join(', ')}`,
    );
  if (isCa === false || (isCa === undefined && version === 3) || mayCertify === false)
    refuse(`the certificate of '${name}' is no CA certificate`);
  const exponent = key.exponent ?? 3n;
  if (exponent > largestExponent || exponent % 2n === 0n || exponent < 2n)
    refuse(
      `the RSA exponent of the CA certificate of '${name}' is even, or larger than 2^31-1, which Kubernetes does not accept`,
    );
  if (!isFor(certificate, clientAuth))
    refuse(
      `the CA certificate of '${name}' may not issue client certificates; its extended key usage lacks clientAuth`,
    );
}

function isFor({ purposes }: StrictCertificate, purpose: string): boolean {
  return purposes.length === 0 || purposes.includes(purpose) || purposes.includes(anyPurpose);
}

/** With at least one of the certificates, kubectl must be able to trust an API server now. */
function checkTrust(certificates: readonly Read[], { isApart, now }: { isApart: boolean; now: Date }): void {
  const usable = certificates.some(
    ({ certificate }) =>
      certificate?.unknownCritical.length === 0 &&
      certificate.notBefore <= now &&
      certificate.notAfter >= now &&
      isFor(certificate, serverAuth),
  );
  if (usable) return;
  const [{ name, problem } = { name: '', problem: undefined }] = certificates;
  const reason = problem ?? 'none is valid now and may issue server certificates (extended key usage serverAuth)';
  if (isApart)
    refuse(`kubectl can trust no API server by the certificates of the server CA, such as '${name}': ${reason}`);
  refuse(
    `kubectl can trust no API server by the CA certificate of '${name}': ${reason}; give the CA of the server as well`,
  );
}

function warningsOf(server: readonly Read[]): string[] {
  const warnings: string[] = [];
  const roots = server.filter((one) => one.certificate?.isSelfIssued);
  if (roots.length === 0)
    warnings.push(
      'the CA certificate is not self-signed and its root is not in the file; kubectl trusts it, clients in Python and Node do not: append the root',
    );
  for (const one of server.filter((each) => each.problem !== undefined))
    warnings.push(`kubectl cannot read the certificate of '${one.name}' and ignores it: ${one.problem ?? ''}`);
  return warnings;
}

/** Without a root in the file, another warning says so. */
function warningsOfPath(bundle: readonly PathCertificate[], now: Date): string[] {
  const problem = bundle.some(({ strict }) => strict.isSelfIssued) ? problemOnPath(bundle, now) : undefined;
  if (problem === undefined) return [];
  return [
    `by the root of the CA alone, its clients are not verified: ${problem}; give kube-apiserver the whole file as --client-ca-file`,
  ];
}

function refuse(message: string): never {
  throw new ClusterCertError('authority_unusable', message);
}
