import { describe, expect, test } from '@jest/globals';
import { X509Certificate, createPrivateKey, createPublicKey } from 'node:crypto';
import { type AuthorityFiles, openAuthority } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { type CertificateRequest, createIssuer } from '../../src/certificate/issue-certificate.js';
import { cutAt, forDays, maximumValidity, until } from '../../src/certificate/validity.js';
import { ecP256, opensslAuthority, opensslVerify, rsa2048 } from '../support/authorities.js';
import { openssl, testWith } from '../support/programs.js';

const issueCertificate = createIssuer({ maximumBytes: 0 });

const now = new Date('2027-03-01T12:00:00Z');
const hour = 60 * 60;
const day = 24 * hour;
const request: CertificateRequest = {
  clusterId: '1df09f9a-5b9e-11ef-8f52-0255ac10003e',
  userId: 'a4a5d4098fb4474fa22cd05f897d6b99',
  groups: ['system:masters', 'developers'],
  validity: forDays(365),
  reuseWindowSeconds: day,
  now,
};

const files = await createAuthority({ now: new Date('2027-01-01T00:00:00Z') });
const authority = openAuthority(files);

function after(seconds: number, start = now): Date {
  return new Date(start.getTime() + seconds * 1000);
}

describe('a client certificate', () => {
  const { certificatePem, privateKeyPem, serialNumber, notBefore, notAfter } = issueCertificate(authority, request);
  const certificate = new X509Certificate(certificatePem);

  test('is signed by the authority, and its key fits', () => {
    expect(certificate.verify(createPublicKey(files.certificatePem))).toBe(true);
    expect(certificate.checkIssued(new X509Certificate(files.certificatePem))).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(privateKeyPem))).toBe(true);
  });

  test('names the user as CN and each group as an O, sorted', () => {
    expect(certificate.subject).toBe('O=developers\nO=system:masters\nCN=a4a5d4098fb4474fa22cd05f897d6b99');
  });

  test('is for client authentication only and no CA', () => {
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(certificate.ca).toBe(false);
  });

  test('says of itself what it is', () => {
    expect(certificate.serialNumber.toLowerCase()).toBe(serialNumber);
    expect(new Date(certificate.validFrom)).toEqual(notBefore);
    expect(new Date(certificate.validTo)).toEqual(notAfter);
  });

  test('has a P-256 key in SEC 1 form', () => {
    expect(privateKeyPem).toMatch(/^-{5}BEGIN EC PRIVATE KEY-{5}\n/);
    expect(createPrivateKey(privateKeyPem).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });
});

describe('within a re-use window', () => {
  test('the same request gets the same bytes at both edges, from an authority opened anew', () => {
    const start = new Date('2027-03-01T00:00:00Z');
    const reopened = openAuthority(files);
    const first = issueCertificate(authority, { ...request, now: start });
    expect(issueCertificate(reopened, { ...request, now: after(day - 1, start) })).toEqual(first);
    expect(issueCertificate(reopened, { ...request, now: after(day, start) })).not.toEqual(first);
    expect(issueCertificate(reopened, { ...request, now: after(-1, start) })).not.toEqual(first);
  });

  test('the order and repetition of groups do not count', () => {
    const groups = ['developers', 'system:masters', 'developers'];
    expect(issueCertificate(authority, { ...request, groups })).toEqual(issueCertificate(authority, request));
  });

  test('nobody gets less than the validity that was asked for, and little more', () => {
    for (const offset of [0, 1, day / 2, day - 1]) {
      const at = after(offset, new Date('2027-03-01T00:00:00Z'));
      const { notAfter } = issueCertificate(authority, { ...request, now: at });
      const seconds = (notAfter.getTime() - at.getTime()) / 1000;
      expect(seconds).toBeGreaterThanOrEqual(365 * day);
      expect(seconds).toBeLessThanOrEqual(366 * day);
    }
  });

  test('requests that differ in anything share neither key nor serial number', () => {
    const variants: Partial<CertificateRequest>[] = [
      {},
      { userId: 'b4a5d4098fb4474fa22cd05f897d6b99' },
      { groups: [] },
      { groups: ['system:masters'] },
      { groups: ['system:masters,developers'] },
      { clusterId: '2df09f9a-5b9e-11ef-8f52-0255ac10003e' },
      { validity: forDays(366) },
      { validity: cutAt(forDays(365), maximumValidity(undefined)) },
      { validity: until(after(365 * day)) },
      { reuseWindowSeconds: hour },
      { reuseWindowSeconds: 0 },
      { now: after(day) },
    ];
    const issued = variants.map((variant) => issueCertificate(authority, { ...request, ...variant }));
    const otherSeed = openAuthority({ ...files, seed: new Uint8Array(32).fill(7) });
    issued.push(issueCertificate(otherSeed, request));
    expect(new Set(issued.map(({ privateKeyPem }) => privateKeyPem)).size).toBe(issued.length);
    expect(new Set(issued.map(({ serialNumber }) => serialNumber)).size).toBe(issued.length);
  });
});

