// Rarer parts of authorities: parameters of signatures, exclusions of names, sizes and forms of numbers, encodings that are BER
// only, and extensions that mean something to others.
import { type KeyObject, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { element } from '../../src/certificate/der.js';
import { around, context } from './authority-name-kinds.js';
import {
  type CertificateParts,
  algorithms,
  attribute,
  basicConstraints,
  bits,
  boolean,
  extension,
  generalizedTime,
  hex,
  integer,
  keyUsage,
  name,
  nothing,
  octets,
  oid,
  sequence,
  set,
  text,
  utcTime,
  year,
} from './der-certificates.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ofBits = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;
const ofExponent = (publicExponent: number) =>
  generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent }).privateKey;
const more = (id: string, value: Uint8Array, critical = false) => ({ more: [extension(id, value, critical)] });

const hash = (id: string, ...parameters: Uint8Array[]) => sequence(oid(id), ...parameters);
const sha = {
  1: '1.3.14.3.2.26',
  256: '2.16.840.1.101.3.4.2.1',
  384: '2.16.840.1.101.3.4.2.2',
  512: '2.16.840.1.101.3.4.2.3',
};
const mgf = (inner: Uint8Array) => sequence(oid('1.2.840.113549.1.1.8'), inner);
const pss = (...parameters: Uint8Array[]): CertificateParts => ({
  key: rsa,
  algorithm: sequence(oid('1.2.840.113549.1.1.10'), ...parameters),
});
const pssOf = (digest: Uint8Array, mask: Uint8Array, salt: string, ...others: Uint8Array[]) =>
  pss(sequence(around(0, digest), around(1, mgf(mask)), around(2, integer(salt)), ...others));
const sha256 = hash(sha[256], nothing);

const signatures: Record<string, CertificateParts> = {
  'RSA-PSS with SHA-256': pssOf(sha256, sha256, '20'),
  'RSA-PSS with SHA-384': pssOf(hash(sha[384], nothing), hash(sha[384], nothing), '30'),
  'RSA-PSS with SHA-512': pssOf(hash(sha[512], nothing), hash(sha[512], nothing), '40'),
  'RSA-PSS with a salt of 20 bytes': pssOf(sha256, sha256, '14'),
  'RSA-PSS with two hashes': pssOf(sha256, hash(sha[1], nothing), '20'),
  'RSA-PSS with hashes without parameters': pssOf(hash(sha[256]), hash(sha[256]), '20'),
  'RSA-PSS with a trailer': pssOf(sha256, sha256, '20', around(3, integer('01'))),
  'RSA-PSS with another trailer': pssOf(sha256, sha256, '20', around(3, integer('02'))),
  'RSA-PSS of defaults': pss(sequence()),
  'RSA-PSS without parameters': pss(),
  'RSA-PSS with NULL': pss(nothing),
  'RSA-PSS with something else': pss(integer('05')),
  'RSA without parameters in the signature': { key: rsa, algorithm: sequence(oid('1.2.840.113549.1.1.11')) },
  'RSA with SHA-384': { key: rsa, algorithm: sequence(oid('1.2.840.113549.1.1.12'), nothing) },
  'RSA with SHA-224': { key: rsa, algorithm: sequence(oid('1.2.840.113549.1.1.14'), nothing) },
  'RSA with MD2': { key: rsa, algorithm: sequence(oid('1.2.840.113549.1.1.2'), nothing) },
  'RSA with SHA-1 by its older name': { key: rsa, algorithm: sequence(oid('1.3.14.3.2.29'), nothing) },
  'RSA with SHA-3': { key: rsa, algorithm: sequence(oid('2.16.840.1.101.3.4.3.14'), nothing) },
  'ECDSA with SHA-224': { algorithm: sequence(oid('1.2.840.10045.4.3.1')) },
  'ECDSA with SHA-512': { algorithm: sequence(oid('1.2.840.10045.4.3.4')) },
  'a signature algorithm with two parameters': { algorithm: sequence(oid('1.2.840.10045.4.3.2'), nothing, nothing) },
  'a signature algorithm without a name': { algorithm: sequence() },
  'an algorithm that says RSA over an EC key': { algorithm: algorithms.sha256Rsa },
  'an algorithm that says ECDSA over an RSA key': { key: rsa, algorithm: algorithms.sha256Ec },
};

