// Compares the verdicts of `cluster add` on authorities with those of Go's crypto/x509: as kube-apiserver, which
// verifies client certificates, and as kubectl, which verifies API servers.
import { expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { type AuthorityFiles, openAuthority } from '../../src/certificate/authority.js';
import { checkAuthority } from '../../src/certificate/check-authority.js';
import { authorityKinds } from '../support/authority-kinds.js';
import { rareAuthorityKinds } from '../support/authority-rare-kinds.js';
import { derAuthority, integer, name, sequence, utcTime, year } from '../support/der-certificates.js';
import { clientOf, goJudges } from '../support/go-judges.js';
import { go126, testWith } from '../support/programs.js';

const now = new Date();
const rsaKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const kinds = { ...authorityKinds, ...rareAuthorityKinds };

const byOpenssl = 'OpenSSL does not read it or takes it for no CA, and so do clients in Python and Node';
const noAuthority = 'a certificate of version 1 or 2 does not say that it is an authority';

/** The authorities that we refuse and Go accepts, with the reasons. */
const stricter: Record<string, string> = {
  'RSA 1024': 'keys below 2048 bits are no longer strong enough',
  'P-224': 'signatures on it could not be made again byte by byte',
  'version 1': noAuthority,
  'version 1 written out': noAuthority,
  'version 1 with extensions': noAuthority,
  'version 2': noAuthority,
  'version 2 with extensions': noAuthority,
  'basic constraints: something behind': byOpenssl,
  'key usage with no bit': byOpenssl,
  'key usage with only a bit beyond the nine': byOpenssl,
  'purposes: none': byOpenssl,
  'CRL distribution point with reasons only': byOpenssl,
  'something behind the value of an extension': byOpenssl,
  'subject: something behind the value': byOpenssl,
  'end with an offset in UTCTime': byOpenssl,
  'end with an offset in GeneralizedTime': byOpenssl,
  'end without seconds in UTCTime': byOpenssl,
  'three times': byOpenssl,
  'start in the year 0': 'Node takes years below 100 for those of the 20th century',
  'start in the year 1': 'Node takes years below 100 for those of the 20th century',
  'RSA 1536': 'keys below 2048 bits are no longer strong enough',
  'RSA 2047': 'keys below 2048 bits are no longer strong enough',
  'a signature algorithm with two parameters': byOpenssl,
  'an unknown element behind the extensions': byOpenssl,
  'subject: empty': 'an issuer has a name (RFC 5280, section 4.1.2.6), and clients that compare names find none',
  'RSA with something behind the key': byOpenssl,
  'something behind the signature': byOpenssl,
};

function refusalOf(files: AuthorityFiles): string {
  try {
    checkAuthority(files, { now });
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'authority_unusable' });
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
}

/** Undefined where we issue none. */
function issued(files: { certificatePem: string; privateKeyPem: string }): string | undefined {
  try {
    return clientOf(files, now);
  } catch {
    return undefined;
  }
}

testWith(go126, 'go 1.26 or later')(
  `of ${Object.keys(kinds).length} kinds of authorities, those are refused that Go refuses, and no others`,
  () => {
    const made = Object.entries(kinds).map(([kind, parts]) => ({ kind, files: derAuthority(parts) }));
    const judgements = goJudges(
      made.map(({ files }) => ({ CA: files.certificatePem, Key: files.privateKeyPem, Client: issued(files) ?? '' })),
    );
    const differences = made.flatMap(({ kind, files }, index) => {
      const { parse = '', client = '', server = '' } = judgements[index] ?? {};
      const [ours, theirs] = [
        refusalOf(files),
        [parse, client, server].filter((text) => text !== '' && text !== '-').join('; '),
      ];
      if ((ours === '') === (theirs === '')) return [];
      return kind in stricter && theirs === '' ? [] : [{ kind, ours, theirs }];
    });
    expect(differences).toEqual([]);
    // Every exception is needed.
    const accepted = made.filter((_one, index) => judgements[index]?.parse === '').map(({ kind }) => kind);
    for (const kind of Object.keys(stricter)) expect(accepted).toContain(kind);
  },
  120_000,
);

testWith(go126, 'go 1.26 or later')('a client of an intermediate is verified by its root alone', () => {
  const rootKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const root = derAuthority({ key: rootKey, subject: name('root') });
  const intermediate = derAuthority({ issuer: name('root'), issuerKey: rootKey });
  const files = { ...intermediate, certificatePem: intermediate.certificatePem + root.certificatePem };
  const [judgement] = goJudges([
    { CA: files.certificatePem, Key: files.privateKeyPem, Client: issued(files), Roots: root.certificatePem },
  ]);
  expect(judgement).toEqual({ parse: '', client: '', server: '' });
  expect(checkAuthority(files, { now }).warnings).toEqual([]);
  expect(checkAuthority(intermediate, { now }).warnings).toEqual([expect.stringContaining('append the root')]);
});

test('a CA of the server is held to what kubectl reads, and may hold what it passes over', () => {
  const own = derAuthority();
  const server = derAuthority({ key: rsaKey, subject: name('server') }).certificatePem;
  const unreadable = derAuthority({ key: rsaKey, subject: name('old'), serial: integer('fb') }).certificatePem;
  const both = checkAuthority({ ...own, serverCertificatePem: unreadable + server }, { now });
  expect(both.authority.serverCertificatePem).toContain(server);
  expect(both.warnings).toEqual([expect.stringContaining("'CN=old' and ignores it: the serial number is negative")]);
  expect(refusalOf({ ...own, serverCertificatePem: unreadable })).toContain('kubectl can trust no API server');
  // A CA for client certificates only needs a CA of the server beside it.
  const clientsOnly = derAuthority(authorityKinds['purposes: client only']);
  expect(refusalOf(clientsOnly)).toContain('give the CA of the server as well');
  expect(refusalOf({ ...clientsOnly, serverCertificatePem: server })).toBe('');
});

test('of several certificates of one key, the one that ends last of those valid now counts, and from when on another', () => {
  const [current, next, old] = [
    derAuthority({ validity: sequence(utcTime(year(-1)), utcTime(year(3))) }),
    derAuthority({ validity: sequence(utcTime(year(2)), utcTime(year(9))) }),
    derAuthority({ validity: sequence(utcTime(year(-5)), utcTime(year(1))) }),
  ] as const;
  const files = { ...current, certificatePem: old.certificatePem + next.certificatePem + current.certificatePem };
  const { authority } = checkAuthority(files, { now });
  expect(authority.fingerprint).toBe(openAuthority(current).fingerprint);
  const inThreeYears = new Date(now.getTime() + 3 * 366 * 86_400_000);
  expect(openAuthority(files, { now: inThreeYears }).fingerprint).toBe(openAuthority(next).fingerprint);
  expect(authority.chosenUntil?.toISOString()).toBe(`${now.getUTCFullYear() + 1}-01-01T00:00:00.001Z`);
  expect(openAuthority(current).chosenUntil).toBeUndefined();
});

test('a refusal says what of which certificate Kubernetes cannot read', () => {
  const refusal = refusalOf(derAuthority(authorityKinds['subject: PrintableString with _']));
  expect(refusal).toBe(
    "Kubernetes cannot read the certificate of 'CN=my_ca' in the CA file: the issuer: a PrintableString holds what is not allowed in one",
  );
});
