// Any input for an authority is refused with the right code, or works.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type JsonWebKey, X509Certificate, createPrivateKey } from 'node:crypto';
import { type Authority, type AuthorityFiles, openAuthority } from '../../src/certificate/authority.js';
import { createIssuer } from '../../src/certificate/issue-certificate.js';
import { forDays } from '../../src/certificate/validity.js';
import { ecP256, opensslAuthority } from '../support/authorities.js';
import { changedPem, pemPairs } from '../support/changed-pem.js';
import { openssl, testWith } from '../support/programs.js';
import { property } from '../support/property.js';

const issueCertificate = createIssuer({ maximumBytes: 0 });

const [pair, other] = await pemPairs();

property<[string, string]>(
  'a changed certificate or key is refused as unusable, or makes an authority whose certificates verify',
  [changedPem(pair.certificatePem, pair.privateKeyPem), changedPem(pair.privateKeyPem, pair.certificatePem)],
  { runs: 150 },
  (certificatePem, privateKeyPem) => {
    const authority = opened(certificatePem, privateKeyPem);
    if (authority) expectToWork(authority);
  },
);

const kinds: [string, AuthorityFiles | undefined, number][] = [
  ['RSA', pair, 80],
  ['EC', openssl === undefined ? undefined : opensslAuthority({ key: ecP256 }), 80],
  ['Ed25519', openssl === undefined ? undefined : opensslAuthority({ key: ['-algorithm', 'ed25519'] }), 80],
];

for (const [kind, files = pair, runs] of kinds) {
  property<[string, number, number]>(
    `an ${kind} authority with a byte changed is refused as unusable, or its certificates verify`,
    [fc.constantFrom('certificate', 'key'), fc.nat(), fc.integer({ min: 1, max: 255 })],
    { runs, ...(files !== pair && { with: testWith(openssl, 'openssl') }) },
    (which, at, difference) => {
      const { certificatePem, privateKeyPem } = files;
      const authority =
        which === 'certificate'
          ? opened(withByteChanged(certificatePem, at, difference), privateKeyPem)
          : opened(certificatePem, withByteChanged(privateKeyPem, at, difference));
      if (authority) expectToWork(authority);
    },
  );
}

// Found: a key with an intact public part was accepted, and failed at the first request or made invalid signatures.
test('a key whose private part does not belong to its public part is refused', () => {
  const [own, foreign] = [pair, other].map(({ privateKeyPem }) =>
    createPrivateKey(privateKeyPem).export({ format: 'jwk' }),
  );
  const key = createPrivateKey({ key: { ...foreign, n: own?.n, e: own?.e } as JsonWebKey, format: 'jwk' });
  const privateKeyPem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  expect(() => openAuthority({ ...pair, privateKeyPem })).toThrow(
    "the CA's private key is damaged: what it signs does not verify; restore it from a copy",
  );
});

function opened(certificatePem: string, privateKeyPem: string): Authority | undefined {
  try {
    return openAuthority({ certificatePem, privateKeyPem });
  } catch (error) {
    expect(error).toMatchObject({ code: 'authority_unusable', message: expect.stringMatching(/^[^\r\n]+$/) });
    return undefined;
  }
}

/** A second witness says so. */
function expectToWork(authority: Authority): void {
  const now = new Date(authority.notBefore.getTime() + 86_400_000);
  const caller = { clusterId: 'x', userId: 'alice', groups: ['developers'] };
  const issue = () => issueCertificate(authority, { ...caller, validity: forDays(1), reuseWindowSeconds: 60, now });
  if (!(now <= authority.notAfter)) {
    expect(issue).toThrow(expect.objectContaining({ code: 'authority_unusable' }));
    return;
  }
  const { certificatePem } = issue();
  const [own = ''] = authority.certificatePem.split(/(?<=-----END CERTIFICATE-----\n)/);
  expect(new X509Certificate(certificatePem).verify(new X509Certificate(own).publicKey)).toBe(true);
}

function withByteChanged(pem: string, at: number, difference: number): string {
  const [, begin = '', content = '', end = ''] = /(-----BEGIN [^\n]*\n)([^-]*)(-----END[^]*)/.exec(pem) ?? [];
  const der = Buffer.from(content, 'base64');
  const place = at % der.length;
  der[place] = ((der[place] ?? 0) + difference) % 256;
  return `${begin}${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n${end}`;
}
