// The extensions of a certificate as Go's crypto/x509 reads them: which it refuses, and which critical ones nobody follows.
import { isIP } from 'node:net';
import { DerReader, NotDer, tags } from './der-reader.js';
import { parseGoUrl } from './go-url.js';

interface Extension {
  id: string;
  critical: boolean;
  value: Buffer;
}

/** Why Go refuses the certificate; undefined if it does not. Throws NotDer likewise. */
export function problemOfExtensions(list: DerReader): string | undefined {
  const seen = new Set<string>();
  while (!list.isAtEnd) {
    const extension = readExtension(list.inside(tags.sequence, 'extension'));
    const { id, critical, value } = extension;
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

function readExtension(reader: DerReader): Extension {
  const id = reader.oid('an extension');
  const critical = reader.hasNext(tags.boolean) && reader.boolean('a critical flag');
  return { id, critical, value: reader.read(tags.octetString, 'value of an extension') };
}

/** The critical extensions of a certificate that Go does not know, so that it follows no chain with them. */
export function unknownCritical(extensions: readonly { extnID: string; critical: boolean; value: Buffer }[]): string[] {
  return extensions
    .filter(({ extnID, critical, value }) => critical && !isHandled(extnID, value))
    .map(({ extnID }) => extnID);
}

function isHandled(id: string, value: Buffer): boolean {
  if (id !== oids.subjectAltName) return id in readers;
  const kinds: number[] = [];
  try {
    eachName(new DerReader(value), (tag) => kinds.push(tag));
  } catch {
    return true;
  }
  return kinds.some((tag) => [email, dns, uri, ip].includes(tag));
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

const [email, dns, uri, ip] = [0x81, 0x82, 0x86, 0x87];

function eachName(value: DerReader, read: (tag: number, content: Buffer) => void): void {
  const list = value.inside(tags.sequence, 'list of names');
  while (!list.isAtEnd) {
    const { tag, content } = list.next();
    read(tag, content);
  }
}

function readAlternativeName(tag: number, content: Buffer): void {
  const text = content.toString('latin1');
  if ([email, dns, uri].includes(tag) && /[^\0-\x7f]/.test(text)) throw new NotDer('a name beyond ASCII');
  if (tag === ip && ![4, 16].includes(content.length)) throw new NotDer(`an IP address of ${content.length} bytes`);
  if (tag !== uri) return;
  const url = parseGoUrl(text);
  if (!url) throw new NotDer('a URI that Go cannot parse');
  if (!isDomain(url.host)) throw new NotDer('a URI of an invalid host');
}

/** As in Go: no dot at the end, no empty or long labels. */
const isDomain = (name: string) => name === '' || name.split('.').every((label) => /^[!-~]{1,63}$/.test(label));

function readNameConstraints(value: DerReader): void {
  const both = value.inside(tags.sequence, 'name constraints');
  const subtrees = [both.optional(0xa0), both.optional(0xa1)];
  if (!both.isAtEnd || !value.isAtEnd) throw new NotDer('bytes after its end');
  if (subtrees.every((one) => one === undefined || one.length === 0)) throw new NotDer('no constraint');
  for (const subtree of subtrees) {
    const list = new DerReader(subtree ?? Buffer.alloc(0));
    while (!list.isAtEnd) {
      const { tag, content } = list.inside(tags.sequence, 'constraint').next();
      readConstraint(tag, content);
    }
  }
}

function readConstraint(tag: number, content: Buffer): void {
  const text = content.toString('latin1');
  if (tag === ip) {
    if (![8, 32].includes(content.length)) throw new NotDer(`an IP network of ${content.length} bytes`);
    const mask = [...content.subarray(content.length / 2)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    if (/01/.test(mask)) throw new NotDer('an IP network with a mask that is none');
  }
  if (![email, dns, uri].includes(tag)) return;
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

function readBasicConstraints(value: DerReader): void {
  const constraints = value.inside(tags.sequence, 'basic constraints');
  if (constraints.hasNext(tags.boolean)) constraints.boolean('cA');
  if (!constraints.hasNext(tags.integer)) return;
  const length = constraints.integer('a path length');
  if ((length[0] ?? 0) >= 0x80 || length.length > 8) throw new NotDer('a path length that is none');
}

function readPolicyConstraints(value: DerReader): void {
  const constraints = value.inside(tags.sequence, 'policy constraints');
  for (const tag of [0x80, 0x81]) {
    if (!constraints.hasNext(tag)) continue;
    if (constraints.integer('a number of certificates', tag).length > 8) throw new NotDer('a number that is too large');
  }
}

function readPurposes(value: DerReader): void {
  const list = value.inside(tags.sequence, 'list of purposes');
  while (!list.isAtEnd) list.oid('a purpose');
}

function readMappings(value: DerReader): void {
  const list = value.inside(tags.sequence, 'list of mappings');
  while (!list.isAtEnd) {
    const pair = list.inside(tags.sequence, 'mapping');
    for (const which of ['issuer', 'subject']) pair.read(tags.oid, `policy of the ${which}`);
  }
}

const readers: Record<string, (value: DerReader) => void> = {
  [oids.subjectKey]: (value) => void value.read(tags.octetString, 'key identifier'),
  [oids.usage]: (value) => void value.bits('a usage'),
  [oids.subjectAltName]: (value) => eachName(value, readAlternativeName),
  [oids.basicConstraints]: readBasicConstraints,
  [oids.nameConstraints]: readNameConstraints,
  [oids.crlPoints]: readCrlPoints,
  [oids.policies]: readPolicies,
  [oids.policyMappings]: readMappings,
  [oids.authorityKey]: (value) => void value.inside(tags.sequence, 'key identifier').optional(0x80),
  [oids.policyConstraints]: readPolicyConstraints,
  [oids.purposes]: readPurposes,
  [oids.inhibitAnyPolicy]: (value) => void value.integer('a number of certificates'),
  [oids.authorityInfo]: readAuthorityInfo,
};