const { n = '' } = createPublicKey(rsa).export({ format: 'jwk' });
const modulus = Buffer.concat([Buffer.of(0), Buffer.from(n, 'base64url')]);
const rsaInfo = (exponent: string): CertificateParts => ({
  key: rsa,
  publicKey: sequence(
    sequence(oid('1.2.840.113549.1.1.1'), nothing),
    bits(0, sequence(element(2, modulus), integer(exponent))),
  ),
});
const kindOf = (type: 'x25519' | 'x448'): KeyObject =>
  type === 'x25519' ? generateKeyPairSync('x25519').privateKey : generateKeyPairSync('x448').privateKey;
const infoOf = (key: KeyObject) => createPublicKey(key).export({ type: 'spki', format: 'der' });

const keys: Record<string, CertificateParts> = {
  'RSA 2047': { key: ofBits(2047) },
  'RSA 2049': { key: ofBits(2049) },
  'RSA 1536': { key: ofBits(1536) },
  'RSA 4096': { key: ofBits(4096) },
  'RSA with exponent 5': { key: ofExponent(5) },
  'RSA with exponent 17': { key: ofExponent(17) },
  'RSA with exponent 2^31-3': { key: ofExponent(2147483645) },
  'RSA with exponent 65539': { key: ofExponent(65539) },
  'RSA that says exponent 1': rsaInfo('01'),
  'RSA that says exponent 0': rsaInfo('00'),
  'RSA that says an even exponent': rsaInfo('010000'),
  'RSA that says a negative exponent': rsaInfo('ff'),
  'RSA that says an exponent of 2^64': rsaInfo('010000000000000000'),
  'RSA with a padded exponent': rsaInfo('00010001'),
  'a public key of X25519': { publicKey: infoOf(kindOf('x25519')) },
  'a public key of X448': { publicKey: infoOf(kindOf('x448')) },
  'a public key of an unknown kind': { publicKey: sequence(sequence(oid('1.2.3.4')), bits(0, hex('00'))) },
  'a public key with unused bits': {
    publicKey: sequence(sequence(oid('1.2.840.113549.1.1.1'), nothing), bits(1, hex('3000'))),
  },
  'P-192': { key: generateKeyPairSync('ec', { namedCurve: 'prime192v1' }).privateKey },
  'Brainpool P-384': { key: generateKeyPairSync('ec', { namedCurve: 'brainpoolP384r1' }).privateKey },
  'Brainpool P-512': { key: generateKeyPairSync('ec', { namedCurve: 'brainpoolP512r1' }).privateKey },
  secp160r1: { key: generateKeyPairSync('ec', { namedCurve: 'secp160r1' }).privateKey },
  sect283k1: { key: generateKeyPairSync('ec', { namedCurve: 'sect283k1' }).privateKey },
};

const excluded = (base: Uint8Array, critical = true) =>
  more('2.5.29.30', sequence(around(1, sequence(base))), critical);
const both = (permitted: Uint8Array, other: Uint8Array) =>
  more('2.5.29.30', sequence(around(0, sequence(permitted)), around(1, sequence(other))), true);