test('a window of 0 gives a new certificate each time, exactly as long as asked for', () => {
  const fresh = { ...request, reuseWindowSeconds: 0 };
  const [one, other] = [issueCertificate(authority, fresh), issueCertificate(authority, fresh)];
  expect(one.privateKeyPem).not.toBe(other.privateKeyPem);
  expect(one.serialNumber).not.toBe(other.serialNumber);
  expect(one.notAfter).toEqual(after(365 * day));
});

test('a certificate starts a few minutes ago and does not outlive its authority', () => {
  const { notBefore, notAfter } = issueCertificate(authority, {
    ...request,
    reuseWindowSeconds: 0,
    validity: forDays(36_500),
  });
  expect(notBefore).toEqual(after(-5 * 60));
  expect(notAfter).toEqual(authority.notAfter);
});

test('an authority that has expired or is not valid yet issues nothing', () => {
  const issueAt = (at: Date) => () => issueCertificate(authority, { ...request, now: at });
  expect(issueAt(after(1, authority.notAfter))).toThrow('has expired');
  expect(issueAt(after(-1, authority.notBefore))).toThrow('not valid before');
});

describe('OpenSSL accepts the client certificates of', () => {
  const authorities: [string, () => AuthorityFiles][] = [
    ['an RSA-2048 authority laid out as kubeadm does', () => opensslAuthority()],
    ['an RSA-4096 authority', () => opensslAuthority({ key: [...rsa2048.slice(0, 3), 'rsa_keygen_bits:4096'] })],
    ['an EC P-256 authority', () => opensslAuthority({ key: ecP256 })],
    [
      'an EC P-384 authority',
      () => opensslAuthority({ key: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'] }),
    ],
    [
      'an EC P-521 authority',
      () => opensslAuthority({ key: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'] }),
    ],
    ['an Ed25519 authority', () => opensslAuthority({ key: ['-algorithm', 'ED25519'] })],
    [
      "OpenSSL's defaults with an odd subject",
      () =>
        opensslAuthority({
          subject: '/C=DE/O=Müller & Söhne/OU=a+CN=b/CN=kube, "ca"',
          args: ['-utf8', '-multivalue-rdn'],
        }),
    ],
    ['an authority that ends after the year 2050', () => opensslAuthority({ key: ecP256, days: 36_500 })],
    ['our own authority', () => files],
  ];

  testWith(openssl, 'openssl').each(authorities)('%s', (_name, make) => {
    const made = make();
    const opened = openAuthority(made);
    const at = new Date(Math.max(Date.now(), opened.notBefore.getTime()) + 1000);
    const asked = { ...request, validity: forDays(36_500), now: at };
    const { certificatePem, privateKeyPem } = issueCertificate(opened, asked);
    expect(opensslVerify(made.certificatePem, certificatePem, { at })).toBe('client.crt: OK');
    expect(new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem))).toBe(true);
    expect(issueCertificate(openAuthority(made), asked).certificatePem).toBe(certificatePem);
  });
});
