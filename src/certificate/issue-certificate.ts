// Issues client certificates that are stable: within a re-use window the same caller, cluster and validity get the
// same certificate and key, with nothing stored. Knows no HTTP and no files.
import { createPublicKey, randomBytes } from 'node:crypto';
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
import { type Authority, assertValidAt } from './authority.js';
import { deriveKey } from './derive-key.js';
import { createExtension, createName, signCertificate } from './sign-certificate.js';

export interface CertificateRequest {
  clusterId: string;
  /** Becomes the CN: Kubernetes takes it for the user's name. */
  userId: string;
  /** Become one O each: Kubernetes takes them for the user's groups. */
  groups: readonly string[];
  validityDays: number;
  /** Length of the windows, in seconds, in which a certificate is re-used; 0 makes a new one each time. */
  reuseWindowSeconds: number;
  now: Date;
}

export interface ClientCertificate {
  readonly certificatePem: string;
  /** SEC 1, as kubeadm writes EC keys, which every Kubernetes client reads. */
  readonly privateKeyPem: string;
  /** In hex. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const secondsPerDay = 24 * 60 * 60;
// Clocks differ: a certificate must not be too young for the API server that sees it first.
const backdatedSeconds = 5 * 60;

/**
 * A client certificate, valid for at least the days that were asked for at any moment of its window, but never
 * beyond the authority's own end. Throws `authority_unusable` when the authority itself is not valid now.
 */
export function issueCertificate(authority: Authority, request: CertificateRequest): ClientCertificate {
  assertValidAt(authority, request.now);
  const { clusterId, userId, validityDays, reuseWindowSeconds } = request;
  const groups = [...new Set(request.groups)].sort();
  const { start, end, mark } = reuseWindow(request);
  // All that the certificate depends on: two that differ in anything share neither key nor serial number.
  const inputs = [1, clusterId, authority.fingerprint, userId, groups, validityDays, reuseWindowSeconds, mark];
  const { privateKey, serialNumber } = deriveKey(authority.seed, inputs);
  const notBefore = latest(fromSeconds(start - backdatedSeconds), authority.notBefore);
  const notAfter = earliest(fromSeconds(end + validityDays * secondsPerDay), authority.notAfter);
  const certificatePem = signCertificate(
    {
      serialNumber,
      issuer: authority.subject,
      subject: createName([...groups.map((group) => ['O', group] as const), ['CN', userId]]),
      notBefore,
      notAfter,
      publicKey: createPublicKey(privateKey),
      extensions: clientExtensions(authority),
    },
    authority.signer,
  );
  return {
    certificatePem,
    privateKeyPem: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    serialNumber: Buffer.from(serialNumber).toString('hex'),
    notBefore,
    notAfter,
  };
}

/** Start and end of the window in Unix seconds, and what tells it from every other. */
function reuseWindow({ reuseWindowSeconds, now }: CertificateRequest): { start: number; end: number; mark: unknown } {
  const seconds = Math.floor(now.getTime() / 1000);
  if (reuseWindowSeconds === 0) return { start: seconds, end: seconds, mark: randomBytes(16).toString('hex') };
  const number = Math.floor(seconds / reuseWindowSeconds);
  const start = number * reuseWindowSeconds;
  return { start, end: start + reuseWindowSeconds, mark: number };
}

function clientExtensions({ keyIdentifier }: Authority) {
  const authorityKeyIdentifier = new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier) });
  return [
    createExtension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), { critical: true }),
    createExtension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), { critical: true }),
    createExtension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_clientAuth]), { critical: false }),
    createExtension(id_ce_authorityKeyIdentifier, authorityKeyIdentifier, { critical: false }),
  ];
}

const fromSeconds = (seconds: number) => new Date(seconds * 1000);
const latest = (one: Date, other: Date) => (one > other ? one : other);
const earliest = (one: Date, other: Date) => (one < other ? one : other);
