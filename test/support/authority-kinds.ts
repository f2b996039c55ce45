// Authorities of every kind that the parts of a certificate allow; the test finds out Go's verdict on each.
import { createECDH, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { element } from '../../src/certificate/der.js';
import { alternativeNames, around, constraints, context, subjects } from './authority-name-kinds.js';
import {
  type CertificateParts,
  algorithms,
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
  someKey,
  text,
  utcTime,
  year,
} from './der-certificates.js';

const withBasic = (value: Uint8Array, critical = true) => ({
  extensions: [extension('2.5.29.19', value, critical), keyUsage],
});
const withUsage = (value: string, critical = true) => ({
  extensions: [basicConstraints, extension('2.5.29.15', hex(value), critical)],
});
const purposes = (...ids: string[]) => ({ more: [extension('2.5.29.37', sequence(...ids.map(oid)))] });
const [serverAuth, clientAuth] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];
const more = (id: string, value: Uint8Array, critical = false) => ({ more: [extension(id, value, critical)] });
const identifier = octets(Buffer.alloc(20, 7));

const extensions: Record<string, CertificateParts> = {
  plain: {},
  'basic constraints: cA written as 01': withBasic(sequence(boolean(1))),
  'basic constraints: cA false': withBasic(sequence(boolean(0))),
  'basic constraints: empty': withBasic(sequence()),
  'basic constraints: not critical': withBasic(sequence(boolean(0xff)), false),
  'basic constraints: path length 0': withBasic(sequence(boolean(0xff), integer('00'))),
  'basic constraints: path length -1': withBasic(sequence(boolean(0xff), integer('ff'))),
  'basic constraints: path length of 9 bytes': withBasic(sequence(boolean(0xff), integer('010000000000000000'))),
  'basic constraints: path length 2^63': withBasic(sequence(boolean(0xff), integer('008000000000000000'))),
  'basic constraints: path length not in its shortest form': withBasic(sequence(boolean(0xff), integer('0000'))),
  'basic constraints: something behind': withBasic(sequence(boolean(0xff), integer('00'), nothing)),
  'no basic constraints': { extensions: [keyUsage] },
  'no extensions at all': { extensions: undefined },
  'an empty sequence of extensions': { extensions: [] },
  'key usage without keyCertSign': withUsage('03020780'),
  'key usage with no bit': withUsage('030100'),
  'key usage of nine bits': withUsage('0303070680'),
  'key usage with an unused bit that is set': withUsage('03020107'),
  'key usage with 8 unused bits': withUsage('03020806'),
  'key usage with only a bit beyond the nine': withUsage('0303060040'),
  'no key usage': { extensions: [basicConstraints] },
  'purposes: both': purposes(serverAuth, clientAuth),
  'purposes: any': purposes('2.5.29.37.0'),
  'purposes: server only': purposes(serverAuth),
  'purposes: client only': purposes(clientAuth),
  'purposes: an unknown one': purposes('1.2.3.4'),
  'purposes: none': purposes(),
  'purposes: with a huge part': purposes(clientAuth, serverAuth, '1.2.4294967296'),
  'subject key identifier': more('2.5.29.14', identifier),
  'subject key identifier, critical': more('2.5.29.14', identifier, true),
  'subject key identifier that is no octet string': more('2.5.29.14', sequence()),
  'authority key identifier': more('2.5.29.35', sequence(context(0, Buffer.alloc(20, 7)))),
  'authority key identifier, critical': more('2.5.29.35', sequence(context(0, Buffer.alloc(20, 7))), true),
  'authority key identifier that is empty': more('2.5.29.35', sequence()),
  'authority information': more(
    '1.3.6.1.5.5.7.1.1',
    sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), context(6, 'http://a'))),
  ),
  'authority information, critical': more('1.3.6.1.5.5.7.1.1', sequence(), true),
  'authority information without a method': more('1.3.6.1.5.5.7.1.1', sequence(sequence())),
  'a private extension': more('1.3.6.1.4.1.99999.1', octets(hex('00'))),
  'a private extension, critical': more('1.3.6.1.4.1.99999.1', octets(hex('00')), true),
  nsCertType: more('2.16.840.1.113730.1.1', hex('03020007')),
  'nsCertType, critical': more('2.16.840.1.113730.1.1', hex('03020007'), true),
  'issuer alternative name, critical': more('2.5.29.18', sequence(context(2, 'a')), true),
  'subject directory attributes, critical': more('2.5.29.9', sequence(), true),
  'freshest CRL, critical': more('2.5.29.46', sequence(), true),
  'private key usage period': more('2.5.29.16', sequence()),
  'CRL distribution point': more('2.5.29.31', sequence(sequence(around(0, around(0, context(6, 'http://a')))))),
  'CRL distribution point, critical': more(
    '2.5.29.31',
    sequence(sequence(around(0, around(0, context(6, 'http://a'))))),
    true,
  ),
  'CRL distribution point relative to the issuer': more(
    '2.5.29.31',
    sequence(sequence(around(0, around(1, name('a'))))),
  ),
  'CRL distribution point with reasons only': more('2.5.29.31', sequence(sequence(context(1, hex('0780'))))),
  'CRL distribution point that is no sequence': more('2.5.29.31', octets()),
  'a policy': more('2.5.29.32', sequence(sequence(oid('1.2.3')))),
  'a policy twice': more('2.5.29.32', sequence(sequence(oid('1.2.3')), sequence(oid('1.2.3')))),
  'a policy with a huge part': more('2.5.29.32', sequence(sequence(oid('1.2.4294967296')))),
  'a policy with a padded part': more('2.5.29.32', sequence(sequence(hex('06032a8001')))),
  'a policy that ends too early': more('2.5.29.32', sequence(sequence(hex('06022a83')))),
  'a policy, critical': more('2.5.29.32', sequence(sequence(oid('1.2.3'))), true),
  'policy mappings, critical': more('2.5.29.33', sequence(sequence(oid('1.2.3'), oid('1.2.4'))), true),
  'policy mapping of one policy': more('2.5.29.33', sequence(sequence(oid('1.2.3')))),
  'policy constraints, critical': more('2.5.29.36', sequence(context(0, hex('00')), context(1, hex('00'))), true),
  'policy constraint of nine bytes': more('2.5.29.36', sequence(context(0, hex('010203040506070809')))),
  'policy constraint not in its shortest form': more('2.5.29.36', sequence(context(0, hex('0001')))),
  'inhibit any policy, critical': more('2.5.29.54', integer('00'), true),
  'inhibit any policy that is no number': more('2.5.29.54', octets(hex('00'))),
  'an extension twice': { more: [extension('2.5.29.14', identifier), extension('2.5.29.14', identifier)] },
  'a critical field written as false': { more: [sequence(oid('1.2.3.4'), boolean(0), octets(hex('00')))] },
  'a critical field written as 01': { more: [sequence(oid('1.2.3.4'), boolean(1), octets(hex('00')))] },
  'something behind the value of an extension': { more: [sequence(oid('1.2.3.4'), octets(hex('00')), nothing)] },
  'an extension with a padded identifier': { more: [sequence(hex('06032a8001'), octets(hex('00')))] },
};

