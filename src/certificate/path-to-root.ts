// Whether the root alone verifies the clients of an authority, by Go's rules (RFC 5280, section 6.1). Programs that
// trust the authority's own certificate do not check those above it.
import type { X509Certificate } from 'node:crypto';
import type { StrictCertificate } from './strict/certificate.js';

export interface PathCertificate {
  readonly name: string;
  readonly x509: X509Certificate;
  readonly strict: StrictCertificate;
}

const clientAuth = '1.3.6.1.5.5.7.3.2';
const anyPurpose = '2.5.29.37.0';
// SHA-256 and longer with RSA, RSA-PSS and ECDSA, and Ed25519: Go accepts no signature with MD5 or SHA-1.
const soundAlgorithms = new Set([
  '1.2.840.113549.1.1.10',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
  '1.3.101.112',
]);
// No cluster has longer ones, and each further certificate multiplies the possible paths.
const longestPath = 8;
const mostSteps = 500;

/**
 * Why no path leads from a client of the first certificate to a self-signed one, such as "the path length of 'CN=root'
 * allows 0 CAs below it"; undefined if one does.
 */
export function problemOnPath(certificates: readonly PathCertificate[], now: Date): string | undefined {
  const [own] = certificates;
  if (!own) return undefined;
  let reason: string | undefined;
  let steps = 0;
  const leads = (path: readonly PathCertificate[]): boolean => {
    const last = path.at(-1);
    if (last?.strict.isSelfIssued) return true;
    for (const issuer of certificates) {
      if (path.length > longestPath || ++steps > mostSteps) return false;
      if (path.includes(issuer) || !(last ? isIssuedBy(last, issuer) : isAlike(own, issuer))) continue;
      const problem = problemOf(last, issuer, path.length, now);
      if (problem === undefined && leads([...path, issuer])) return true;
      reason ??= problem;
    }
    return false;
  };
  return leads([]) ? undefined : (reason ?? `no path in the file leads '${own.name}' to a root`);
}

/** Whether both are of one authority, so that a signature by one is also by the other. */
export function isAlike({ strict: one }: PathCertificate, { strict: other }: PathCertificate): boolean {
  return one.subject.equals(other.subject) && one.key.info.equals(other.key.info);
}

function isIssuedBy({ x509, strict }: PathCertificate, issuer: PathCertificate): boolean {
  return strict.issuer.equals(issuer.strict.subject) && isSignedBy(x509, issuer.x509);
}

/** A key that cannot verify a signature did not make it. */
export function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function problemOf(
  below: PathCertificate | undefined,
  { name, strict }: PathCertificate,
  casBelow: number,
  now: Date,
): string | undefined {
  const { isCa, mayCertify, version, pathLength, purposes, unknownCritical, notBefore, notAfter } = strict;
  if (below && !soundAlgorithms.has(below.strict.algorithm))
    return `the signature of '${below.name}' is by MD5, SHA-1 or an unknown algorithm`;
  if (notAfter < now) return `'${name}' has expired on ${notAfter.toISOString()}`;
  if (notBefore > now) return `'${name}' is not valid before ${notBefore.toISOString()}`;
  if (isCa === false || (isCa === undefined && version === 3) || mayCertify === false) return `'${name}' is no CA`;
  if (unknownCritical.length > 0) return `'${name}' has unknown critical extensions: ${unknownCritical.join(', ')}`;
  if (pathLength !== undefined && pathLength < casBelow)
    return `the path length of '${name}' allows ${pathLength} CAs below it`;
  if (purposes.length > 0 && !purposes.includes(clientAuth) && !purposes.includes(anyPurpose))
    return `the extended key usage of '${name}' lacks clientAuth`;
  return undefined;
}
