// PEM files as they are and as they should not be.
import fc from 'fast-check';
import { type AuthorityFiles } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';

/** Two authorities. */
export async function pemPairs(): Promise<[AuthorityFiles, AuthorityFiles]> {
  const now = new Date();
  return Promise.all([createAuthority({ now }), createAuthority({ now })]);
}

type Change = (pem: string, other: string, at: number, text: string) => string;

const lines = (pem: string) => pem.split('\n');
const place = (list: { length: number }, at: number) => at % Math.max(1, list.length);

const changes: Change[] = [
  (pem) => pem,
  (pem) => pem.replaceAll('\n', '\r\n'),
  (pem) => pem.replaceAll('\n', ''),
  (pem, _other, at) => pem.slice(0, place(pem, at)),
  (pem, _other, at) => pem.slice(place(pem, at)),
  (pem, _other, at, text) => pem.slice(0, place(pem, at)) + text + pem.slice(place(pem, at) + 1),
  (pem, _other, at) =>
    lines(pem)
      .filter((_, index) => index !== place(lines(pem), at))
      .join('\n'),
  (pem, _other, at) =>
    lines(pem)
      .toSpliced(place(lines(pem), at), 0, lines(pem)[0] ?? '')
      .join('\n'),
  (pem) => lines(pem).toReversed().join('\n'),
  (pem, _other, _at, text) => `${text}\n${pem}${text}`,
  (pem, other) => pem + other,
  (pem, other) => other + pem,
  (_pem, other) => other,
  (pem) => pem + pem,
  (pem) => Buffer.from(pem).toString('base64'),
  (pem) => `\uFEFF${pem}`,
  (pem) => pem.replace('BEGIN', 'BEGIN TRUSTED').replace('END', 'END TRUSTED'),
  (pem) => pem.replaceAll('PRIVATE KEY', 'PUBLIC KEY').replaceAll('CERTIFICATE', 'X509 CRL'),
  (pem) => pem.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'),
  (_pem, _other, _at, text) => text,
  () => '',
];

/** A PEM file with up to two changes; `other` may get into it. */
export function changedPem(pem: string, other: string): fc.Arbitrary<string> {
  const change = fc.tuple(fc.constantFrom(...changes), fc.nat(), fc.string({ unit: 'binary', maxLength: 80 }));
  return fc
    .array(change, { maxLength: 2 })
    .map((list) => list.reduce((text, [apply, at, inserted]) => apply(text, other, at, inserted), pem));
}
