// Extensions of certificates, as Go reads them. The form of those that Go knows is checked; a critical one that it does
// not know makes the certificate unusable in every chain.
import { type DerReader as Reader, DerReader, constructed, context, tags } from './der-reader.js';
import { ia5Text, isDomain, isIpAddress, isMailbox } from './names.js';
import { isUrl } from './url.js';

/** The facts of the extensions that matter for an authority. */
export interface StrictExtensions {
  /** Undefined without basic constraints. */
  isCa?: boolean;
  /** Undefined where it is not limited. */
  pathLength?: bigint;
  /** Undefined without the extension; with it, whether certificates may be signed. */
  mayCertify?: boolean;
  /** In dotted form; empty without the extension. */
  purposes: readonly string[];
  /** Critical ones that Go does not understand. */
  unknownCritical: readonly string[];
}

interface Extension {
  critical: boolean;
  value: Buffer;
}

type Found = Partial<Omit<StrictExtensions, 'purposes' | 'unknownCritical'>> & {
  purposes?: string[];
  unknown?: boolean;
};

const readers: Record<string, (extension: Extension) => Found> = {
  '2.5.29.14': subjectKeyIdentifier,
  '2.5.29.15': keyUsage,
  '2.5.29.17': subjectAlternativeName,
  '2.5.29.19': basicConstraints,
  '2.5.29.30': nameConstraints,
  '2.5.29.31': crlDistributionPoints,
  '2.5.29.32': certificatePolicies,
  '2.5.29.33': policyMappings,
  '2.5.29.35': authorityKeyIdentifier,
  '2.5.29.36': policyConstraints,
  '2.5.29.37': extendedKeyUsage,
  '2.5.29.54': inhibitAnyPolicy,
  '1.3.6.1.5.5.7.1.1': authorityInformationAccess,
};

/** `reader` inside the sequence of extensions. */
export function readExtensions(reader: Reader): StrictExtensions {
  const seen = new Map<string, Extension>();
  while (!reader.isEmpty) {
    const extension = reader.enter(tags.sequence);
    const id = extension.objectIdentifier();
    const critical = extension.comes(tags.boolean) && extension.boolean();
    if (seen.has(id)) throw new Error(`the extension ${id} is there twice`);
    seen.set(id, { critical, value: extension.expect(tags.octetString).content });
  }
  const purposes: string[] = [];
  const unknownCritical: string[] = [];
  const facts: Found = {};
  for (const [id, extension] of seen) {
    const { unknown, purposes: found = [], ...others } = readOne(id, extension);
    if (unknown && extension.critical) unknownCritical.push(id);
    purposes.push(...found);
    Object.assign(facts, others);
  }
  return { ...facts, purposes, unknownCritical };
}

function readOne(id: string, extension: Extension): Found {
  try {
    return readers[id]?.(extension) ?? { unknown: true };
  } catch (error) {
    throw new Error(`the extension ${id} is malformed: ${(error as Error).message}`, { cause: error });
  }
}

const sequenceIn = (value: Buffer) => new DerReader(value).enter(tags.sequence);

/** RFC 5280 forbids some extensions to be critical, and Go refuses them then. */
function assertNotCritical({ critical }: Extension): void {
  if (critical) throw new Error('it is marked critical');
}

function subjectKeyIdentifier(extension: Extension): Found {
  assertNotCritical(extension);
  new DerReader(extension.value).expect(tags.octetString);
  return {};
}

function keyUsage({ value }: Extension): Found {
  const { bit } = new DerReader(value).bitString();
  const some = Array.from({ length: 9 }, (_, number) => bit(number)).includes(true);
  // Where no bit is set, Go behaves as if the extension were absent.
  return some ? { mayCertify: bit(5) } : {};
}

function basicConstraints({ value }: Extension): Found {
  const parts = sequenceIn(value);
  const isCa = parts.comes(tags.boolean) && parts.boolean();
  if (!parts.comes(tags.integer)) return { isCa };
  const pathLength = parts.integer();
  if (pathLength < 0n || pathLength >= 2n ** 63n) throw new Error('the path length is negative or too large');
  return { isCa, pathLength };
}

function subjectAlternativeName({ value }: Extension): Found {
  const names = sequenceIn(value);
  let understood = 0;
  while (!names.isEmpty) {
    const { tag, content } = names.element();
    if (checkAlternativeName(tag, content)) understood += 1;
  }
  return { unknown: understood === 0 };
}

