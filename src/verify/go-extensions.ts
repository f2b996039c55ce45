// The extensions of a certificate as Go's crypto/x509 reads them: which it refuses, and which critical ones nobody follows.
import { isIP } from 'node:net';
import type { CertificateExtension } from './certificate-fields.js';
import { DerReader, NotDer, tags } from './der-reader.js';
import { parseGoUrl } from './go-url.js';

/** Why Go refuses the certificate; undefined if it does not. */
export function problemOfExtensions(extensions: readonly CertificateExtension[]): string | undefined {
  const seen = new Set<string>();
  for (const { id, critical, value } of extensions) {
    if (seen.has(id)) return `the extension ${id} twice`;
    seen.add(id);
    if (critical && neverCritical.includes(id)) return `the extension ${id} (${names[id] ?? id}) marked critical`;
    try {
      readers[id]?.(new DerReader(value));
    } catch (error) {
      if (!(error instanceof NotDer)) throw error;
      return `the extension ${id} (${names[id] ?? id}) with ${error.message}`;
    }
  }
  return undefined;
}

/** The critical extensions of a certificate that Go does not know, so that it follows no chain with them. */
export function unknownCritical(extensions: readonly CertificateExtension[]): string[] {
  return extensions.filter(({ id, critical, value }) => critical && !isHandled(id, value)).map(({ id }) => id);
}

function isHandled(id: string, value: Buffer): boolean {
  if (id !== oids.subjectAltName) return id in readers;
  try {
    return namesIn(new DerReader(value)).some(({ tag }) => kindsOfNames.includes(tag));
  } catch {
    return true;
  }
}

const oids = {
  subjectKey: '2.5.29.14',
  usage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlPoints: '2.5.29.31',
  policies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKey: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  purposes: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfo: '1.3.6.1.5.5.7.1.1',
} as const;

const names: Record<string, string> = {
  [oids.subjectKey]: 'subjectKeyIdentifier',
  [oids.usage]: 'keyUsage',
  [oids.subjectAltName]: 'subjectAltName',
  [oids.basicConstraints]: 'basicConstraints',
  [oids.nameConstraints]: 'nameConstraints',
  [oids.crlPoints]: 'cRLDistributionPoints',
  [oids.policies]: 'certificatePolicies',
  [oids.policyMappings]: 'policyMappings',
  [oids.authorityKey]: 'authorityKeyIdentifier',
  [oids.policyConstraints]: 'policyConstraints',
  [oids.purposes]: 'extKeyUsage',
  [oids.inhibitAnyPolicy]: 'inhibitAnyPolicy',
  [oids.authorityInfo]: 'authorityInfoAccess',
};

/** RFC 5280, sections 4.2.1.1, 4.2.1.2 and 4.2.2.1. */
const neverCritical: readonly string[] = [oids.subjectKey, oids.authorityKey, oids.authorityInfo];

/** A name in a certificate: its kind is one of `nameTags`, or one that Go passes over. */
export interface GeneralName {
  tag: number;
  content: Buffer;
}

