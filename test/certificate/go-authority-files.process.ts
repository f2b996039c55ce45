// Compares what `cluster add` says of files with several certificates, or in odd forms of PEM, with what Go's crypto/x509 says: of
// the file as it is, of what is handed out of it, and of a client whom an API server verifies by the root alone.
import { expect } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { type AuthorityFiles, certificatesIn } from '../../src/certificate/authority.js';
import { checkAuthority } from '../../src/certificate/check-authority.js';
import { toPem } from '../../src/certificate/der.js';
import { authorityFileKinds } from '../support/authority-file-kinds.js';
import { clientOf, goJudges } from '../support/go-judges.js';
import { go126, testWith } from '../support/programs.js';

const now = new Date();
const byItsRoot = 'the certificate of the API server may be by the root that is in the file';

/** Where we take what Go's server of the very same key is refused for. */
const milder: Record<string, string> = {
  'for clients only by a root': byItsRoot,
  'for clients only by a root for servers only': byItsRoot,
};

interface Verdict {
  refusal: string;
  warnings: readonly string[];
  handedOut: string;
  client: string;
}

function verdictOn(files: AuthorityFiles): Verdict {
  try {
    const { authority, warnings } = checkAuthority(files, { now });
    return { refusal: '', warnings, handedOut: authority.certificatePem, client: clientOf(files, now) };
  } catch (error) {
    expect(error).toMatchObject({ code: 'authority_unusable' });
    return { refusal: (error as Error).message, warnings: [], handedOut: '', client: '' };
  }
}

const rootsIn = (pem: string) =>
  certificatesIn(pem)
    .filter((der) => new X509Certificate(der).subject === new X509Certificate(der).issuer)
    .map((der) => toPem(der, 'CERTIFICATE'))
    .join('');

const made = Object.entries(authorityFileKinds).map(([kind, files]) => ({ kind, files, ours: verdictOn(files) }));

/** What Go has against each; empty for nothing. */
function goOn(question: (one: (typeof made)[number]) => object): string[] {
  return goJudges(made.map(question)).map(({ parse, client, server }) =>
    [parse, client, server].filter((text) => text !== '' && text !== '-').join('; '),
  );
}

const goTest = testWith(go126, 'go 1.26 or later');

goTest(
  `of ${made.length} kinds of files, all are taken that Go takes, and what is handed out of them works in Go`,
  () => {
    const asTheyAre = goOn(({ files, ours }) => ({
      CA: files.certificatePem,
      Key: files.privateKeyPem,
      Client: ours.client,
    }));
    const handedOut = goOn(({ files, ours }) => ({
      CA: ours.handedOut,
      Key: files.privateKeyPem,
      Client: ours.client,
    }));
    const differences = made.flatMap(({ kind, ours: { refusal } }, index) => {
      const [file = '', given = ''] = [asTheyAre[index], handedOut[index]];
      if (refusal === '' ? given === '' || kind in milder : file !== '') return [];
      return [{ kind, refusal, file, given }];
    });
    expect(differences).toEqual([]);
    // None of the exceptions is one for nothing.
    const kinds = made.filter((_one, index) => handedOut[index] !== '').map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(Object.keys(milder)));
  },
  120_000,
);

goTest(
  'where the root alone does not do, a warning says so, and nowhere else',
  () => {
    const intermediates = made.filter(({ files, ours }) => {
      if (ours.refusal !== '' || rootsIn(files.certificatePem) === '') return false;
      const own = new X509Certificate(ours.handedOut);
      return own.subject !== own.issuer;
    });
    const byRoot = goJudges(
      intermediates.map(({ files, ours }) => ({
        CA: files.certificatePem,
        Key: files.privateKeyPem,
        Client: ours.client,
        Roots: rootsIn(files.certificatePem),
      })),
    );
    expect(intermediates.length).toBeGreaterThan(30);
    const isWarned = ({ ours }: (typeof made)[number]) => ours.warnings.some((text) => text.startsWith('by the root'));
    const differences = intermediates.flatMap((one, index) =>
      isWarned(one) === (byRoot[index]?.client !== '')
        ? []
        : [{ kind: one.kind, warnings: one.ours.warnings, go: byRoot[index]?.client }],
    );
    expect(differences).toEqual([]);
  },
  120_000,
);
