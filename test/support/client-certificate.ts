// Client certificates of any kind, right and wrong, by an authority of the tests.
import { type KeyObject, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  BasicConstraints,
  ExtendedKeyUsage,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_kp_clientAuth,
} from '@peculiar/asn1-x509';
import { type AuthorityFiles, openAuthority } from '../../src/certificate/authority.js';
import { createExtension, createName, signCertificate } from './library-certificate.js';

export interface ClientCertificateOptions {
  key?: KeyObject;
  subject?: Parameters<typeof createName>[0];
  purposes?: string[];
  /** Days from now. */
  from?: number;
  until?: number;
  /** Makes it an authority, between the cluster's and the clients. */
  isAuthority?: boolean;
}

export interface ClientCertificatePem {
  certificatePem: string;
  privateKeyPem: string;
  key: KeyObject;
}

export const ecKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000);

export function clientCertificate(
  authority: AuthorityFiles,
  options: ClientCertificateOptions = {},
): ClientCertificatePem {
  const { key = ecKey(), from = -1, until = 90, isAuthority = false } = options;
  const {
    subject = [
      ['O', 'developers'],
      ['CN', 'alice'],
    ],
    purposes = [id_kp_clientAuth],
  } = options;
  const { subject: issuer, signer } = openAuthority(authority);
  const certificatePem = signCertificate(
    {
      serialNumber: Buffer.concat([Buffer.from([0x40]), randomBytes(15)]),
      issuer,
      subject: createName(subject),
      notBefore: inDays(from),
      notAfter: inDays(until),
      publicKey: createPublicKey(key),
      extensions: isAuthority
        ? [createExtension(id_ce_basicConstraints, new BasicConstraints({ cA: true }), { critical: true })]
        : [createExtension(id_ce_extKeyUsage, new ExtendedKeyUsage(purposes), { critical: false })],
    },
    signer,
  );
  return { certificatePem, privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(), key };
}
