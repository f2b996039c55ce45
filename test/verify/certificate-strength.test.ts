// CA keys that Go cannot verify with are refused, and client keys that TLS does not support.
import { expect, test } from '@jest/globals';
import { judgeStrength } from '../../src/verify/certificate-strength.js';
import { readCredential } from '../../src/verify/credential.js';
import { authorityKinds } from '../support/authority-kinds.js';
import { derAuthority } from '../support/der-certificates.js';
import { goJudges } from '../support/go-judges.js';
import { go126, testWith } from '../support/programs.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const kinds = [
  ...['RSA 3072', 'RSA with exponent 3', 'RSA with exponent 2^31-1', 'RSA with exponent 2^31+11', 'RSA-PSS key'],
  ...['P-224', 'P-256', 'P-384', 'P-521', 'secp256k1', 'brainpool P-256', 'Ed25519', 'Ed448'],
];
const made = kinds.map((kind) => ({ kind, ...derAuthority(authorityKinds[kind]) }));

function weaknesses(found: { authority?: string; client?: string }): string[] {
  const { authority = '', client = '' } = found;
  const credential = readCredential({
    clusters: [{ name: 'internalCluster', cluster: { 'certificate-authority-data': base64(authority) } }],
    users: [{ name: 'user', user: { 'client-certificate-data': base64(client) } }],
  });
  return judgeStrength(credential).map(({ received }) => received);
}

testWith(go126, 'go 1.26 or later')('a CA has a key that Go verifies signatures by', () => {
  const answers = goJudges(made.map(({ certificatePem: CA, privateKeyPem: Key }) => ({ CA, Key })));
  const different = made.flatMap(({ kind, certificatePem: authority }, i) => {
    const { parse = '-', client = '-' } = answers[i] ?? {};
    const ours = weaknesses({ authority });
    return ours.length > 0 === (parse + client !== '') ? [] : [{ kind, ours, theirs: answers[i] }];
  });
  expect(different).toEqual([]);
});

test('a client has a key that TLS 1.3 has signatures by', () => {
  const refused = made.flatMap(({ kind, certificatePem: client }) => (weaknesses({ client }).length > 0 ? [kind] : []));
  expect(refused).toEqual([
    ...['RSA with exponent 2^31+11', 'RSA-PSS key', 'P-224', 'secp256k1', 'brainpool P-256', 'Ed448'],
  ]);
});
