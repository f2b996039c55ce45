// Why Go's crypto/x509, and so kubectl and kube-apiserver, refuse to read a certificate that OpenSSL reads. The fields of
// the certificate; its extensions are in go-extensions.ts.
import { isAscii, isUtf8 } from 'node:buffer';
import { type CertificateFields, readAttributes, readFields } from './certificate-fields.js';
import { DerReader, NotDer, tags } from './der-reader.js';
import { problemOfExtensions } from './go-extensions.js';

/** Undefined if Go reads it. Signatures, and whether anybody follows it, are left to others. */
export function problemForGo(der: Buffer): string | undefined {
  return phraseOf(() => problemOfFields(readFields(der)));
}

/** The same for a certificate whose fields were read. */
export const problemOfCertificate = (fields: CertificateFields) => phraseOf(() => problemOfFields(fields));

function phraseOf(work: () => string | undefined): string | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof NotDer) return error.message;
    throw error;
  }
}

function problemOfFields(fields: CertificateFields): string | undefined {
  if (fields.version > 3) return 'a version beyond 3';
  if ((fields.serialNumber[0] ?? 0) >= 0x80) return 'a negative serial number';
  if (!fields.signature.equals(fields.signatureAlgorithm.encoded))
    return 'signature algorithms inside and outside that differ';
  readName(fields.issuer, 'issuer');
  readValidity(new DerReader(fields.validity));
  readName(fields.subject, 'subject');
  readPublicKey(new DerReader(fields.publicKey));
  const { surplus } = fields;
  return (
    problemOfExtensions(fields.extensions) ??
    (surplus === 0 ? undefined : `${surplus} bytes after the end of the certificate`)
  );
}

function readName(name: Buffer, which: string): void {
  for (const { type, tag, content } of readAttributes(name, which)) {
    const problem = problemOfString(tag, content);
    if (problem !== undefined) throw new NotDer(`a name (${which}, ${shortNames[type] ?? type}) that is ${problem}`);
  }
}

const shortNames: Record<string, string> = { '2.5.4.3': 'CN', '2.5.4.10': 'O', '2.5.4.11': 'OU' };

/** Beyond the standard, Go accepts the asterisk and the ampersand. */
const printable = /^[A-Za-z0-9 '()+,\-./:=?*&]*$/;

function problemOfString(tag: number, content: Buffer): string | undefined {
  const text = content.toString('latin1');
  if (tag === tags.printableString) return printable.test(text) ? undefined : 'a PrintableString with other characters';
  if (tag === tags.utf8String) return isUtf8(content) ? undefined : 'a UTF8String that is not UTF-8';
  if (tag === tags.ia5String) return isAscii(content) ? undefined : 'an IA5String beyond ASCII';
  if (tag === tags.numericString) return /^[0-9 ]*$/.test(text) ? undefined : 'a NumericString with other characters';
  if (tag === tags.bmpString) return isBmp(content) ? undefined : 'a BMPString with half or reserved characters';
  return tag === tags.t61String ? undefined : `a string of type ${tag & 0x1f}, which Go does not read`;
}

function isBmp(content: Buffer): boolean {
  if (content.length % 2 !== 0) return false;
  for (let at = 0; at < content.length; at += 2) {
    const point = content.readUInt16BE(at);
    const isReserved = point >= 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
    if (isReserved || (point >= 0xd800 && point <= 0xdfff)) return false;
  }
  return true;
}

function readValidity(validity: DerReader): void {
  for (const which of ['notBefore', 'notAfter']) {
    const { tag, content } = validity.next();
    const year = tag === tags.utcTime ? 2 : tag === tags.generalizedTime ? 4 : undefined;
    if (year === undefined) throw new NotDer(`a time (${which}) of another type`);
    const problem = problemOfTime(content.toString('latin1'), year);
    if (problem !== undefined) throw new NotDer(`a time (${which}) ${problem}`);
  }
}

/** Go reads a UTCTime without seconds, too, and offsets other than +0000. */
function problemOfTime(text: string, yearDigits: number): string | undefined {
  const form = new RegExp(
    `^(\\d{${yearDigits}})(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)${yearDigits === 2 ? '?' : ''}(Z|[+-]\\d{4})$`,
  );
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', zone = ''] = form.exec(text) ?? [];
  if (zone === '') return 'that is not written as DER has it';
  if (/^[+-]0000$/.test(zone)) return 'whose zone is +0000 instead of Z';
  // A leap year stands for years of two digits: each of them is read as one of 1950 to 2049.
  const full = yearDigits === 4 ? Number(year) : Number(year) + (Number(year) >= 50 ? 1900 : 2000);
  const date = new Date(0);
  date.setUTCFullYear(full, Number(month) - 1, Number(day));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) && Number(day) > 0;
  return exists && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 ? undefined : 'that does not exist';
}

const rsa = '1.2.840.113549.1.1.1';
const ec = '1.2.840.10045.2.1';
const ed25519 = '1.3.101.112';
/** P-224, P-256, P-384 and P-521, with the size of a point. */
const curves: Record<string, number> = {
  '1.3.132.0.33': 57,
  '1.2.840.10045.3.1.7': 65,
  '1.3.132.0.34': 97,
  '1.3.132.0.35': 133,
};

function readPublicKey(info: DerReader): void {
  const algorithm = info.inside(tags.sequence, 'algorithm of the public key');
  const type = algorithm.oid('an algorithm of a public key');
  const parameters = algorithm.isAtEnd ? undefined : algorithm.next();
  const key = info.bits('a public key');
  if (type === rsa) readRsa(key, parameters?.whole);
  if (type === ed25519) {
    if (parameters) throw new NotDer('an Ed25519 key with parameters');
    if (key.length !== 32) throw new NotDer('an Ed25519 key of another size');
  }
  if (type !== ec) return;
  const curve = parameters && new DerReader(parameters.whole).oid('a curve without a name');
  const size = curves[curve ?? ''];
  if (size === undefined) throw new NotDer('a key on a curve that Go does not know');
  if (key[0] !== 4 || key.length !== size) throw new NotDer('an EC point that is not in uncompressed form');
}

function readRsa(key: Buffer, parameters: Buffer | undefined): void {
  if (!parameters?.equals(Buffer.from([tags.null, 0]))) throw new NotDer('an RSA key without NULL as its parameters');
  const numbers = new DerReader(key).inside(tags.sequence, 'RSA key');
  for (const what of ['modulus', 'exponent']) {
    const number = numbers.integer(`an RSA ${what}`);
    if ((number[0] ?? 0) >= 0x80 || number.every((byte) => byte === 0)) throw new NotDer(`an RSA ${what} below 1`);
  }
}
