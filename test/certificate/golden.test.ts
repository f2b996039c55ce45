// The responses for a data folder must not change between versions: within the re-use window, a caller gets the same
// bytes after an upgrade. Fixed keys, fixed times; the SHA-256 of each response of the first version.
import { expect, test } from '@jest/globals';
import { type KeyObject, createHash, createPublicKey } from 'node:crypto';
import {
  BasicConstraints,
  KeyUsage,
  KeyUsageFlags,
  SubjectKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
} from '@peculiar/asn1-x509';
import { type AuthorityFiles, openAuthority } from '../../src/certificate/authority.js';
import { createExtension, createName, signCertificate } from '../support/library-certificate.js';
import { createSigner } from '../../src/certificate/signer.js';
import { createHandlers } from '../../src/server/handlers.js';
import { fixedBytes, fixedEcKey, fixedEd25519Key, fixedRsaKey } from '../support/fixed-keys.js';

const projectId = '77b6a44cba5143ab91d13ab9a8ff44fd';
const id = '1df09f9a-5b9e-11ef-8f52-0255ac10003e';
const now = new Date('2026-03-04T05:06:07.890Z');

interface Kind {
  key: KeyObject;
  names?: Parameters<typeof createName>[0];
  withKeyIdentifier?: boolean;
  seed?: boolean;
  years?: number;
  before?: string;
  after?: string;
}

function authorityOf({ key, names = [['CN', 'kubernetes']], ...kind }: Kind): AuthorityFiles {
  const publicKey = createPublicKey(key);
  const name = createName(names);
  const notBefore = new Date('2026-01-01T00:00:00Z');
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + (kind.years ?? 10));
  const extensions = [
    createExtension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign), { critical: true }),
    createExtension(id_ce_basicConstraints, new BasicConstraints({ cA: true }), { critical: true }),
  ];
  if (kind.withKeyIdentifier ?? true) {
    const identifier = new SubjectKeyIdentifier(new Uint8Array(fixedBytes('identifier', 20)).buffer);
    extensions.push(createExtension(id_ce_subjectKeyIdentifier, identifier, { critical: false }));
  }
  const certificatePem = signCertificate(
    {
      serialNumber: Buffer.from('4711', 'hex'),
      issuer: name,
      subject: name,
      notBefore,
      notAfter,
      publicKey,
      extensions,
    },
    createSigner(key),
  );
  return {
    certificatePem: (kind.before ?? '') + certificatePem + (kind.after ?? ''),
    privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ...((kind.seed ?? true) && { seed: fixedBytes('seed', 32) }),
  };
}

const rsa = fixedRsaKey('golden rsa');
const other = authorityOf({ key: fixedEcKey('golden other', 'P-256'), names: [['CN', 'other']] }).certificatePem;

const kinds: Record<string, Kind> = {
  rsa: { key: rsa },
  'rsa without a seed': { key: rsa, seed: false },
  'rsa with text around, another certificate behind': { key: rsa, before: 'subject=kubernetes\n', after: `\n${other}` },
  'rsa behind another certificate': { key: rsa, before: other },
  'rsa without a key identifier': { key: rsa, withKeyIdentifier: false },
  'rsa of a long name': {
    key: rsa,
    names: [
      ['O', 'Ünïcode & Söhne'],
      ['CN', 'x'.repeat(64)],
    ],
  },
  'rsa that ends within a year': { key: rsa, years: 1 },
  'rsa that ends after 2050': { key: rsa, years: 60 },
  p256: { key: fixedEcKey('golden p256', 'P-256') },
  'p256 without a seed': { key: fixedEcKey('golden p256', 'P-256'), seed: false },
  p384: { key: fixedEcKey('golden p384', 'P-384') },
  p521: { key: fixedEcKey('golden p521', 'P-521') },
  ed25519: { key: fixedEd25519Key('golden ed25519') },
};

const callers = [
  { userId: 'alice', groups: ['system:masters'] },
  { userId: 'Jürgen, "x" 李 #=+', groups: ['b,c=d', 'a', 'a', 'gruppe ä'] },
  { userId: 'x'.repeat(64), groups: [] },
];

const addresses = [
  { server: 'https://192.168.1.7:5443' },
  { server: 'https://192.168.1.8:5443', externalServer: 'https://203.0.113.8:5443' },
];

const bodies = [undefined, { duration: 30 }, { duration: -1 }, { expire_at: '2026-07-01T00:00:00Z' }];

/** One hash over all responses for an authority's cluster. */
async function answersOf(kind: Kind): Promise<string> {
  const authority = openAuthority(authorityOf(kind));
  const hash = createHash('sha256');
  for (const address of addresses) {
    const cluster = { id, projectId, name: 'shop', ...address, authority };
    const registry = {
      find: () => Promise.resolve(cluster),
      findRecord: () => Promise.resolve(cluster),
      listRecords: () => Promise.resolve([cluster]),
      assertReady: () => Promise.resolve(),
    };
    const handlers = createHandlers({ clusters: registry, now: () => now });
    const path = { project_id: projectId, cluster_id: id };
    for (const caller of callers) {
      const context = { caller: { ...caller, projectId }, audit: () => undefined };
      for (const body of bodies) {
        const { body: kubeconfig } =
          body === undefined
            ? await handlers.getClusterCert({ path, query: {}, body } as never, context)
            : await handlers.createClusterCert({ path, query: {}, body } as never, context);
        hash.update(JSON.stringify(kubeconfig));
      }
    }
  }
  return hash.digest('hex');
}

const golden: Record<string, string> = {
  rsa: 'd27c15d28346f7f3d9dc0a181e7e343eef78ec0df4d16a55966dca2a9c1821af',
  'rsa without a seed': '9b78d3c9387b312206271f1fac0b4d8a8c3379c3b348754b952736ff78af80ed',
  'rsa with text around, another certificate behind':
    '2c63ed95c4748d7877ae24eddd02a63b82c6e9168a701b59e90b009c2741e978',
  'rsa behind another certificate': '2c63ed95c4748d7877ae24eddd02a63b82c6e9168a701b59e90b009c2741e978',
  'rsa without a key identifier': '7cd8a78c35ab61dfacda6e1168d4643d2bc49b27fb7c4c19bf9428358e124eee',
  'rsa of a long name': 'd10fa69baeedc5992101e38c127d7dbc1fad33eec3eee4b43fc534e04299ff58',
  'rsa that ends within a year': 'd483ed1fb2531bc0b9b7acf01f5c0fbbbce352e04c87c0f8c93f51e95e70ba25',
  'rsa that ends after 2050': 'd8f789a3c38562df0dcb68b51386e2f48dd6314b1d94c86e552e0e4f68466ca3',
  p256: 'd7982ada25782ebd75fac065f90c411b5f4d21eebaa343ee2fd5c27047227964',
  'p256 without a seed': 'd427bea31ffe84574f2e0e05dbfbf07b5911a6af3818452ef88c97b213fc226a',
  p384: 'f59a39815111b52ba03aa4d75b3c7feb96f304049473a915baa4ff1f5975dc5a',
  p521: 'efd1e3bed15880ded6c662d6e2387abd01498a2f1a53e7910cb8f9d7834f5016',
  ed25519: '22bdc0b679d703174a11b1d2be50742123ea256ac9647ae526bb51ff87cf4322',
};

test.each(Object.entries(kinds))('%s: the answers are those of the first version', async (name, kind) => {
  expect(await answersOf(kind)).toBe(golden[name]);
});
