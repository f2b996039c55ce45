// Chains from client certificates to CAs are checked as Go does, which kube-apiserver uses to verify clients.
import { expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import {
  AttributeTypeAndValue,
  AttributeValue,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  Version,
} from '@peculiar/asn1-x509';
import { judgeChain } from '../../src/verify/certificate-chain.js';
import { commonNameOf, judgePurpose } from '../../src/verify/certificate-rules.js';
import { readCertificate, readCredential } from '../../src/verify/credential.js';
import * as der from '../support/der-certificates.js';
import {
  type ForgedAuthority,
  type ForgedFields,
  forgeAuthority,
  forgeClient,
  forgeIntermediate,
} from '../support/forge.js';
import { goJudges } from '../support/go-judges.js';
import { go126, testWith } from '../support/programs.js';

interface Pair {
  /** Whose certificate the CA file is. */
  top?: ForgedAuthority;
  ca: string;
  client: string;
}

const serverAuth = '1.3.6.1.5.5.7.3.1';
const anyPurpose = '2.5.29.37.0';
const root = forgeAuthority();
const by = (authority: ForgedAuthority, fields: ForgedFields = {}) => forgeClient(authority, fields).certificatePem;
const below = (top: ForgedAuthority, fields: ForgedFields = {}): Pair => {
  const issuing = forgeIntermediate(top, fields);
  return { top, ca: top.pem, client: by(issuing) + issuing.pem };
};

/** The certificate with bytes after its end, within the PEM block. */
function longer(pem: string): string {
  const der = Buffer.from(pem.replaceAll(/-----.*-----/g, ''), 'base64');
  const lines =
    Buffer.concat([der, Buffer.alloc(3)])
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const forServers = forgeAuthority({ purposes: [serverAuth] });
const forAll = forgeAuthority({ purposes: [anyPurpose] });
const old = forgeAuthority({ version: Version.v1 });
const alone = forgeAuthority({ pathLength: 0 });
const deep = forgeIntermediate(root, { commonName: 'first' });
const deeper = forgeIntermediate(deep, { commonName: 'second' });
const flat = forgeIntermediate(root, { commonName: 'flat', pathLength: 0 });
const tooDeep = forgeIntermediate(flat, { commonName: 'too deep' });

/** A client with one other name, below a CA that permits or excludes some. */
function constrained(
  which: 'permittedSubtrees' | 'excludedSubtrees',
  base: Partial<GeneralName>,
  name?: Partial<GeneralName>,
): Pair {
  const trees = new GeneralSubtrees([new GeneralSubtree({ base: new GeneralName(base) })]);
  const top = forgeAuthority({ constraints: new NameConstraints({ [which]: trees }) });
  return { top, ca: top.pem, client: by(top, name ? { names: [new GeneralName(name)] } : {}) };
}
const dns = (dNSName: string) => ({ dNSName });
const mail = (rfc822Name: string) => ({ rfc822Name });
const uri = (uniformResourceIdentifier: string) => ({ uniformResourceIdentifier });
const ip = (iPAddress: string) => ({ iPAddress });
const organisation = {
  directoryName: new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: '2.5.4.10', value: new AttributeValue({ utf8String: 'developers' }) }),
    ]),
  ]),
};
const [permitted, excluded] = ['permittedSubtrees', 'excludedSubtrees'] as const;

