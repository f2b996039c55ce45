// Files of authorities of every kind: forms of PEM, and several certificates in one file. The key is the first one's unless it
// says otherwise.
import { type KeyObject, generateKeyPairSync } from 'node:crypto';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { context } from './authority-name-kinds.js';
import {
  type CertificateParts,
  algorithms,
  basicConstraints,
  boolean,
  derAuthority,
  extension,
  hex,
  integer,
  keyUsage,
  name,
  octets,
  oid,
  sequence,
  someKey,
  utcTime,
  year,
} from './der-certificates.js';

const plain = derAuthority();
const pem = plain.certificatePem;
const [first = '', ...others] = pem.trimEnd().split('\n');
const base64 = others.slice(0, -1).join('');
const last = others.at(-1) ?? '';
const wrapped = (width: number, text = base64) => (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n');
const around = (text: string) => `${first}\n${text}\n${last}\n`;
const another = derAuthority({
  key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  subject: name('other'),
}).certificatePem;
const unreadable = derAuthority({ serial: integer('fb'), subject: name('old') }).certificatePem;
const headed = (header: string) => pem.replace('\n', `\n${header}\n\n`);
const typed = (type: string) => pem.replaceAll('CERTIFICATE', type);

const forms: Record<string, string> = {
  CRLF: pem.replaceAll('\n', '\r\n'),
  'CR alone': pem.replaceAll('\n', '\r'),
  'no newline at the end': pem.trimEnd(),
  'a byte order mark': `\uFEFF${pem}`,
  'a byte order mark and a line before': `\uFEFFca\n${pem}`,
  'lines of 76': around(wrapped(76)),
  'lines of 1': around(wrapped(1)),
  'one line of base64': around(base64),
  'base64 beside the first line': pem.replace('\n', ''),
  'base64 beside the last line': around(base64).replace(`\n${last}`, last),
  'all on one line': `${first}${base64}${last}`,
  'blanks before the lines of base64': around(wrapped(64).replaceAll(/^/gm, '  ')),
  'blanks before every line': pem.trimEnd().replaceAll(/^/gm, '  '),
  'a blank before the first line': ` ${pem}`,
  'a tab before the first line': `\t${pem}`,
  'text before the first line, on the same line': `ca.crt: ${pem}`,
  'a blank before the last line': pem.replace(last, ` ${last}`),
  'a blank after the first line': pem.replace(first, `${first} `),
  'a tab after the first line': pem.replace(first, `${first}\t`),
  'text after the first line': pem.replace(first, `${first} ca`),
  'a blank after the last line': pem.replace(last, `${last} `),
  'text after the last line': pem.replace(last, `${last} ca`),
  'blanks behind the lines of base64': around(wrapped(64).replaceAll(/$/gm, ' ')),
  'an empty line in it': around(`${base64.slice(0, 64)}\n\n${base64.slice(64)}`),
  'an empty line first': around(`\n${base64}`),
  'an empty line last': around(`${base64}\n`),
  'a form feed in it': around(`${base64.slice(0, 64)}\f${base64.slice(64)}`),
  'a vertical tab in it': around(`${base64.slice(0, 64)}\v${base64.slice(64)}`),
  'a no-break space in it': around(`${base64.slice(0, 64)}\u00a0${base64.slice(64)}`),
  'a zero in it': around(`${base64.slice(0, 64)}\0${base64.slice(64)}`),
  'an exclamation mark in it': around(`${base64.slice(0, 64)}!${base64.slice(64)}`),
  'padding in the middle': around(`${base64.slice(0, 64)}=${base64.slice(64)}`),
  'too much padding': around(`${base64}=`),
  'four signs of padding more': around(`${base64}====`),
  'no padding': around(base64.replace(/=+$/, '')),
  'the alphabet of URLs': around(base64.replaceAll('+', '-').replaceAll('/', '_')),
  'a letter too few': around(base64.slice(0, -1)),
  'an empty block': around(''),
  'an empty block before': around('') + pem,
  'bits set in the padding': around(base64.replace(/.(=+)$/, '/$1')),
  'a header': headed('Name: ca'),
  'a header without its value': headed('Name:'),
  'a header in two lines': headed('Name: ca\n more'),
  'a header and no empty line': pem.replace('\n', '\nName: ca\n'),
  'Proc-Type': headed('Proc-Type: 4,CLEAR'),
  'a header in one of two': headed('Name: ca') + another,
  'a header in the other of two': pem + another.replace('\n', '\nName: ca\n\n'),
  'X509 CERTIFICATE': typed('X509 CERTIFICATE'),
  'TRUSTED CERTIFICATE': typed('TRUSTED CERTIFICATE'),
  'certificate in small letters': typed('certificate'),
  PKCS7: typed('PKCS7'),
  'another type before': typed('X509 CRL') + pem,
  'parameters of a curve before': `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pem}`,
  'an end of another type': pem.replace('END CERTIFICATE', 'END X509'),
  'no end': pem.replace(last, ''),
  'no end before another one': pem.replace(last, '') + another,
  'an end without its dashes': pem.replace(last, '-----END CERTIFICATE'),
  'an end with six dashes': pem.replace(last, `${last}-`),
  'an end with four dashes': pem.replace(last, last.slice(0, -1)),
  'a beginning with six dashes': `-${pem}`,
  'a beginning with four dashes': pem.slice(1),
  'two beginnings': `${first}\n${pem}`,
  'two ends': `${pem}${last}\n`,
  'an end before': `${last}\n${pem}`,
  'a beginning behind': `${pem}${first}\n`,
  'no newline between two': pem.trimEnd() + another,
  'an empty line between two': `${pem}\n${another}`,
  'blanks between two': `${pem}  ${another}`,
  'a comment before': `# ca\n${pem}`,
  'a comment with dashes before': `# --- ca -----\n${pem}`,
  'a comment with a beginning in it': `# -----BEGIN CERTIFICATE----- follows\n${pem}`,
  'a line of dashes before': `-----\n${pem}`,
  'a text dump before': `Certificate:\n    Data:\n        Version: 3 (0x2)\n        Serial Number: 18193 (0x4711)\n${pem}`,
  'bag attributes before': `Bag Attributes\n    localKeyID: 01 02\nsubject=CN = kubernetes\n\nissuer=CN = kubernetes\n\n${pem}`,
  'a comment between two': `${pem}# other\n${another}`,
  'letters beyond ASCII before': `Zertifikat für Köln\n${pem}`,
  'a zero before': `\0${pem}`,
  'XML around it': `<cert>\n${pem}</cert>\n`,
  'a quotation mark around it': `"${pem}"`,
  'YAML around it': `ca: |\n${pem.replaceAll(/^(?=.)/gm, '  ')}`,
  'newlines written out': pem.replaceAll('\n', '\\n'),
  'base64 of the whole file': Buffer.from(pem).toString('base64'),
  DER: Buffer.from(base64, 'base64').toString('latin1'),
  'one twice': pem + pem,
  'a second one that cannot be read': pem + unreadable,
  'a first one that cannot be read': unreadable + pem,
  'a second one that is rubbish': pem + around('AAAA'),
  'a private key before': plain.privateKeyPem + pem,
  'a private key behind': pem + plain.privateKeyPem,
};

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const [rootKey, middleKey] = [ec(), ec()];
const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const rsa2048 = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const rsa8192 = () => generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey;
const [root, middle] = [name('root'), name('middle')];
const pathLength = (length: string) => extension('2.5.29.19', sequence(boolean(0xff), integer(length)), true);
const purposes = (...ids: string[]) => [extension('2.5.29.37', sequence(...ids.map(oid)))];
const [serverAuth, clientAuth] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'] as const;
const identifier = (byte: number) => extension('2.5.29.14', octets(Buffer.alloc(20, byte)));
const issuerIdentifier = (byte: number) => extension('2.5.29.35', sequence(context(0, Buffer.alloc(20, byte))));
const ended = sequence(utcTime(year(-3)), utcTime(year(-2)));
const notBegun = sequence(utcTime(year(2)), utcTime(year(9)));
const short = sequence(utcTime(year(-1)), utcTime(year(2)));

/** The CA by a root, possibly with one in between; each of them changed. */
function chain(own: CertificateParts, above: CertificateParts, between?: CertificateParts): string[] {
  const topKey = above.key ?? rootKey;
  const ownCertificate = between
    ? derAuthority({ issuer: middle, issuerKey: middleKey, ...own })
    : derAuthority({
        issuer: root,
        issuerKey: topKey,
        ...(topKey.asymmetricKeyType === 'rsa' && { algorithm: algorithms.sha256Rsa }),
        ...own,
      });
  return [
    ownCertificate,
    ...(between
      ? [derAuthority({ subject: middle, key: middleKey, issuer: root, issuerKey: topKey, ...between })]
      : []),
    derAuthority({ subject: root, key: topKey, ...above }),
  ].map(({ certificatePem }) => certificatePem);
}

const chains: Record<string, string[]> = {
  'by a root': chain({}, {}),
  'by a root, the root first': chain({}, {}).reverse(),
  'by a root, with one in between': chain({}, {}, {}),
  'by a root of path length 0': chain({}, { extensions: [pathLength('00'), keyUsage] }),
  'by a root of path length 0, with one in between': chain({}, { extensions: [pathLength('00'), keyUsage] }, {}),
  'by a root of path length 1, with one in between': chain({}, { extensions: [pathLength('01'), keyUsage] }, {}),
  'by one of path length 0': chain({}, {}, { extensions: [pathLength('00'), keyUsage] }),
  'of path length 0 by a root': chain({ extensions: [pathLength('00'), keyUsage] }, {}),
  'by a root that ended': chain({}, { validity: ended }),
  'by a root that has not begun': chain({}, { validity: notBegun }),
  'by one that ended': chain({}, {}, { validity: ended }),
  'that ends later than its root': chain({}, { validity: short }),
  'by a root for servers only': chain({}, { more: purposes(serverAuth) }),
  'by a root for clients only': chain({}, { more: purposes(clientAuth) }),
  'by one for servers only': chain({}, {}, { more: purposes(serverAuth) }),
  'for clients only by a root': chain({ more: purposes(clientAuth) }, {}),
  'for clients only by a root for servers only': chain({ more: purposes(clientAuth) }, { more: purposes(serverAuth) }),
  'by a root that is no CA': chain({}, { extensions: [keyUsage] }),
  'by a root that may not certify': chain(
    {},
    { extensions: [basicConstraints, extension('2.5.29.15', hex('03020780'), true)] },
  ),
  'by a root with an unknown critical extension': chain(
    {},
    { more: [extension('1.3.6.1.4.1.99999.1', octets(), true)] },
  ),
  'by a root with a negative serial number': chain({}, { serial: integer('fb') }),
  'by a root of version 1': chain({}, { version: Buffer.alloc(0), extensions: undefined }),
  'by a root of RSA 1024': chain({}, { key: rsa1024 }),
  'by a root of RSA 2048': chain({}, { key: rsa2048 }),
  'by a root of RSA 4096': chain({}, { key: rsa8192() }),
  'by a root of P-224': chain({}, { key: generateKeyPairSync('ec', { namedCurve: 'secp224r1' }).privateKey }),
  'by a root of secp256k1': chain({}, { key: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey }),
  'by a root of Brainpool': chain({}, { key: generateKeyPairSync('ec', { namedCurve: 'brainpoolP384r1' }).privateKey }),
  'signed by its root with SHA-1': chain({ algorithm: algorithms.sha1Ec }, {}),
  'signed by its root with MD5': chain({ algorithm: algorithms.md5Rsa }, { key: rsa2048 }),
  'signed by another one of that name': chain({ issuerKey: ec() }, {}),
  'whose issuer has another identifier': chain({ more: [issuerIdentifier(1)] }, { more: [identifier(2)] }),
  'whose issuer has that identifier': chain({ more: [issuerIdentifier(1)] }, { more: [identifier(1)] }),
  'whose root excludes a directory, critical': chain(
    {},
    { more: [extension('2.5.29.30', sequence(context(0x21, sequence(context(0x24, name('x'))))), true)] },
  ),
  'whose root permits a domain': chain(
    {},
    { more: [extension('2.5.29.30', Buffer.from(sequence(Buffer.from(hex('a00730058203612e62')))), true)] },
  ),
  'by a root of its own name': chain({ subject: root, issuer: root }, {}),
  'by a root of the same key': chain({ key: rootKey }, {}),
  'with another of the name of its issuer ahead': [
    ...chain({}, {}, {}).slice(0, 1),
    derAuthority({ subject: middle, key: ec(), issuer: root, issuerKey: rootKey }).certificatePem,
    ...chain({}, {}, {}).slice(1),
  ],
  'without its root': chain({}, {}).slice(0, 1),
  'without the one in between': chain({}, {}, {}).filter((_one, index) => index !== 1),
  'with a root of another': [...chain({}, {}).slice(0, 1), another],
  'cross-signed, the own signature first': [pem, ...chain({}, {})],
  'cross-signed, the own signature last': [...chain({}, {}), pem],
  'cross-signed by one that is not there': [...chain({}, {}).slice(0, 1), pem],
  'twice, of which one ended': [derAuthority({ validity: ended }).certificatePem, pem],
  'twice, of which one has not begun': [derAuthority({ validity: notBegun }).certificatePem, pem],
  'twice, of which the later one is no CA': [
    derAuthority({ validity: short }).certificatePem,
    derAuthority({ extensions: [keyUsage] }).certificatePem,
  ],
  'twice, of which the later one is for servers only': [
    derAuthority({ validity: short }).certificatePem,
    derAuthority({ more: purposes(serverAuth) }).certificatePem,
  ],
  'twice, of which the later one has an unknown critical extension': [
    derAuthority({ validity: short }).certificatePem,
    derAuthority({ more: [extension('1.3.6.1.4.1.99999.1', octets(), true)] }).certificatePem,
  ],
  'twice, under two names': [pem, derAuthority({ subject: name('renamed'), validity: short }).certificatePem],
  'twice, with two identifiers': [
    derAuthority({ more: [identifier(1)] }).certificatePem,
    derAuthority({ more: [identifier(2)], validity: short }).certificatePem,
  ],
  'beside one that ended': [pem, derAuthority({ key: ec(), subject: name('old'), validity: ended }).certificatePem],
  'beside one that is no CA': [
    pem,
    derAuthority({ key: ec(), subject: name('leaf'), extensions: [keyUsage] }).certificatePem,
  ],
  'beside another key of its name': [pem, derAuthority({ key: ec() }).certificatePem],
  'behind another key of its name': [derAuthority({ key: ec() }).certificatePem, pem],
  'beside another key of its name and identifier': [
    derAuthority({ more: [identifier(1)] }).certificatePem,
    derAuthority({ key: ec(), more: [identifier(1)] }).certificatePem,
  ],
  'beside fifty of its name': [...Array.from({ length: 50 }, () => derAuthority({ key: ec() }).certificatePem), pem],
  'beside one of DSA': [
    pem,
    derAuthority({ key: generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey })
      .certificatePem,
  ],
  'beside one of Ed448': [
    pem,
    derAuthority({ key: generateKeyPairSync('ed448').privateKey, algorithm: algorithms.ed25519 }).certificatePem,
  ],
  'beside one of Brainpool': [
    pem,
    derAuthority({ key: generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' }).privateKey }).certificatePem,
  ],
};

const keyOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const ownKeys: Record<string, KeyObject> = { 'by a root of the same key': rootKey };

/** By name: forms of a file, and certificates beside each other. */
export const authorityFileKinds: Record<string, AuthorityFiles> = {
  ...Object.fromEntries(
    Object.entries(forms).map(([kind, text]) => [`file: ${kind}`, { ...plain, certificatePem: text }]),
  ),
  ...Object.fromEntries(
    Object.entries(chains).map(([kind, list]) => [
      kind,
      { certificatePem: list.join(''), privateKeyPem: keyOf(ownKeys[kind] ?? someKey) },
    ]),
  ),
};