const constraints: Record<string, CertificateParts> = {
  'name constraint that excludes a mailbox': excluded(context(1, 'a@example.com')),
  'name constraint that excludes all mail': excluded(context(1, '')),
  'name constraint that excludes a directory': excluded(around(4, name('x'))),
  'name constraint that excludes every directory': excluded(around(4, sequence())),
  'name constraint that excludes a directory, not critical': excluded(around(4, name('x')), false),
  'name constraint that excludes a URI': excluded(context(6, 'example.com')),
  'name constraint that excludes every URI': excluded(context(6, '')),
  'name constraint that excludes IPv4': excluded(context(7, Buffer.alloc(8))),
  'name constraint that excludes IPv6': excluded(context(7, Buffer.alloc(32))),
  'name constraint that excludes every domain': excluded(context(2, '')),
  'name constraint that excludes another kind of name': excluded(around(0, oid('1.2.3'), around(0, text(0x0c, 'x')))),
  'name constraint that excludes an EDI party': excluded(around(5, context(1, 'x'))),
  'name constraint that excludes a registered ID': excluded(context(8, hex('2a03')), false),
  'name constraint that permits and excludes': both(context(2, 'a.b'), context(2, 'c.a.b')),
  'name constraint that permits domains and excludes addresses': both(context(2, 'a.b'), context(7, Buffer.alloc(8))),
  'name constraint of a mask with bits of the address outside': excluded(context(7, hex('0a0000ffff000000'))),
  'name constraint of 9 bytes of an address': excluded(context(7, Buffer.alloc(9))),
  'name constraint in the wrong order': more(
    '2.5.29.30',
    sequence(around(1, sequence(context(2, 'a.b'))), around(0, sequence(context(2, 'a.b')))),
  ),
  'name constraint of a third kind': more('2.5.29.30', sequence(around(2, sequence(context(2, 'a.b'))))),
  'name constraint without a base': more('2.5.29.30', sequence(around(0, sequence()))),
};