function checkAlternativeName(tag: number, content: Buffer): boolean {
  switch (tag) {
    case context(1):
    case context(2):
      ia5Text(content, 'a name');
      return true;
    case context(6):
      if (!isUrl(ia5Text(content, 'a URI'))) throw new Error('a URI is not valid');
      return true;
    case context(7):
      if (content.length !== 4 && content.length !== 16) throw new Error('an IP address has neither 4 nor 16 bytes');
      return true;
    default:
      return false;
  }
}

function nameConstraints({ value }: Extension): Found {
  const outer = new DerReader(value);
  const parts = outer.enter(tags.sequence);
  const subtrees = [parts.enterOptional(constructed(0)), parts.enterOptional(constructed(1))];
  if (!outer.isEmpty || !parts.isEmpty) throw new Error('something follows it');
  if (subtrees.every((subtree) => subtree?.isEmpty ?? true)) throw new Error('it is empty');
  let unknown = false;
  for (const subtree of subtrees) {
    while (subtree && !subtree.isEmpty) {
      const { tag, content } = subtree.enter(tags.sequence).element();
      if (!checkConstraint(tag, content)) unknown = true;
    }
  }
  return { unknown };
}

/** False for a kind that Go does not understand, such as the name of a directory. */
function checkConstraint(tag: number, content: Buffer): boolean {
  if (tag === context(7)) {
    if (content.length !== 8 && content.length !== 32) throw new Error('an IP range has neither 8 nor 32 bytes');
    const mask = [...content.subarray(content.length / 2)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    if (!/^1*0*$/.test(mask)) throw new Error('the mask of an IP range has holes');
    return true;
  }
  if (tag !== context(1) && tag !== context(2) && tag !== context(6)) return false;
  const text = ia5Text(content, 'a constraint');
  if (tag === context(6) && isIpAddress(text)) throw new Error('the constraint of a URI is an IP address');
  const right = tag === context(1) && text.includes('@') ? isMailbox(text) : isDomain(text, { isConstraint: true });
  if (!right) throw new Error('a constraint is neither a domain nor a mailbox');
  return true;
}

function crlDistributionPoints({ value }: Extension): Found {
  const points = sequenceIn(value);
  while (!points.isEmpty) {
    const names = points.enter(tags.sequence).enterOptional(constructed(0))?.enter(constructed(0));
    while (names?.comes(context(6))) names.element();
  }
  return {};
}

function certificatePolicies({ value }: Extension): Found {
  const policies = sequenceIn(value);
  const seen = new Set<string>();
  while (!policies.isEmpty) {
    const id = policies.enter(tags.sequence).expect(tags.objectIdentifier).content;
    if (seen.has(id.toString('hex'))) throw new Error('a policy is there twice');
    // Each part in its shortest form, and the last one ended.
    if (!/^((?!80)([89a-f][0-9a-f])*[0-7][0-9a-f])+$/.test(id.toString('hex')))
      throw new Error('a policy is malformed');
    seen.add(id.toString('hex'));
  }
  return {};
}

function policyMappings({ value }: Extension): Found {
  const mappings = sequenceIn(value);
  while (!mappings.isEmpty) {
    const mapping = mappings.enter(tags.sequence);
    mapping.expect(tags.objectIdentifier);
    mapping.expect(tags.objectIdentifier);
  }
  return {};
}

function authorityKeyIdentifier(extension: Extension): Found {
  assertNotCritical(extension);
  const parts = sequenceIn(extension.value);
  if (parts.comes(context(0))) parts.expect(context(0));
  return {};
}

function policyConstraints({ value }: Extension): Found {
  const parts = sequenceIn(value);
  for (const tag of [context(0), context(1)]) if (parts.comes(tag)) assertInt64(parts.integer(tag));
  return {};
}

function inhibitAnyPolicy({ value }: Extension): Found {
  assertInt64(new DerReader(value).integer());
  return {};
}

function assertInt64(number: bigint): void {
  if (BigInt.asIntN(64, number) !== number) throw new Error('a number is too large');
}

function extendedKeyUsage({ value }: Extension): Found {
  const parts = sequenceIn(value);
  const purposes: string[] = [];
  while (!parts.isEmpty) purposes.push(parts.objectIdentifier());
  return { purposes };
}

function authorityInformationAccess(extension: Extension): Found {
  assertNotCritical(extension);
  const descriptions = sequenceIn(extension.value);
  while (!descriptions.isEmpty) {
    const description = descriptions.enter(tags.sequence);
    description.objectIdentifier();
    if (description.comes(context(6))) description.element();
  }
  return {};
}