const ends = sequence(utcTime(year(-1)), utcTime(year(9)));
const until = (time: Uint8Array) => ({ validity: sequence(utcTime(year(-1)), time) });
const century = String(new Date().getUTCFullYear() + 9);

const times: Record<string, CertificateParts> = {
  'end in GeneralizedTime': until(generalizedTime(`${century}0101000000Z`)),
  'end in GeneralizedTime after 2050': until(generalizedTime('20600101000000Z')),
  'end in the year 9999': until(generalizedTime('99991231235959Z')),
  'end with a fraction of a second': until(generalizedTime(`${century}0101000000.5Z`)),
  'end without a zone': until(generalizedTime(`${century}0101000000`)),
  'end with an offset in GeneralizedTime': until(generalizedTime(`${century}0101000000+0100`)),
  'end with an offset in UTCTime': until(utcTime(year(9).replace('Z', '+0100'))),
  'end with an offset of nothing': until(utcTime(year(9).replace('Z', '+0000'))),
  'end without seconds in UTCTime': until(utcTime(year(9).replace('00Z', 'Z'))),
  'end without seconds in GeneralizedTime': until(generalizedTime(`${century}01010000Z`)),
  'end on 30 February': until(utcTime(`${year(9).slice(0, 2)}0230000000Z`)),
  'end at 24:00': until(utcTime(`${year(9).slice(0, 2)}0101240000Z`)),
  'end at second 60': until(utcTime(`${year(9).slice(0, 2)}0101000060Z`)),
  'end in month 13': until(utcTime(`${year(9).slice(0, 2)}1301000000Z`)),
  'end as text': until(text(0x0c, year(9))),
  'end in UTCTime of four digits': until(utcTime(`${century}0101000000Z`)),
  'one time only': { validity: sequence(utcTime(year(-1))) },
  'three times': { validity: sequence(utcTime(year(-1)), utcTime(year(9)), utcTime(year(9))) },
  'start in 1950': { validity: sequence(utcTime('500101000000Z'), utcTime(year(9))) },
  'no validity': { validity: Buffer.concat([ends]).subarray(0, 0) },
  ended: { validity: sequence(utcTime(year(-3)), utcTime(year(-2))) },
  'not begun': { validity: sequence(utcTime(year(2)), utcTime(year(9))) },
};

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ofExponent = (publicExponent: number) =>
  generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent }).privateKey;
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const rsaParts = createPublicKey(rsa).export({ format: 'jwk' });
const modulus = Buffer.concat([Buffer.of(0), Buffer.from(rsaParts.n ?? '', 'base64url')]);
const rsaInfo = (parameters: Uint8Array[], key: Uint8Array) =>
  sequence(sequence(oid('1.2.840.113549.1.1.1'), ...parameters), bits(0, key));