const extensions: Record<string, CertificateParts> = {
  'purposes twice the same': more(
    '2.5.29.37',
    sequence(oid('1.3.6.1.5.5.7.3.2'), oid('1.3.6.1.5.5.7.3.2'), oid('1.3.6.1.5.5.7.3.1')),
  ),
  'purposes, critical': more('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2')), true),
  'purposes: any, and servers': more('2.5.29.37', sequence(oid('2.5.29.37.0'), oid('1.3.6.1.5.5.7.3.1'))),
  'purposes: signing code only': more('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.3'))),
  'purposes: answering for others (OCSP) only': more('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.9'))),
  'purposes: servers by an older name': more(
    '2.5.29.37',
    sequence(oid('1.3.6.1.4.1.311.10.3.3'), oid('1.3.6.1.5.5.7.3.2')),
  ),
  'purposes that are no identifiers': more('2.5.29.37', sequence(integer('01'))),
  'basic constraints twice': { more: [basicConstraints] },
  'basic constraints with a huge path length': {
    extensions: [extension('2.5.29.19', sequence(boolean(0xff), integer('7fffffff')), true), keyUsage],
  },
  'basic constraints that say false and a path length': {
    extensions: [extension('2.5.29.19', sequence(boolean(0), integer('00')), true), keyUsage],
  },
  'basic constraints with a path length alone': {
    extensions: [extension('2.5.29.19', sequence(integer('00')), true), keyUsage],
  },
  'key usage, not critical': { extensions: [basicConstraints, extension('2.5.29.15', hex('03020106'))] },
  'key usage of all bits': { extensions: [basicConstraints, extension('2.5.29.15', hex('030307ff80'), true)] },
  'key usage that is an octet string': {
    extensions: [basicConstraints, extension('2.5.29.15', octets(hex('06')), true)],
  },
  'key usage with zeros at its end': {
    extensions: [basicConstraints, extension('2.5.29.15', hex('0303000600'), true)],
  },
  'a critical field twice': { more: [sequence(oid('1.2.3.4'), boolean(0), boolean(0), octets(hex('00')))] },
  'an extension without a value': { more: [sequence(oid('1.2.3.4'))] },
  'an extension of an empty value': more('1.2.3.4', Buffer.alloc(0)),
  'an extension in a constructed string': { more: [sequence(oid('1.2.3.4'), element(0x24, octets(hex('00'))))] },
  'fifty extensions': {
    more: Array.from({ length: 50 }, (_unused, index) => extension(`1.3.6.1.4.1.99999.${index}`, hex('0500'))),
  },
  'an extension of 100,000 bytes': more('1.3.6.1.4.1.99999.1', octets(Buffer.alloc(100_000))),
  'OCSP no check': more('1.3.6.1.5.5.7.48.1.5', nothing),
  'OCSP no check, critical': more('1.3.6.1.5.5.7.48.1.5', nothing, true),
  'TLS feature': more('1.3.6.1.5.5.7.1.24', sequence(integer('05'))),
  'TLS feature, critical': more('1.3.6.1.5.5.7.1.24', sequence(integer('05')), true),
  'poison of a log': more('1.3.6.1.4.1.11129.2.4.3', nothing, true),
  'template of Microsoft': more('1.3.6.1.4.1.311.20.2', text(0x1e, hex('00530075006200430041'))),
  'version of the CA of Microsoft': more('1.3.6.1.4.1.311.21.1', integer('00')),
  'comment of Netscape': more('2.16.840.1.113730.1.13', text(0x16, 'OpenSSL Generated Certificate')),
  'issuer alternative name': more('2.5.29.18', sequence(context(2, 'a'))),
  'a logo': more('1.3.6.1.5.5.7.1.12', sequence()),
  'authority key identifier with its issuer and serial': more(
    '2.5.29.35',
    sequence(context(0, Buffer.alloc(20, 7)), around(1, around(4, name('kubernetes'))), context(2, hex('4711'))),
  ),
  'authority key identifier of no bytes': more('2.5.29.35', sequence(context(0, ''))),
  'subject key identifier of no bytes': more('2.5.29.14', octets()),
  'subject key identifier of 64 bytes': more('2.5.29.14', octets(Buffer.alloc(64, 1))),
  'subject key identifier with something behind': more('2.5.29.14', Buffer.concat([octets(hex('01')), nothing])),
  'policies of none': more('2.5.29.32', sequence()),
  'any policy': more('2.5.29.32', sequence(sequence(oid('2.5.29.32.0')))),
  'a policy with a notice': more(
    '2.5.29.32',
    sequence(sequence(oid('1.2.3'), sequence(sequence(oid('1.3.6.1.5.5.7.2.2'), sequence(text(0x0c, 'x')))))),
  ),
  'inhibit any policy that is negative': more('2.5.29.54', integer('ff'), true),
  'policy constraints of none': more('2.5.29.36', sequence(), true),
  'CRL distribution point of LDAP': more(
    '2.5.29.31',
    sequence(sequence(around(0, around(0, context(6, 'ldap:///CN=a%zz'))))),
  ),
  'CRL distribution points of none': more('2.5.29.31', sequence()),
};

const until = (time: Uint8Array) => ({ validity: sequence(utcTime(year(-1)), time) });
const from = (time: Uint8Array) => ({ validity: sequence(time, utcTime(year(9))) });

const times: Record<string, CertificateParts> = {
  'start in GeneralizedTime': from(generalizedTime('20200101000000Z')),
  'start in the year 0': from(generalizedTime('00000101000000Z')),
  'start in the year 1': from(generalizedTime('00010101000000Z')),
  'start in 1949': from(generalizedTime('19491231235959Z')),
  'end in 2049 in UTCTime': until(utcTime('491231235959Z')),
  'end in 1950 in UTCTime': until(utcTime('500101000000Z')),
  'end in 2050': until(generalizedTime('20500101000000Z')),
  'end on 29 February of a year without': until(generalizedTime('20310229000000Z')),
  'end on 29 February': until(generalizedTime('20320229000000Z')),
  'end on day 0': until(generalizedTime('20320100000000Z')),
  'end in minute 60': until(generalizedTime('20320101006000Z')),
  'end with a blank in it': until(generalizedTime('20320101 00000Z')),
  'end with a small z': until(utcTime(year(9).replace('Z', 'z'))),
  'end with an empty time': until(utcTime('')),
  'end before its start': { validity: sequence(utcTime(year(9)), utcTime(year(8))) },
  'the validity in a set': { validity: set(utcTime(year(-1)), utcTime(year(9))) },
};

