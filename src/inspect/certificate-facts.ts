// The facts of an X.509 certificate, and whether it is valid now.
import { X509Certificate, createHash } from 'node:crypto';
import type { PemBlock } from '../verify/pem.js';
import type { Remarks } from './finding.js';

export interface CertificateFacts {
  subject: string;
  /** The user's name in Kubernetes, for a client certificate. */
  commonName: string;
  /** The user's groups in Kubernetes, for a client certificate. */
  groups: string[];
  issuer: string;
  serialNumber: string;
  notBefore: string;
  notAfter: string;
  daysLeft: number;
}

export interface ClientCertificateFacts extends CertificateFacts {
  /**
   * Its ID for revocations and in the audit log of Kubernetes 1.32 and newer: `X509SHA256=` and 64 hexadecimal digits.
   */
  credentialId: string;
}

/** When a certificate or token has to be renewed. */
export interface Clock {
  now: Date;
  /** A shorter remaining time is worth a warning. */
  soonSeconds: number;
}

type Name = Readonly<Record<string, string | string[] | undefined>>;

const dayMs = 24 * 60 * 60 * 1000;
const isoOf = (time: string | Date) => new Date(time).toISOString().replace('.000Z', 'Z');

/** Days until a time, rounded down: 0 on the last day, below 0 when it is past. */
export const daysUntil = (time: string | Date, { now }: Clock) =>
  Math.floor((new Date(time).getTime() - now.getTime()) / dayMs);

export function describeCertificate(certificate: X509Certificate, clock: Clock): CertificateFacts {
  // Node's next call loads a part of TLS; if it were the first to do so (Node 20 to 26), no HTTPS server or client could
  // be created in the process. An import would be left out of the build, since nothing is used of it.
  process.getBuiltinModule('node:tls');
  const { subject, issuer } = certificate.toLegacyObject() as unknown as { subject: Name; issuer: Name };
  return {
    subject: describeName(subject),
    commonName: valuesOf(subject, 'CN')[0] ?? '',
    groups: valuesOf(subject, 'O'),
    issuer: describeName(issuer),
    serialNumber: certificate.serialNumber,
    notBefore: isoOf(certificate.validFrom),
    notAfter: isoOf(certificate.validTo),
    daysLeft: daysUntil(certificate.validTo, clock),
  };
}

export function describeClientCertificate(certificate: X509Certificate, clock: Clock): ClientCertificateFacts {
  const fingerprint = createHash('sha256').update(certificate.raw).digest('hex');
  return { ...describeCertificate(certificate, clock), credentialId: `X509SHA256=${fingerprint}` };
}

/** `CN=alice, O=developers` */
function describeName(name: Name | undefined): string {
  return Object.keys(name ?? {})
    .flatMap((type) => valuesOf(name, type).map((value) => `${type}=${value}`))
    .join(', ');
}

function valuesOf(name: Name | undefined, type: string): string[] {
  const value = name?.[type] ?? [];
  return typeof value === 'string' ? [value] : value;
}

/** The certificates of a field, in their order; for kubectl, all but the first may be broken. */
export function readCertificates(blocks: PemBlock[], field: string, remarks: Remarks): X509Certificate[] {
  const read = blocks
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(({ der }) => {
      try {
        return new X509Certificate(der);
      } catch {
        return undefined;
      }
    });
  const certificates = read.filter((one) => one !== undefined);
  const firstIsBroken = field === 'client-certificate' && read[0] === undefined;
  if (certificates.length === 0 || firstIsBroken)
    remarks.error(
      `${field} holds ${read.length > 0 ? 'a CERTIFICATE block that is no X.509 certificate' : 'no certificate'}`,
    );
  else if (certificates.length < read.length)
    remarks.warning(`${field} also holds a block that is no X.509 certificate`);
  return firstIsBroken ? [] : certificates;
}

/** Adds remarks on a past or near end and on a future start. */
export function judgeTimes(
  what: string,
  { from, until }: { from?: string; until: string },
  { clock, remarks }: { clock: Clock; remarks: Remarks },
): void {
  const left = new Date(until).getTime() - clock.now.getTime();
  if (from !== undefined && new Date(from) > clock.now) remarks.error(`${what} is not valid before ${isoOf(from)}`);
  else if (left <= 0) remarks.error(`${what} expired ${spanOf(-left)} ago, at ${isoOf(until)}`);
  else if (left < clock.soonSeconds * 1000) remarks.warning(`${what} expires in ${spanOf(left)}, at ${isoOf(until)}`);
}

function spanOf(milliseconds: number): string {
  const units = { day: dayMs, hour: dayMs / 24, minute: 60_000 };
  const [unit, length] = Object.entries(units).find(([, size]) => milliseconds >= size) ?? ['minute', 60_000];
  const count = Math.max(1, Math.floor(milliseconds / length));
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
