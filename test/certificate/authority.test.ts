import { describe, expect, test } from '@jest/globals';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import { assertValidAt, openAuthority } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { ecP256, opensslAuthority } from '../support/authorities.js';
import { derAuthority, extension, name, oid, sequence } from '../support/der-certificates.js';
import { openssl, testWith } from '../support/programs.js';

const now = new Date();
const files = await createAuthority({ now });
const other = await createAuthority({ now });

// Each was given to Go's encoding/pem, which reads the certificate in it.
test.each<[string, (pem: string) => string]>([
  ['empty lines between its lines', (pem) => pem.replaceAll('\n', '\n\n')],
  ['blanks and tabs at the ends of lines', (pem) => pem.replaceAll('\n', ' \t\n')],
  ['lines of Windows', (pem) => pem.replaceAll('\n', '\r\n')],
  ['one long line', (pem) => pem.replace(/(?<=[A-Za-z0-9+/])\n(?=[A-Za-z0-9+/=])/g, '')],
  [
    'lines of 63 characters',
    (pem) =>
      pem.replace(
        /-----\n([^-]+)-----END/,
        (_all, body: string) => `-----\n${body.replaceAll('\n', '').replace(/.{63}/g, '$&\n')}\n-----END`,
      ),
  ],
  ['text around it', (pem) => `subject=CN = kubernetes\n${pem}# the end`],
  ['a block with headers before it', (pem) => pem.replace('\n', '\nName: ca\n\n') + pem],
  ['half a block before it', (pem) => `-----BEGIN CERTIFICATE-----\nMIIB\n${pem}`],
  ['half a block behind it', (pem) => `${pem}-----BEGIN CERTIFICATE-----\nMIIB`],
])('a CA certificate with %s is handed out as it would be without', (_name, change) => {
  const changed = change(files.certificatePem);
  expect(changed).not.toBe(files.certificatePem);
  const { certificatePem } = openAuthority({ ...files, certificatePem: changed });
  expect(certificatePem).toBe(openAuthority(files).certificatePem);
});

