import { expect, test } from '@jest/globals';
import {
  X509Certificate,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomInt,
} from 'node:crypto';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_kp_clientAuth,
} from '@peculiar/asn1-x509';
import { type Authority, openAuthority } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { createClientTemplate } from '../../src/certificate/client-template.js';
import { deriveKey } from '../../src/certificate/derive-key.js';
import { createExtension, createName, signCertificate } from '../support/library-certificate.js';
import { share } from '../support/property.js';
import { createSigner } from '../../src/certificate/signer.js';

/** An authority whose signatures take almost no time. */
function ed25519Authority(): { authority: Authority; certificate: X509Certificate } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const name = createName([
    ['O', 'Müller & Söhne'],
    ['CN', 'root'],
  ]);
  const certificatePem = signCertificate(
    {
      serialNumber: Buffer.of(1),
      issuer: name,
      subject: name,
      notBefore: new Date('2020-01-01T00:00:00Z'),
      notAfter: new Date('2150-01-01T00:00:00Z'),
      publicKey,
      extensions: [createExtension(id_ce_basicConstraints, new BasicConstraints({ cA: true }), { critical: true })],
    },
    createSigner(privateKey),
  );
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    authority: openAuthority({ certificatePem, privateKeyPem }),
    certificate: new X509Certificate(certificatePem),
  };
}

const alphabets = ['abcdefghij0123456789-:.', 'äöüßéñ', '名前字', 'Ωж', '🔐🗝', '=,+"\\;<>#\'/ '];

function randomName(): string {
  const length = randomInt(1, 65);
  const characters = Array.from(alphabets[randomInt(alphabets.length)] ?? '');
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}

function randomFields() {
  const groups = Array.from({ length: [0, 1, 2, 5, 40][randomInt(5)] ?? 0 }, randomName);
  const notBefore = new Date(
    Date.UTC(2020 + randomInt(60), randomInt(12), 1 + randomInt(28), randomInt(24), randomInt(60)),
  );
  const notAfter = new Date(notBefore.getTime() + randomInt(1, 30_000) * 86_400_000 + randomInt(1000));
  return { key: deriveKey(randomBytes(32), 'test'), userId: randomName(), groups, notBefore, notAfter };
}

type Fields = ReturnType<typeof randomFields>;

/** The same certificate and key, written whole by the ASN.1 library and by OpenSSL. */
function byLibrary(authority: Authority, { key, userId, groups, notBefore, notAfter }: Fields) {
  const [d, x, y] = [key.scalar, key.point.subarray(1, 33), key.point.subarray(33)].map((part) =>
    Buffer.from(part).toString('base64url'),
  );
  const privateKey = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d, x, y } as never, format: 'jwk' });
  const keyIdentifier = new KeyIdentifier(authority.keyIdentifier);
  const certificatePem = signCertificate(
    {
      serialNumber: key.serialNumber,
      issuer: authority.subject,
      subject: createName([...groups.map((group) => ['O', group] as const), ['CN', userId]]),
      notBefore,
      notAfter,
      publicKey: createPublicKey(privateKey),
      extensions: [
        createExtension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), { critical: true }),
        createExtension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), { critical: true }),
        createExtension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_clientAuth]), { critical: false }),
        createExtension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier }), {
          critical: false,
        }),
      ],
    },
    authority.signer,
  );
  return { certificatePem, privateKeyPem: privateKey.export({ type: 'sec1', format: 'pem' }).toString() };
}

test('random certificates are, byte for byte, those that the ASN.1 library and OpenSSL write', () => {
  const { authority, certificate: root } = ed25519Authority();
  const make = createClientTemplate(authority);
  for (let count = 0; count < share(400); count++) {
    const fields = randomFields();
    const made = make(fields);
    expect(made).toMatchObject(byLibrary(authority, fields));
    const read = new X509Certificate(made.certificatePem);
    const seconds = (time: Date) => Math.floor(time.getTime() / 1000);
    expect(read.verify(root.publicKey)).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(made.privateKeyPem))).toBe(true);
    expect([read.validFrom, read.validTo].map((time) => seconds(new Date(time)))).toEqual(
      [fields.notBefore, fields.notAfter].map(seconds),
    );
  }
}, 300_000);

test('under an RSA authority, too, they are those of the library', async () => {
  const authority = openAuthority(await createAuthority({ now: new Date() }));
  const make = createClientTemplate(authority);
  for (let count = 0; count < share(50); count++) {
    const fields = randomFields();
    expect(make(fields)).toMatchObject(byLibrary(authority, fields));
  }
}, 60_000);
