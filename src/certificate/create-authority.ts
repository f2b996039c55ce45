// Makes a new certificate authority for a cluster that brings none, as kubeadm would.
import { createPublicKey, createHash, generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import {
  BasicConstraints,
  GeneralName,
  KeyUsage,
  KeyUsageFlags,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
} from '@peculiar/asn1-x509';
import { toPem } from './der.js';
import { encode, encodeExtensions, encodeName, signCertificate } from './sign-certificate.js';
import { createSigner } from './signer.js';

// As kubeadm: RSA-2048, ten years, a start a little in the past and, where none is given, kubeadm's name.
const years = 10;
const backdatedMs = 5 * 60 * 1000;

/** A new RSA-2048 authority: the texts of its `ca.crt` and `ca.key`. */
export async function createAuthority({
  now,
  commonName = 'kubernetes',
}: {
  now: Date;
  commonName?: string;
}): Promise<{ certificatePem: string; privateKeyPem: string }> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const publicKey = createPublicKey(privateKey);
  const name = encodeName([['CN', commonName]]);
  const notBefore = new Date(Math.floor((now.getTime() - backdatedMs) / 1000) * 1000);
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + years);
  const serialNumber = randomBytes(16);
  serialNumber[0] = ((serialNumber[0] ?? 0) & 0x3f) | 0x40;
  const keyUsage = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment | KeyUsageFlags.keyCertSign;
  const keyIdentifier = createHash('sha1')
    .update(publicKey.export({ type: 'pkcs1', format: 'der' }))
    .digest();
  const extensions = encodeExtensions([
    { id: id_ce_keyUsage, value: new KeyUsage(keyUsage), critical: true },
    { id: id_ce_basicConstraints, value: new BasicConstraints({ cA: true }), critical: true },
    {
      id: id_ce_subjectKeyIdentifier,
      value: new SubjectKeyIdentifier(new Uint8Array(keyIdentifier).buffer),
      critical: false,
    },
    {
      id: id_ce_subjectAltName,
      value: new SubjectAlternativeName([new GeneralName({ dNSName: commonName })]),
      critical: false,
    },
  ]);
  const signer = createSigner(privateKey);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const fields = { serialNumber, issuer: name, subject: name, notBefore, notAfter, publicKey: spki, extensions };
  const certificatePem = toPem(signCertificate(fields, encode(signer.algorithm), signer), 'CERTIFICATE');
  return { certificatePem, privateKeyPem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() };
}
