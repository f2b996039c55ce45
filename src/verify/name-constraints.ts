// Name constraints of CAs (RFC 5280, section 4.2.1.10), held against the names of a client certificate as Go does it.
import { AsnConvert } from '@peculiar/asn1-schema';
import { type Certificate, type GeneralName, NameConstraints, SubjectAlternativeName } from '@peculiar/asn1-x509';
import { isIP } from 'node:net';
import { urlOf } from '../url.js';

const oids = { nameConstraints: '2.5.29.30', subjectAltName: '2.5.29.17' };

/** Why a client certificate may not stand below a CA, in a few words. */
export function brokenConstraint(ca: Certificate, client: Certificate): string | undefined {
  const extension = ca.tbsCertificate.extensions?.find(({ extnID }) => extnID === oids.nameConstraints);
  if (!extension) return undefined;
  const constraints = parse(extension.extnValue.buffer, NameConstraints);
  if (!constraints) return 'a CA whose name constraints cannot be read';
  const permitted = namesIn(constraints.permittedSubtrees);
  const excluded = namesIn(constraints.excludedSubtrees);
  const foreign = [...permitted, ...excluded].some((base) => kindOf(base) === undefined);
  if (foreign && extension.critical) return 'a CA with critical name constraints of a kind that Go does not know';
  for (const name of namesOf(client)) {
    const kind = kindOf(name);
    if (kind === undefined) continue;
    const text = String(name[kind]);
    const covers = (base: GeneralName) => base[kind] !== undefined && isWithin[kind](text, base[kind]);
    const allowed = permitted.filter((base) => kindOf(base) === kind);
    if (excluded.some(covers) || (allowed.length > 0 && !allowed.some(covers)))
      return `a CA whose name constraints exclude the name ${JSON.stringify(text)} of the client`;
  }
  return undefined;
}

type Kind = 'dNSName' | 'rfc822Name' | 'uniformResourceIdentifier' | 'iPAddress';

const kindOf = (name: GeneralName): Kind | undefined =>
  (['dNSName', 'rfc822Name', 'uniformResourceIdentifier', 'iPAddress'] as const).find(
    (kind) => name[kind] !== undefined,
  );

const namesIn = (subtrees: NameConstraints['permittedSubtrees'] | undefined): GeneralName[] =>
  (subtrees?.slice() ?? []).map(({ base }) => base);

function namesOf({ tbsCertificate: { extensions } }: Certificate): GeneralName[] {
  const extension = extensions?.find(({ extnID }) => extnID === oids.subjectAltName);
  return (extension && parse(extension.extnValue.buffer, SubjectAlternativeName)?.slice()) ?? [];
}

function parse<T>(encoded: ArrayBuffer, type: new () => T): T | undefined {
  try {
    return AsnConvert.parse(encoded, type);
  } catch {
    return undefined;
  }
}

const isWithin: Record<Kind, (name: string, base: string) => boolean> = {
  dNSName: isBelow,
  rfc822Name: (name, base) =>
    base.includes('@') ? name === base : isBelow(name.slice(name.lastIndexOf('@') + 1), base),
  uniformResourceIdentifier: (name, base) => {
    const url = urlOf(name);
    return url !== undefined && isBelow(url.hostname, base);
  },
  iPAddress: isInNetwork,
};

/** A domain itself and all below it; with a dot in front only what is below it. */
function isBelow(name: string, base: string): boolean {
  const [one, other] = [name.toLowerCase(), base.toLowerCase()];
  if (other === '') return true;
  return other.startsWith('.') ? one.endsWith(other) : one === other || one.endsWith(`.${other}`);
}

/** The library writes networks as ADDRESS/MASK or ADDRESS/LENGTH. */
function isInNetwork(name: string, base: string): boolean {
  const [address = '', mask = ''] = base.split('/');
  if (isIP(name) === 0 || isIP(name) !== isIP(address)) return false;
  const length = /^\d+$/.test(mask) ? Number(mask) : bitsOf(mask).lastIndexOf('1') + 1;
  return bitsOf(name).slice(0, length) === bitsOf(address).slice(0, length);
}

function bitsOf(address: string): string {
  if (isIP(address) === 4)
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const [front = '', back] = address.split('::');
  const groups = (text = '') => (text === '' ? [] : text.split(':'));
  const missing = back === undefined ? 0 : 8 - groups(front).length - groups(back).length;
  return [...groups(front), ...Array<string>(missing).fill('0'), ...groups(back)]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}
