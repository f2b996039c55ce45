// Issues client certificates that are stable: within a re-use window the same caller, cluster and validity get the
// same certificate and key, with nothing stored. Knows no HTTP and no files.
import { randomUUID } from 'node:crypto';
import { ByteCache } from '../cache/byte-cache.js';
import { type Authority, assertValidAt } from './authority.js';
import { type ClientTemplate, createClientTemplate } from './client-template.js';
import { deriveKey } from './derive-key.js';
import { type ReuseWindow, type Validity, earliest } from './validity.js';

export interface CertificateRequest {
  clusterId: string;
  /** Becomes the CN, which is the user's name in Kubernetes. */
  userId: string;
  /** Become one O each, which are the user's groups in Kubernetes. */
  groups: readonly string[];
  validity: Validity;
  /** Length of the windows, in seconds, in which a certificate is re-used; 0 makes a new one each time. */
  reuseWindowSeconds: number;
  now: Date;
  /** Whether the certificate with that credential ID was revoked; another one is then made in its place. */
  isRevoked?: ((credentialId: string) => boolean) | undefined;
}

export interface ClientCertificate {
  /** Followed, if its authority is not a root, by the certificates of that and of those above. */
  readonly certificatePem: string;
  /** SEC 1, as kubeadm writes EC keys, which every Kubernetes client reads. */
  readonly privateKeyPem: string;
  /** In hex. */
  readonly serialNumber: string;
  /** As a Kubernetes API server names it in its audit log (1.32 and newer): `X509SHA256=` and 64 hexadecimal digits. */
  readonly credentialId: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

// Clocks differ: a certificate must not be too young for the API server that sees it first.
const backdatedMs = 5 * 60 * 1000;

// Memory of a cached certificate besides its texts, with its kubeconfig and the bytes of the response; measured.
const keptBytes = 10 * 1024;

/**
 * A client certificate, the same for equal requests within a window, valid for as long as requested but never beyond
 * the authority's own end. Throws `authority_unusable` when the authority itself is not valid now.
 */
export type IssueCertificate = (authority: Authority, request: CertificateRequest) => ClientCertificate;

/**
 * Issues certificates, with a cache: making one again gives the same bytes but costs a signature, so the last requested
 * ones are kept and returned as the same objects.
 */
export function createIssuer({ maximumBytes }: { maximumBytes: number }): IssueCertificate {
  const remembered = new ByteCache<{ authority: Authority; certificate: ClientCertificate }>({
    maximumBytes,
    sizeOf: ({ authority, certificate }) =>
      keptBytes + 3 * (certificate.certificatePem.length + authority.serverCertificatePem.length),
  });
  return (authority, request) => {
    assertValidAt(authority, request.now);
    return firstNotRevoked(request, planCertificate(authority, request), (plan) => {
      const known = remembered.get(plan.inputs);
      // Of two authorities with one certificate, the seeds may differ.
      if (known?.authority === authority) return known.certificate;
      const certificate = makeCertificate(authority, plan);
      if (request.reuseWindowSeconds > 0) remembered.set(plan.inputs, { authority, certificate });
      return certificate;
    });
  };
}

/** The same request gets the same certificate until that is revoked; then every replica makes the same next one. */
function firstNotRevoked(
  { isRevoked }: CertificateRequest,
  plan: CertificatePlan,
  make: (plan: CertificatePlan) => ClientCertificate,
): ClientCertificate {
  let certificate = make(plan);
  for (let replacement = 1; isRevoked?.(certificate.credentialId); replacement += 1)
    certificate = make({ ...plan, inputs: `${plan.inputs} replacement ${replacement}` });
  return certificate;
}

interface CertificatePlan {
  /** All that the certificate depends on: two that differ in anything share neither key nor serial number. */
  inputs: string;
  userId: string;
  groups: readonly string[];
  validity: Validity;
  window: ReuseWindow;
}

function planCertificate(authority: Authority, request: CertificateRequest): CertificatePlan {
  const { clusterId, userId, validity, reuseWindowSeconds } = request;
  const groups = [...new Set(request.groups)].sort();
  const { window, mark } = reuseWindow(request);
  const inputs = [1, clusterId, authority.fingerprint, userId, groups, validity.description, reuseWindowSeconds, mark];
  return { inputs: JSON.stringify(inputs), userId, groups, validity, window };
}

function makeCertificate(authority: Authority, { inputs, userId, groups, validity, window }: CertificatePlan) {
  const key = deriveKey(authority.seed, inputs);
  const notBefore = latest(new Date(window.start.getTime() - backdatedMs), authority.notBefore);
  const notAfter = earliest(validity.endIn(window), authority.notAfter);
  const serialNumber = Buffer.from(key.serialNumber).toString('hex');
  const {
    certificatePem: leafPem,
    privateKeyPem,
    fingerprint,
  } = templateOf(authority)({ key, userId, groups, notBefore, notAfter });
  const certificatePem = leafPem + authority.chainPem;
  const credentialId = `X509SHA256=${fingerprint}`;
  return Object.freeze({ certificatePem, privateKeyPem, serialNumber, credentialId, notBefore, notAfter });
}

const templates = new WeakMap<Authority, ClientTemplate>();

function templateOf(authority: Authority): ClientTemplate {
  const known = templates.get(authority) ?? createClientTemplate(authority);
  templates.set(authority, known);
  return known;
}

/** The window, and the text that distinguishes it from all others. */
function reuseWindow({ reuseWindowSeconds, now }: CertificateRequest): { window: ReuseWindow; mark: unknown } {
  const seconds = Math.floor(now.getTime() / 1000);
  if (reuseWindowSeconds === 0) {
    const moment = new Date(seconds * 1000);
    return { window: { start: moment, end: moment }, mark: randomUUID() };
  }
  const number = Math.floor(seconds / reuseWindowSeconds);
  const [start, end] = [number, number + 1].map((edge) => new Date(edge * reuseWindowSeconds * 1000)) as [Date, Date];
  return { window: { start, end }, mark: number };
}

const latest = (one: Date, other: Date) => (one > other ? one : other);
