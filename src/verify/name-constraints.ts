// Name constraints of CAs (RFC 5280, section 4.2.1.10), held against the names of a client certificate as Go does it.
import type { CertificateFields } from './certificate-fields.js';
import {
  type GeneralName,
  alternativeNamesOf,
  findNameConstraints,
  nameConstraintsOf,
  nameTags,
} from './go-extensions.js';
import { urlOf } from '../url.js';

/** Why a client certificate may not stand below a CA, in a few words. */
export function brokenConstraint(ca: CertificateFields, client: CertificateFields): string | undefined {
  const extension = findNameConstraints(ca.extensions);
  if (!extension) return undefined;
  const constraints = nameConstraintsOf(ca.extensions);
  if (!constraints) return 'a CA whose name constraints cannot be read';
  const { permitted, excluded } = constraints;
  const foreign = [...permitted, ...excluded].some(({ tag }) => !(tag in isWithin));
  if (foreign && extension.critical) return 'a CA with critical name constraints of a kind that Go does not know';
  for (const { tag, content } of alternativeNamesOf(client.extensions) ?? []) {
    const covers = (base: GeneralName) => base.tag === tag && (isWithin[tag]?.(content, base.content) ?? false);
    const isAllowed = permitted.every((base) => base.tag !== tag) || permitted.some(covers);
    if (tag in isWithin && (excluded.some(covers) || !isAllowed))
      return `a CA whose name constraints exclude the name ${shown(tag, content)} of the client`;
  }
  return undefined;
}

const isWithin: Record<number, (name: Buffer, base: Buffer) => boolean> = {
  [nameTags.dns]: (name, base) => isBelow(String(name), String(base)),
  [nameTags.email]: (name, base) =>
    base.includes('@') ? name.equals(base) : isBelow(String(name).replace(/^.*@/, ''), String(base)),
  [nameTags.uri]: (name, base) => {
    const url = urlOf(String(name));
    return url !== undefined && isBelow(url.hostname, String(base));
  },
  [nameTags.ip]: isInNetwork,
};

/** A domain itself and all below it; with a dot in front only what is below it. */
function isBelow(name: string, base: string): boolean {
  const [one, other] = [name.toLowerCase(), base.toLowerCase()];
  if (other === '') return true;
  return other.startsWith('.') ? one.endsWith(other) : one === other || one.endsWith(`.${other}`);
}

/** A network is an address and a mask of the same length. */
function isInNetwork(name: Buffer, network: Buffer): boolean {
  const size = name.length;
  return (
    network.length === 2 * size &&
    name.every((byte, i) => ((byte ^ (network[i] ?? 0)) & (network[size + i] ?? 0)) === 0)
  );
}

const shown = (tag: number, content: Buffer) =>
  JSON.stringify(tag === nameTags.ip ? addressOf(content) : String(content));

const addressOf = (bytes: Buffer) =>
  bytes.length === 4 ? bytes.join('.') : bytes.toString('hex').replaceAll(/(.{4})(?!$)/g, '$1:');