const cn = (tag: number, value: string | Uint8Array) => name(attribute('2.5.4.3', text(tag, value)));

const subjects: Record<string, Uint8Array> = {
  'subject: empty': sequence(),
  'subject: an empty PrintableString': cn(0x13, ''),
  'subject: T61String': cn(0x14, 'ca'),
  'subject: T61String with a zero': cn(0x14, hex('610062')),
  'subject: an empty BMPString': cn(0x1e, ''),
  'subject: BMPString beyond ASCII': cn(0x1e, hex('674e')),
  'subject: UniversalString of odd length': cn(0x1c, hex('000061')),
  'subject: emoji': cn(0x0c, Buffer.from('🚀 ca')),
  'subject: right to left': cn(0x0c, Buffer.from('\u202eca')),
  'subject: ObjectDescriptor': cn(0x07, 'ca'),
  'subject: GraphicString': cn(0x19, 'ca'),
  'subject: VideotexString': cn(0x15, 'ca'),
  'subject: an octet string': cn(0x04, 'ca'),
  'subject: a bit string': cn(0x03, hex('00ff')),
  'subject: a sequence': cn(0x30, ''),
  'subject: a time': cn(0x17, year(0)),
  'subject: a boolean': cn(0x01, hex('ff')),
  'subject: no value': sequence(set(sequence(oid('2.5.4.3')))),
  'subject: one attribute twice': name('a', 'a'),
  'subject: an e-mail address in UTF8String': name(attribute('1.2.840.113549.1.9.1', text(0x0c, 'a@b')), 'ca'),
  'subject: a country of three letters': name(attribute('2.5.4.6', text(0x13, 'DEU')), 'ca'),
  'subject: 300 attributes': name(...Array.from({ length: 300 }, (_unused, index) => `p${index}`)),
  'subject: blanks at its ends': cn(0x0c, ' ca '),
  'subject: a constructed string': name(attribute('2.5.4.3', element(0x2c, text(0x0c, 'ca')))),
};

const forms: Record<string, CertificateParts> = {
  'serial number of 20 bytes and a zero in front': { serial: integer(`00ff${'11'.repeat(19)}`) },
  'serial number -128': { serial: integer('80') },
  'serial number as an enumeration': { serial: hex('0a0105') },
  'version 3 with a padded number': { version: hex('a00402020002') },
  'version without its tag': { version: hex('020102') },
  'a length in five bytes': { finish: (der) => Buffer.concat([hex('308400'), der.subarray(1, 2), der.subarray(2)]) },
  'a certificate in a set': { finish: (der) => Buffer.concat([hex('31'), der.subarray(1)]) },
  'a certificate twice in a block': { finish: (der) => Buffer.concat([der, der]) },
  'a newline behind the certificate': { finish: (der) => Buffer.concat([der, hex('0a')]) },
  'an unknown element behind the extensions': {
    more: [],
    identifiers: [around(3, sequence(basicConstraints, keyUsage))],
  },
  'unique identifiers in the wrong order': { identifiers: [context(2, hex('0002')), context(1, hex('0001'))] },
};

/** By name, each in a group of its own part. */
export const rareAuthorityKinds: Record<string, CertificateParts> = {
  ...signatures,
  ...keys,
  ...constraints,
  ...extensions,
  ...times,
  ...Object.fromEntries(Object.entries(subjects).map(([kind, subject]) => [kind, { subject }])),
  ...forms,
};