export const nameTags = { email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const;
const { email, uri, ip } = nameTags;
const kindsOfNames: readonly number[] = Object.values(nameTags);

function namesIn(value: DerReader): GeneralName[] {
  const list = value.inside(tags.sequence, 'list of names');
  const names: GeneralName[] = [];
  while (!list.isAtEnd) names.push(list.next());
  return names;
}

function readAlternativeNames(value: DerReader): GeneralName[] {
  const names = namesIn(value);
  for (const { tag, content } of names) checkAlternativeName(tag, content);
  return names;
}

function checkAlternativeName(tag: number, content: Buffer): void {
  const text = content.toString('latin1');
  if (isText(tag) && /[^\0-\x7f]/.test(text)) throw new NotDer('a name beyond ASCII');
  if (tag === ip && ![4, 16].includes(content.length)) throw new NotDer(`an IP address of ${content.length} bytes`);
  if (tag !== uri) return;
  const url = parseGoUrl(text);
  if (!url) throw new NotDer('a URI that Go cannot parse');
  if (!isDomain(url.host)) throw new NotDer('a URI of an invalid host');
}

const isText = (tag: number) => kindsOfNames.includes(tag) && tag !== ip;

/** As in Go: no dot at the end, no empty or long labels. */
const isDomain = (name: string) => name === '' || name.split('.').every((label) => /^[!-~]{1,63}$/.test(label));

export interface NameConstraints {
  permitted: GeneralName[];
  excluded: GeneralName[];
}

function readNameConstraints(value: DerReader): NameConstraints {
  const both = value.inside(tags.sequence, 'name constraints');
  const [permitted, excluded] = [both.optional(0xa0), both.optional(0xa1)];
  if (!both.isAtEnd || !value.isAtEnd) throw new NotDer('bytes after its end');
  if (!permitted?.length && !excluded?.length) throw new NotDer('no constraint');
  return { permitted: readSubtrees(permitted), excluded: readSubtrees(excluded) };
}

function readSubtrees(encoded: Buffer | undefined): GeneralName[] {
  const list = new DerReader(encoded ?? Buffer.alloc(0));
  const bases: GeneralName[] = [];
  while (!list.isAtEnd) bases.push(list.inside(tags.sequence, 'constraint').next());
  for (const { tag, content } of bases) checkConstraint(tag, content);
  return bases;
}

function checkConstraint(tag: number, content: Buffer): void {
  const text = content.toString('latin1');
  if (tag === ip) {
    if (![8, 32].includes(content.length)) throw new NotDer(`an IP network of ${content.length} bytes`);
    const mask = [...content.subarray(content.length / 2)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    if (/01/.test(mask)) throw new NotDer('an IP network with a mask that is none');
  }
  if (!isText(tag)) return;
  const domain = tag === email ? text.slice(text.lastIndexOf('@') + 1) : text;
  const isAddress = tag === uri && isIP(text) !== 0;
  if (isAddress || !isDomain(domain.replace(/^\./, ''))) throw new NotDer(`a constraint that is no domain`);
}

function readPolicies(value: DerReader): void {
  const list = value.inside(tags.sequence, 'list of policies');
  const seen = new Set<string>();
  while (!list.isAtEnd) {
    const policy = list.inside(tags.sequence, 'policy').read(tags.oid, 'policy');
    // Its numbers may have any size.
    const isOid = /^(?:(?!80)(?:[89a-f].)*[0-7].)+$/.test(policy.toString('hex'));
    if (!isOid) throw new NotDer('a policy that is no object identifier');
    if (seen.has(policy.toString('hex'))) throw new NotDer('a policy twice');
    seen.add(policy.toString('hex'));
  }
}

function readCrlPoints(value: DerReader): void {
  const list = value.inside(tags.sequence, 'list of distribution points');
  while (!list.isAtEnd) {
    const name = list.inside(tags.sequence, 'distribution point').optional(0xa0);
    if (name === undefined) continue;
    const uris = new DerReader(name).inside(0xa0, 'full name of a distribution point');
    while (uris.hasNext(uri)) uris.next();
  }
}

function readAuthorityInfo(value: DerReader): void {
  const list = value.inside(tags.sequence, 'list of accesses');
  while (!list.isAtEnd) {
    const access = list.inside(tags.sequence, 'access');
    access.oid('an access method');
    access.optional(uri);
  }
}

export interface BasicConstraints {
  isCa: boolean;
  pathLength?: number;
}

function readBasicConstraints(value: DerReader): BasicConstraints {
  const constraints = value.inside(tags.sequence, 'basic constraints');
  const isCa = constraints.hasNext(tags.boolean) && constraints.boolean('cA');
  if (!constraints.hasNext(tags.integer)) return { isCa };
  const length = constraints.integer('a path length');
  if ((length[0] ?? 0) >= 0x80 || length.length > 8) throw new NotDer('a path length that is none');
  return { isCa, pathLength: Number.parseInt(length.toString('hex'), 16) };
}

function readPolicyConstraints(value: DerReader): void {
  const constraints = value.inside(tags.sequence, 'policy constraints');
  for (const tag of [0x80, 0x81]) {
    if (!constraints.hasNext(tag)) continue;
    if (constraints.integer('a number of certificates', tag).length > 8) throw new NotDer('a number that is too large');
  }
}

/** Their object identifiers. */
function readPurposes(value: DerReader): string[] {
  const list = value.inside(tags.sequence, 'list of purposes');
  const purposes: string[] = [];
  while (!list.isAtEnd) purposes.push(list.oid('a purpose'));
  return purposes;
}

function readMappings(value: DerReader): void {
  const list = value.inside(tags.sequence, 'list of mappings');
  while (!list.isAtEnd) {
    const pair = list.inside(tags.sequence, 'mapping');
    for (const which of ['issuer', 'subject']) pair.read(tags.oid, `policy of the ${which}`);
  }
}

const readUsage = (value: DerReader) => value.bits('a usage');

const readers: Record<string, (value: DerReader) => unknown> = {
  [oids.subjectKey]: (value) => value.read(tags.octetString, 'key identifier'),
  [oids.usage]: readUsage,
  [oids.subjectAltName]: readAlternativeNames,
  [oids.basicConstraints]: readBasicConstraints,
  [oids.nameConstraints]: readNameConstraints,
  [oids.crlPoints]: readCrlPoints,
  [oids.policies]: readPolicies,
  [oids.policyMappings]: readMappings,
  [oids.authorityKey]: (value) => value.inside(tags.sequence, 'key identifier').optional(0x80),
  [oids.policyConstraints]: readPolicyConstraints,
  [oids.purposes]: readPurposes,
  [oids.inhibitAnyPolicy]: (value) => value.integer('a number of certificates'),
  [oids.authorityInfo]: readAuthorityInfo,
};

/** Reads an extension; undefined where it is missing or Go cannot read it, which is reported elsewhere. */
const valueOf =
  <T>(id: string, read: (value: DerReader) => T) =>
  (extensions: readonly CertificateExtension[]): T | undefined => {
    const found = extensions.find((one) => one.id === id);
    try {
      return found && read(new DerReader(found.value));
    } catch (error) {
      if (error instanceof NotDer) return undefined;
      throw error;
    }
  };

export const basicConstraintsOf = valueOf(oids.basicConstraints, readBasicConstraints);
export const keyUsageOf = valueOf(oids.usage, readUsage);
export const purposesOf = valueOf(oids.purposes, readPurposes);
export const alternativeNamesOf = valueOf(oids.subjectAltName, readAlternativeNames);
export const nameConstraintsOf = valueOf(oids.nameConstraints, readNameConstraints);
export const findNameConstraints = (extensions: readonly CertificateExtension[]) =>
  extensions.find(({ id }) => id === oids.nameConstraints);
