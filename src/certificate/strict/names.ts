// Distinguished names, host names, mailboxes and URLs, as Go reads those of certificates.
import { isIP } from 'node:net';
import { DerReader, tags } from './der-reader.js';

const latin = (bytes: Buffer) => bytes.toString('latin1');

// Besides the letters of the standard (X.680, section 41.4), the two that CAs in the field use: '*' and '&'.
const printable = /^[A-Za-z0-9'()+,\-./ :=?*&]*$/;

const stringRules: Record<number, { name: string; accepts: (value: Buffer) => boolean }> = {
  [tags.t61String]: { name: 'T61String', accepts: () => true },
  [tags.printableString]: { name: 'PrintableString', accepts: (value) => printable.test(latin(value)) },
  [tags.utf8String]: { name: 'UTF8String', accepts: isUtf8 },
  [tags.bmpString]: { name: 'BMPString', accepts: isBmp },
  [tags.ia5String]: { name: 'IA5String', accepts: isIa5 },
  [tags.numericString]: { name: 'NumericString', accepts: (value) => /^[0-9 ]*$/.test(latin(value)) },
};

/** Checks a distinguished name; `reader` stands before it. */
export function checkName(reader: DerReader): void {
  const names = reader.enter(tags.sequence);
  while (!names.isEmpty) {
    const attributes = names.enter(tags.set);
    while (!attributes.isEmpty) {
      const attribute = attributes.enter(tags.sequence);
      attribute.objectIdentifier();
      const { tag, content } = attribute.element();
      const rule = stringRules[tag];
      if (!rule) throw new Error(`a value is of a type that is not read (tag ${tag})`);
      if (!rule.accepts(content)) throw new Error(`a ${rule.name} holds what is not allowed in one`);
    }
  }
}

/** Text in ASCII; throws for any other byte. */
export function ia5Text(value: Buffer, what: string): string {
  if (!isIa5(value)) throw new Error(`${what} is not ASCII`);
  return latin(value);
}

/** Whether Go takes a text for a domain; that of a constraint may start with a dot. */
export function isDomain(text: string, { isConstraint }: { isConstraint: boolean }): boolean {
  if (text === '') return true;
  const labels = isConstraint && text.startsWith('.') ? text.slice(1) : text;
  return /^[\x21-\x2d\x2f-\x7e]+(\.[\x21-\x2d\x2f-\x7e]+)*$/.test(labels);
}

/** RFC 2821, section 4.1.2, with what RFC 3696 adds. */
export function isMailbox(text: string): boolean {
  const quoted = /^"(?:[\x01-\x08\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*"@/;
  const atoms = /^((?:[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]|\\[^])+)@/;
  const [matched, local = 'quoted'] = quoted.exec(text) ?? atoms.exec(text) ?? [];
  if (matched === undefined) return false;
  const unescaped = local.replace(/\\([^])/g, '$1');
  const dotsAreRight = !unescaped.startsWith('.') && !unescaped.endsWith('.') && !unescaped.includes('..');
  return dotsAreRight && isDomain(text.slice(matched.length), { isConstraint: false });
}

/** Whether Go takes a text for an IP address. */
export function isIpAddress(text: string): boolean {
  return !text.includes('%') && isIP(text) !== 0;
}

function isIa5(value: Buffer): boolean {
  return value.every((byte) => byte < 0x80);
}

function isUtf8(value: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(value);
    return true;
  } catch {
    return false;
  }
}

/** Two bytes a letter, without surrogates and noncharacters; a zero may end it. */
function isBmp(value: Buffer): boolean {
  if (value.length % 2 !== 0) return false;
  for (let at = 0; at < value.length; at += 2) {
    const point = value.readUInt16BE(at);
    const isReserved = point >= 0xfffe || (point >= 0xfdd0 && point <= 0xfdef) || (point >= 0xd800 && point <= 0xdfff);
    if (isReserved) return false;
  }
  return true;
}
