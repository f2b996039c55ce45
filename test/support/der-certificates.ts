// Certificates of authorities whose every part can be wrong, written in DER by hand; each is signed by its own key.
import { type KeyObject, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { element, toPem } from '../../src/certificate/der.js';

export const sequence = (...parts: Uint8Array[]) => element(0x30, ...parts);
export const set = (...parts: Uint8Array[]) => element(0x31, ...parts);
export const integer = (hex: string) => element(0x02, Buffer.from(hex, 'hex'));
export const boolean = (value: number) => element(0x01, Buffer.of(value));
export const octets = (...parts: Uint8Array[]) => element(0x04, ...parts);
export const bits = (unused: number, ...parts: Uint8Array[]) => element(0x03, Buffer.of(unused), ...parts);
export const text = (tag: number, value: string | Uint8Array) => element(tag, Buffer.from(value as string, 'latin1'));
export const nothing = Buffer.from('0500', 'hex');
export const hex = (digits: string) => Buffer.from(digits.replace(/ /g, ''), 'hex');

/** An object identifier in dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...others].flatMap(base128)));
}

function base128(value: number): number[] {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) | 0x80);
  return digits;
}

export const extension = (id: string, value: Uint8Array, critical = false) =>
  sequence(oid(id), ...(critical ? [boolean(0xff)] : []), octets(value));

/** A name of one attribute after the other; by default a CN in UTF-8. */
export const name = (...attributes: (Buffer | string)[]) =>
  sequence(...attributes.map((one) => set(typeof one === 'string' ? attribute('2.5.4.3', text(0x0c, one)) : one)));
export const attribute = (id: string, value: Uint8Array) => sequence(oid(id), value);

export const utcTime = (value: string) => text(0x17, value);
export const generalizedTime = (value: string) => text(0x18, value);

export const basicConstraints = extension('2.5.29.19', sequence(boolean(0xff)), true);
export const keyUsage = extension('2.5.29.15', hex('03020106'), true);

export const algorithms = {
  sha256Rsa: sequence(oid('1.2.840.113549.1.1.11'), nothing),
  sha1Rsa: sequence(oid('1.2.840.113549.1.1.5'), nothing),
  md5Rsa: sequence(oid('1.2.840.113549.1.1.4'), nothing),
  sha256Ec: sequence(oid('1.2.840.10045.4.3.2')),
  sha1Ec: sequence(oid('1.2.840.10045.4.1')),
  ed25519: sequence(oid('1.3.101.112')),
};

export interface CertificateParts {
  key?: KeyObject;
  /** `[0] INTEGER`; nothing for version 1. */
  version?: Uint8Array;
  serial?: Uint8Array;
  algorithm?: Uint8Array;
  outerAlgorithm?: Uint8Array;
  subject?: Uint8Array;
  issuer?: Uint8Array;
  validity?: Uint8Array;
  publicKey?: Uint8Array;
  /** Elements in the sequence of extensions; undefined for none at all. */
  extensions?: Uint8Array[] | undefined;
  /** Beside basic constraints and key usage. */
  more?: Uint8Array[];
  /** Before the extensions. */
  identifiers?: Uint8Array[];
  /** Signs, in place of the certificate's own key. */
  issuerKey?: KeyObject;
  /** Changes what is written at last. */
  finish?: (der: Buffer) => Buffer;
}

export const someKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

const v3 = Buffer.from('a003020102', 'hex');
export const year = (offset: number) =>
  `${String((new Date().getUTCFullYear() + offset) % 100).padStart(2, '0')}0101000000Z`;

/** `ca.crt` and `ca.key` of such an authority. */
export function derAuthority(parts: CertificateParts = {}): { certificatePem: string; privateKeyPem: string } {
  const { key = someKey, version = v3, serial = integer('4711'), subject = name('kubernetes') } = parts;
  const algorithm = parts.algorithm ?? (key.asymmetricKeyType === 'ec' ? algorithms.sha256Ec : algorithms.sha256Rsa);
  const extensions = 'extensions' in parts ? parts.extensions : [basicConstraints, keyUsage, ...(parts.more ?? [])];
  const inner = sequence(
    version,
    serial,
    algorithm,
    parts.issuer ?? subject,
    parts.validity ?? sequence(utcTime(year(-1)), utcTime(year(9))),
    subject,
    parts.publicKey ?? createPublicKey(key).export({ type: 'spki', format: 'der' }),
    ...(parts.identifiers ?? []),
    ...(extensions ? [element(0xa3, sequence(...extensions))] : []),
  );
  const signature = sign(/^ed/.test(key.asymmetricKeyType ?? '') ? null : 'sha256', inner, parts.issuerKey ?? key);
  const der = sequence(inner, parts.outerAlgorithm ?? algorithm, bits(0, signature));
  return {
    certificatePem: toPem(parts.finish?.(der) ?? der, 'CERTIFICATE'),
    privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
