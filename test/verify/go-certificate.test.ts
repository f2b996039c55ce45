// Certificates that Go refuses to read, and so kubectl and kube-apiserver, are found; Go itself is asked about each.
import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { toPem } from '../../src/certificate/der.js';
import { problemForGo } from '../../src/verify/go-certificate.js';
import * as der from '../support/der-certificates.js';
import { goJudges } from '../support/go-judges.js';
import { go126, testWith } from '../support/programs.js';

const { derAuthority, extension, name, attribute, text, sequence, hex, oid, octets } = der;

const derOf = (pem: string) => Buffer.from(pem.replaceAll(/-----[^-]*-----/g, ''), 'base64');
const made = (parts: der.CertificateParts = {}) => derOf(derAuthority(parts).certificatePem);
const withExtensions = (...more: Buffer[]) => made({ extensions: [der.basicConstraints, ...more] });
const cn = (tag: number, value: string | Uint8Array) => made({ subject: name(attribute('2.5.4.3', text(tag, value))) });
const san = (tag: number, value: string | Uint8Array) => extension('2.5.29.17', sequence(text(tag, value)));
const uri = sequence(oid('1.3.6.1.5.5.7.48.1'), text(0x86, 'http://ocsp.example'));
const times = (from: Buffer, until: Buffer) => made({ validity: sequence(from, until) });

const kinds: Record<string, Buffer> = {
  plain: made(),
  'a name in PrintableString with an underscore': cn(0x13, 'user_name'),
  'a name in PrintableString': cn(0x13, 'User Name'),
  'a name in UTF8String that is Latin-1': cn(0x0c, hex('616cff6c')),
  'a name in UniversalString': cn(0x1c, hex('00000061')),
  'a name in BMPString': cn(0x1e, hex('00610062')),
  'a name in BMPString of three bytes': cn(0x1e, hex('006100')),
  'a name in T61String': cn(0x14, 'name'),
  'a name in IA5String beyond ASCII': cn(0x16, hex('e4')),
  'a name in NumericString with letters': cn(0x12, '12a'),
  'a critical key identifier': withExtensions(extension('2.5.29.14', octets(hex('0102')), true)),
  'a critical key identifier of the issuer': withExtensions(
    extension('2.5.29.35', sequence(text(0x80, hex('0102'))), true),
  ),
  'critical access to its issuer': withExtensions(extension('1.3.6.1.5.5.7.1.1', sequence(uri), true)),
  'access to its issuer': withExtensions(extension('1.3.6.1.5.5.7.1.1', sequence(uri))),
  'an extension twice': withExtensions(der.keyUsage, der.keyUsage),
  'an address of five bytes': withExtensions(san(0x87, hex('0102030405'))),
  'an address of four bytes': withExtensions(san(0x87, hex('01020304'))),
  'a URI that is none': withExtensions(san(0x86, 'http://a b%zz/')),
  'a URI': withExtensions(san(0x86, 'spiffe://cluster.local/ns/x')),
  'a URI whose host ends in a dot': withExtensions(san(0x86, 'https://example.com./')),
  'names that are no list': withExtensions(extension('2.5.29.17', octets(hex('61')))),
  'a key usage that is no bit string': withExtensions(extension('2.5.29.15', octets(hex('a0')))),
  'purposes that are text': withExtensions(extension('2.5.29.37', Buffer.from('clientAuth'))),
  'a policy twice': withExtensions(
    extension('2.5.29.32', sequence(sequence(oid('2.5.29.32.0')), sequence(oid('2.5.29.32.0')))),
  ),
  'an empty name constraint': withExtensions(extension('2.5.29.30', sequence(), true)),
  'a network with a mask that is none': withExtensions(
    extension('2.5.29.30', sequence(text(0xa0, sequence(text(0x87, hex('0a000000ff00ff00'))))), true),
  ),
  'a time without seconds': times(der.utcTime('2601010000Z'), der.utcTime('270101000000Z')),
  'a time with fractions': times(der.generalizedTime('20260101000000.5Z'), der.utcTime('270101000000Z')),
  'a time in the zone +0000': times(der.utcTime('260101000000+0000'), der.utcTime('270101000000Z')),
  'a day that does not exist': times(der.utcTime('260230000000Z'), der.utcTime('270101000000Z')),
  'a leap day': times(der.utcTime('240229000000Z'), der.utcTime('270101000000Z')),
  'a negative serial number': made({ serial: der.integer('8001') }),
  'a serial number with zeros before it': made({ serial: der.integer('000001') }),
  'other algorithms inside and outside': made({ outerAlgorithm: sequence(oid('1.2.840.10045.4.3.3')) }),
  'bytes after the end': Buffer.concat([made(), Buffer.alloc(3)]),
};

/** A byte changed at each place, by a rule without chance. */
function changedBytes(certificate: Buffer): Buffer[] {
  return Array.from(certificate, (byte, at) => {
    const copy = Buffer.from(certificate);
    copy[at] = byte ^ (1 << ((createHash('sha256').update(String(at)).digest()[0] ?? 0) % 8));
    return copy;
  });
}

testWith(go126, 'Go 1.26')('Go refuses to read the same certificates', () => {
  const rich = withExtensions(
    der.keyUsage,
    san(0x86, 'spiffe://a.b:80/z?q#f'),
    extension('1.3.6.1.5.5.7.1.1', sequence(uri)),
    extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.2'))),
  );
  const changed = changedBytes(rich).map((one, at): [string, Buffer] => [`byte ${at} changed`, one]);
  const all = [...Object.entries(kinds), ...changed];
  const verdicts = goJudges(all.map(([, one]) => ({ CA: toPem(one, 'CERTIFICATE') })));
  // The curve is computed by OpenSSL, in another check.
  const inGo = verdicts.map(({ parse }) => (/^x509: |^ecdsa: |invalid P\d+ point/.test(parse) ? parse : ''));
  const different = all.flatMap(([kind, one], i) => {
    const ours = problemForGo(one) ?? '';
    const isOfCurve = /not on curve|invalid uncompressed/.test(inGo[i] ?? '');
    return (ours === '') === (inGo[i] === '') || isOfCurve ? [] : [`${kind}: Go ${inGo[i] ?? ''}, ours ${ours}`];
  });
  expect(different).toEqual([]);
});

test('each is named in a few words', () => {
  const told = Object.entries(kinds).map(([kind, one]) => `${kind}: ${problemForGo(one) ?? 'read'}`);
  expect(told).toContain('plain: read');
  expect(told).toContain('a critical key identifier: the extension 2.5.29.14 (subjectKeyIdentifier) marked critical');
  expect(told).toContain(
    'a name in PrintableString with an underscore: a name (issuer, CN) that is a PrintableString with other characters',
  );
  expect(told).toContain('bytes after the end: 3 bytes after the end of the certificate');
});