describe('an authority is refused, with one line that names the reason, when', () => {
  test.each([
    [
      'its key is of another authority',
      { ...files, privateKeyPem: other.privateKeyPem },
      'does not fit its private key',
    ],
    ['its certificate is no PEM', { ...files, certificatePem: 'hello' }, 'a certificate in PEM is accepted'],
    [
      'its certificate is cut off',
      { ...files, certificatePem: files.certificatePem.replace(/\n.{64}\n/, '\n') },
      'cannot be read',
    ],
    [
      'a block of its file is not base64',
      {
        ...files,
        certificatePem: `${files.certificatePem}-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n`,
      },
      'a block in its file is not base64',
    ],
    ['its key is no PEM', { ...files, privateKeyPem: '' }, 'a private key in PEM is accepted'],
    [
      'certificate and key are swapped',
      { certificatePem: files.privateKeyPem, privateKeyPem: files.certificatePem },
      'a private key in PEM is accepted',
    ],
    [
      'its key is encrypted',
      { ...files, privateKeyPem: encrypt(files.privateKeyPem) },
      'is encrypted; decrypt it first',
    ],
  ])('%s', (_name, broken, reason) => {
    expect(refusalOf(broken)).toContain(reason);
  });

  testWith(openssl, 'openssl').each([
    ['it is no CA', { extensions: ['basicConstraints=critical,CA:FALSE'] }, 'is no CA certificate'],
    [
      'its key usage lacks keyCertSign',
      { extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,digitalSignature'] },
      'is no CA certificate',
    ],
    [
      'it may issue server certificates only',
      { extensions: ['basicConstraints=critical,CA:TRUE', 'extendedKeyUsage=serverAuth'] },
      'lacks clientAuth',
    ],
    ['its subject is empty', { subject: '/' }, 'the subject of the CA certificate is empty'],
    [
      'its RSA key is too short',
      { key: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'] },
      "'rsa 1024'; accepted: RSA of at least 2048",
    ],
    [
      'its curve is unusual',
      { key: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'] },
      "'ec secp256k1'; accepted",
    ],
    [
      'its curve is given by parameters, which Go does not read',
      { key: [...ecP256, '-pkeyopt', 'ec_param_enc:explicit'] },
      "the curve of the CA certificate's key is given by its parameters; it must be given by its name",
    ],
  ])('%s', (_name, options, reason) => {
    expect(refusalOf(opensslAuthority(options))).toContain(reason);
  });
});

test('an authority is held to its dates', () => {
  const authority = openAuthority(files);
  expect(() => assertValidAt(authority, now)).not.toThrow();
  expect(() => assertValidAt(authority, new Date(authority.notAfter.getTime() + 1))).toThrow(/has expired on 20/);
  expect(() => assertValidAt(authority, new Date(authority.notBefore.getTime() - 1))).toThrow(/is not valid before 20/);
});

test('text around the certificates is left out, and the certificate that fits the key comes first', () => {
  const bundle = `Certificate:\n    Data: Version 3\n${other.certificatePem}subject=CN = kubernetes\n${files.certificatePem}`;
  const authority = openAuthority({ ...files, certificatePem: bundle });
  expect(authority.certificatePem).toBe(files.certificatePem + other.certificatePem);
});

testWith(openssl, 'openssl')('of a renewed certificate and the old one, the one that ends last counts', () => {
  const renewed = opensslAuthority();
  const old = opensslAuthority({ reuseKey: path.join(renewed.folder, 'ca.key'), days: 10 });
  const authority = openAuthority({ ...renewed, certificatePem: old.certificatePem + renewed.certificatePem });
  expect(authority.fingerprint).toBe(openAuthority(renewed).fingerprint);
});

test('without a seed the same key gives the same seed, another key another one', () => {
  const seeds = [files, { ...files }, other].map((made) => Buffer.from(openAuthority(made).seed).toString('hex'));
  expect(seeds[0]).toBe(seeds[1]);
  expect(seeds[0]).not.toBe(seeds[2]);
});

testWith(openssl, 'openssl')('an EC key in SEC 1 form with its parameters in front is read', () => {
  const made = opensslAuthority({ key: ecP256 });
  const sec1 = createPrivateKey(made.privateKeyPem).export({ type: 'sec1', format: 'pem' }).toString();
  const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  expect(openAuthority({ ...made, privateKeyPem: `${parameters}${sec1}` }).fingerprint).toBe(
    openAuthority(made).fingerprint,
  );
});

test('of several certificates of one key, one that may issue client certificates counts', () => {
  const made = derAuthority();
  const [leaf, servers] = [
    derAuthority({ extensions: [] }),
    derAuthority({ more: [extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1')))] }),
  ].map(({ certificatePem }) => certificatePem);
  const { fingerprint } = openAuthority(made);
  for (const certificatePem of [`${leaf}${servers}${made.certificatePem}`, `${made.certificatePem}${servers}${leaf}`])
    expect(openAuthority({ ...made, certificatePem }).fingerprint).toBe(fingerprint);
  expect(refusalOf({ ...made, certificatePem: leaf ?? '' })).toContain('is no CA certificate');
});

test('of several issuers of one name, the one that signed follows a client', () => {
  const { privateKey: rootKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { privateKey: otherKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const by = { subject: name('middle'), issuer: name('root'), issuerKey: rootKey };
  const middle = derAuthority({ ...by, key: rootKey }).certificatePem;
  const namesake = derAuthority({ ...by, key: otherKey }).certificatePem;
  const own = derAuthority({ issuer: name('middle'), issuerKey: rootKey });
  const { chainPem } = openAuthority({ ...own, certificatePem: own.certificatePem + namesake + middle });
  expect(chainPem).toBe(own.certificatePem + middle);
});

test('a certificate that OpenSSL alone can read is refused', () => {
  expect(refusalOf(derAuthority({ more: [sequence(oid('1.2.3.4'))] }))).toContain('cannot be read');
});

function refusalOf(broken: { certificatePem: string; privateKeyPem: string }): string {
  try {
    openAuthority(broken);
  } catch (error) {
    expect(error).toMatchObject({ code: 'authority_unusable' });
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  return 'accepted';
}

function encrypt(privateKeyPem: string): string {
  return createPrivateKey(privateKeyPem)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString();
}