const kinds: Record<string, Pair> = {
  'a name that the CA excludes': constrained(excluded, dns('example.com'), dns('client.Example.com')),
  'the excluded name itself': constrained(excluded, dns('example.com'), dns('example.com')),
  'a name beside the excluded one': constrained(excluded, dns('example.com'), dns('notexample.com')),
  'a name that the CA permits': constrained(permitted, dns('cluster.local'), dns('a.cluster.local')),
  'a name that the CA does not permit': constrained(permitted, dns('cluster.local'), dns('a.example.com')),
  'no name below a CA that permits some': constrained(permitted, dns('cluster.local')),
  'a name of another kind than those permitted': constrained(permitted, dns('cluster.local'), mail('a@example.com')),
  'mail of an excluded host': constrained(excluded, mail('example.com'), mail('a@example.com')),
  'mail of a permitted host': constrained(permitted, mail('example.com'), mail('a@example.com')),
  'mail of one permitted box': constrained(permitted, mail('a@example.com'), mail('b@example.com')),
  'a URI of an excluded domain': constrained(excluded, uri('.example.com'), uri('spiffe://a.example.com/x')),
  'a URI of a permitted domain': constrained(permitted, uri('.example.com'), uri('spiffe://a.example.com/x')),
  'an address in a permitted network': constrained(permitted, ip('10.0.0.0/8'), ip('10.1.2.3')),
  'an address in an excluded network': constrained(excluded, ip('10.0.0.0/8'), ip('10.1.2.3')),
  'an address outside the permitted network': constrained(permitted, ip('10.0.0.0/8'), ip('11.1.2.3')),
  'an address in a network of odd length': constrained(permitted, ip('172.16.0.0/12'), ip('172.31.255.1')),
  'an address beside a network of odd length': constrained(permitted, ip('172.16.0.0/12'), ip('172.32.0.1')),
  'an IPv6 address in an excluded network': constrained(excluded, ip('fd00::/8'), ip('fd12::1')),
  'an IPv6 address below a CA that permits IPv4': constrained(permitted, ip('10.0.0.0/8'), ip('fd12::1')),
  'a constraint on the organisation': constrained(excluded, organisation),
  'below a CA that has expired': (() => {
    const old = forgeAuthority({ days: [-900, -1] });
    return { top: old, ca: old.pem + root.pem, client: by(old) };
  })(),
  'below the new of two CAs, the old one has expired': {
    ca: forgeAuthority({ days: [-900, -1] }).pem + root.pem,
    client: by(root),
  },
  'signed by the CA': { ca: root.pem, client: by(root) },
  'over an intermediate': below(root),
  'over two intermediates': { ca: root.pem, client: by(deeper) + deeper.pem + deep.pem },
  'over an intermediate that is not there': { ca: root.pem, client: by(deeper) + deeper.pem },
  'over an intermediate that is no CA': below(root, { ca: false }),
  'over an intermediate for servers alone': below(root, { purposes: [serverAuth] }),
  'under a CA that allows no other below it': { top: alone, ca: alone.pem, client: by(alone) },
  'over an intermediate under a CA that allows none': below(alone),
  'over an intermediate under one that allows none': { ca: root.pem, client: by(tooDeep) + tooDeep.pem + flat.pem },
  'by a CA for servers alone': { top: forServers, ca: forServers.pem, client: by(forServers) },
  'by a CA for any purpose': { top: forAll, ca: forAll.pem, client: by(forAll) },
  'by a CA of version 1': { top: old, ca: old.pem, client: by(old) },
  'with the issuer of another name': { ca: root.pem, client: by({ ...root, issuer: deep.issuer }) },
  'by another key under the same name': { ca: root.pem, client: by({ ...forgeAuthority(), issuer: root.issuer }) },
  'signed by itself': { ca: root.pem, client: forgeAuthority({ ca: false, commonName: 'me' }).pem },
  'an extension stands there twice': { ca: root.pem, client: by(root, { twice: true }) },
  'bytes after the end': { ca: root.pem, client: longer(by(root)) },
  'bytes after the end of the CA': { ca: longer(root.pem), client: by(root) },
  'for servers alone': { ca: root.pem, client: by(root, { purposes: [serverAuth] }) },
  'for any purpose': { ca: root.pem, client: by(root, { purposes: [anyPurpose] }) },
};

const encode = (text: string) => Buffer.from(text).toString('base64');

function refusals({ ca, client }: Pair): string[] {
  const credential = readCredential({
    clusters: [{ name: 'internalCluster', cluster: { 'certificate-authority-data': encode(ca) } }],
    users: [{ name: 'user', user: { 'client-certificate-data': encode(client) } }],
  });
  const faults = [...credential.faults, ...judgeChain(credential), ...judgePurpose(credential)];
  return faults.filter(({ severity }) => severity !== 'warning').map(({ received }) => received);
}

testWith(go126, 'go 1.26 or later')('certificates are refused that Go refuses, and no others', () => {
  const answers = goJudges(
    Object.values(kinds).map(({ top = root, ca, client }) => ({
      CA: ca,
      Key: String(top.signer.export({ type: 'pkcs8', format: 'pem' })),
      Client: client,
    })),
  );
  const different = Object.entries(kinds).flatMap(([kind, pair], i) => {
    const { parse = '', client = '' } = answers[i] ?? {};
    const theirs = [parse, client].filter((text) => text !== '');
    const ours = refusals(pair);
    return ours.length > 0 === theirs.length > 0 ? [] : [{ kind, ours, theirs }];
  });
  expect(different).toEqual([]);
});

test.each([
  ['by a CA for servers alone', /not for clients/],
  ['over an intermediate under one that allows none', /allows 0 CAs below it, with 1 there/],
  ['with the issuer of another name', /^the issuer CN=first, signed by the key of CN=kubernetes$/],
  ['signed by itself', /^a self-signed certificate of CN=me /],
  ['an extension stands there twice', /2\.5\.29\.15 twice/],
  ['a name that the CA excludes', /name constraints exclude the name "client\.Example\.com"/],
  ['a constraint on the organisation', /a kind that Go does not know/],
  ['below a CA that has expired', /a CA that is valid from/],
  ['bytes after the end', /^3 bytes after the end of the certificate$/],
])('says what is wrong: %s', (kind, expected) => {
  expect(refusals(kinds[kind] ?? { ca: '', client: '' }).join('\n')).toMatch(expected);
});

test('a CA of its own for clients is left to the provider, beside the client too', () => {
  const clientCa = forgeAuthority({ commonName: 'client-ca' });
  expect(refusals({ ca: root.pem, client: by(clientCa) })).toEqual([]);
  expect(refusals({ ca: root.pem, client: `${by(clientCa)}${clientCa.pem}` })).toEqual([]);
});

test('several attributes may stand in one set of the name', () => {
  const group = der.attribute('2.5.4.10', der.text(0x0c, 'developers'));
  const subject = der.sequence(der.set(group, der.attribute('2.5.4.3', der.text(0x0c, 'alice'))));
  const certificate = readCertificate(new X509Certificate(der.derAuthority({ subject }).certificatePem).raw);
  expect(commonNameOf(certificate)).toBe('alice');
});

test.each(['alice,bob', '  ', 'a+b="c"', '#1', 'Jörg', 'back\\slash', 'a;b<c>'])(
  'the user is read as it is: %s',
  (commonName) => {
    const { certificatePem } = forgeClient(root, { commonName });
    expect(commonNameOf(readCertificate(new X509Certificate(certificatePem).raw))).toBe(commonName);
  },
);