const rsaKey = sequence(element(2, modulus), integer('010001'));
const point = createECDH('prime256v1');
point.setPrivateKey(Buffer.from(someKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
const ecInfo = (curve: Uint8Array, key: Uint8Array, unused = 0) =>
  sequence(sequence(oid('1.2.840.10045.2.1'), curve), bits(unused, key));
const p256 = oid('1.2.840.10045.3.1.7');

const keys: Record<string, CertificateParts> = {
  'RSA 2048': { key: rsa },
  'RSA 3072': { key: generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey },
  'RSA 2056': { key: generateKeyPairSync('rsa', { modulusLength: 2056 }).privateKey },
  'RSA 1024': { key: generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey },
  'RSA with exponent 3': { key: ofExponent(3) },
  'RSA with exponent 2^31-1': { key: ofExponent(2147483647) },
  'RSA with exponent 2^31+11': { key: ofExponent(2147483659) },
  'RSA without parameters': { key: rsa, publicKey: rsaInfo([], rsaKey) },
  'RSA with an empty sequence as parameters': { key: rsa, publicKey: rsaInfo([sequence()], rsaKey) },
  'RSA with a negative modulus': {
    key: rsa,
    publicKey: rsaInfo([nothing], sequence(element(2, modulus.subarray(1)), integer('010001'))),
  },
  'RSA with something behind the key': {
    key: rsa,
    publicKey: rsaInfo([nothing], sequence(element(2, modulus), integer('010001'), nothing)),
  },
  'RSA-PSS key': {
    key: generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey,
    algorithm: algorithms.sha256Rsa,
  },
  'P-224': { key: ec('secp224r1') },
  'P-256': { key: ec('P-256') },
  'P-384': { key: ec('P-384') },
  'P-521': { key: ec('P-521') },
  secp256k1: { key: ec('secp256k1') },
  'brainpool P-256': { key: ec('brainpoolP256r1') },
  'EC with a compressed point': { publicKey: ecInfo(p256, point.getPublicKey(null, 'compressed')) },
  'EC with a hybrid point': { publicKey: ecInfo(p256, point.getPublicKey(null, 'hybrid')) },
  'EC with explicit parameters': {
    key: generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).privateKey,
  },
  'EC without a curve': { publicKey: sequence(sequence(oid('1.2.840.10045.2.1')), bits(0, point.getPublicKey())) },
  'EC whose curve is NULL': { publicKey: ecInfo(nothing, point.getPublicKey()) },
  Ed25519: { key: generateKeyPairSync('ed25519').privateKey, algorithm: algorithms.ed25519 },
  Ed448: { key: generateKeyPairSync('ed448').privateKey, algorithm: algorithms.ed25519 },
  DSA: { key: generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey },
};

const v = (number: string) => ({ version: hex(`a0030201${number}`) });
const nest = (der: Buffer, at: number) => der.subarray(at);

const forms: Record<string, CertificateParts> = {
  'serial number that is negative': { serial: integer('fb') },
  'serial number 0': { serial: integer('00') },
  'serial number of 21 bytes': { serial: integer(`7f${'11'.repeat(20)}`) },
  'serial number of 60 bytes': { serial: integer('11'.repeat(60)) },
  'serial number that is padded': { serial: integer('0011') },
  'serial number that is empty': { serial: hex('0200') },
  'version 1 written out': { ...v('00'), extensions: undefined },
  'version 1': { version: Buffer.alloc(0), extensions: undefined },
  'version 1 with extensions': { version: Buffer.alloc(0) },
  'version 2': { ...v('01'), extensions: undefined },
  'version 2 with extensions': v('01'),
  'version 4': v('03'),
  'version -1': v('ff'),
  'version with something behind': { version: hex('a0050201020500') },
  'unique identifiers': { identifiers: [context(1, hex('0001')), context(2, hex('0002'))] },
  'signed with SHA-1': { key: rsa, algorithm: algorithms.sha1Rsa },
  'signed with MD5': { key: rsa, algorithm: algorithms.md5Rsa },
  'signed with ECDSA and SHA-1': { algorithm: algorithms.sha1Ec },
  'signed with an unknown algorithm': { algorithm: sequence(oid('1.2.3.4')) },
  'signed with ECDSA with NULL parameters': { algorithm: sequence(oid('1.2.840.10045.4.3.2'), nothing) },
  'signature algorithms that differ': { outerAlgorithm: algorithms.sha1Ec },
  'signature algorithms of other parameters': { key: rsa, outerAlgorithm: sequence(oid('1.2.840.113549.1.1.11')) },
  'signature that is another': { issuerKey: ec('P-256') },
  'something behind the certificate': { finish: (der) => Buffer.concat([der, nothing]) },
  'something behind the signature': { finish: (der) => sequence(nest(der, 4), nothing) },
  'a certificate in indefinite length': { finish: (der) => Buffer.concat([hex('3080'), nest(der, 4), hex('0000')]) },
  'a length that is padded': { finish: (der) => Buffer.concat([hex('308300'), der.subarray(2)]) },
  'a certificate that is cut off': { finish: (der) => der.subarray(0, der.length - 3) },
  'an intermediate': { issuer: name('root'), issuerKey: ec('P-256') },
  'an issuer in a PrintableString with _': { issuer: subjects['PrintableString with _'] ?? Buffer.alloc(0) },
};

/** By name, each in a group of its own part. */
export const authorityKinds: Record<string, CertificateParts> = {
  ...extensions,
  ...Object.fromEntries(Object.entries(subjects).map(([kind, subject]) => [`subject: ${kind}`, { subject }])),
  ...constraints,
  ...alternativeNames,
  ...times,
  ...keys,
  ...forms,
};
