// Checks on certificates and keys: Tables 5 and 7, RFC 5280, and Kubernetes' requirements for client certificates.
import { valuesOf } from '../certificate-fields.js';
import { isIssuer, judgeChain } from '../certificate-chain.js';
import * as rules from '../certificate-rules.js';
import { judgeStrength } from '../certificate-strength.js';
import { assertReachable, check } from '../check.js';
import type { Credential, ReadCertificate } from '../credential.js';
import { type Fault, type Finding, NotChecked, found, show } from '../finding.js';
import {
  type GoodAnswer,
  type Part,
  callerOf,
  duration30,
  eip,
  goodAnswers,
  judgeEach,
  open,
  repeats,
} from '../good-answers.js';
import type { Ask, Session } from '../session.js';

const clientCertificate: Part = {
  name: 'a client certificate that can be read',
  isIn: ({ credential }) => credential.certificates.length > 0,
};
const certificateAndKey: Part = {
  name: 'a client certificate and a private key that can be read',
  isIn: (answer) => clientCertificate.isIn(answer) && answer.credential.key !== undefined,
};
const certificateAndAuthority: Part = {
  name: 'a client certificate and a CA that can be read',
  isIn: (answer) =>
    clientCertificate.isIn(answer) && answer.credential.authorities.some(({ certificates }) => certificates.length > 0),
};

const each = (
  id: string,
  name: string,
  source: string,
  rule: (credential: Credential) => Fault[],
  part = clientCertificate,
) => check({ id, name, source, judge: (session) => judgeEach(session, ({ credential }) => rule(credential), part) });

export const certificateCases = [
  each(
    'data-fields',
    'the data fields are base64 of PEM with the right labels',
    'Table 5, certificate-authority-data; Table 7',
    ({ faults }) => faults,
    certificateAndKey,
  ),
  each(
    'key-of-certificate',
    'the private key belongs to the certificate',
    'Table 7, client-key-data',
    rules.judgeKey,
    certificateAndKey,
  ),
  each(
    'certificate-chain',
    'the certificate leads to the CA of the kubeconfig',
    'Table 5, certificate-authority-data; RFC 5280, section 6.1',
    judgeChain,
    certificateAndAuthority,
  ),
  each(
    'validity',
    'the certificates are valid now',
    'Table 7, client-certificate-data; RFC 5280, section 4.1.2.5',
    (one) => rules.judgeValidity(one),
  ),
  each(
    'purpose',
    'the certificate is for client authentication and names its user',
    'Table 7, client-certificate-data; RFC 5280, section 4.2.1.12',
    rules.judgePurpose,
  ),
  each('strength', 'keys and signatures are strong enough', 'Table 7, client-certificate-data; Table 5', judgeStrength),
  each(
    'serial-number',
    'the serial number is positive and short enough',
    'Table 7, client-certificate-data; RFC 5280, section 4.1.2.2',
    rules.judgeSerial,
  ),
  each(
    'x509-version',
    'the certificate is of version 3',
    'Table 7, client-certificate-data; RFC 5280, section 4.1.2.1',
    rules.judgeVersion,
  ),
  check({
    id: 'stable-identity',
    name: 'one serial number stands for one certificate, and the user stays the same',
    source: 'RFC 5280, section 4.1.2.2; Table 7, client-certificate-data',
    judge: async (session) => {
      const good = await goodAnswers(session);
      const own = await certified(session, [...repeats, duration30]);
      const { otherToken: token } = session.target;
      const more = token === undefined ? [] : await certified(session, [{ token }, { ...duration30, token }]);
      // A name may be for one cluster: users are compared within each.
      const all = [...own, ...more, ...good.filter(clientCertificate.isIn)];
      const callers = [...new Set(all.map(callerOf))].map((caller) => all.filter((one) => callerOf(one) === caller));
      const findings = [...sharedSerials(good), ...callers.flatMap(changingUsers)];
      if (findings.length === 0 && own.length < 2) throw new NotChecked('fewer than two client certificates came');
      return findings;
    },
  }),
  check({
    id: 'other-user',
    name: 'another user gets another certificate and key',
    source: 'Table 7, client-certificate-data; Table 7, client-key-data',
    needs: ['otherToken'],
    judge: async (session) => {
      const mine = await comparable(session, ownAsks(session), 'by the user');
      const foreignAsks: Ask[] = [{ token: session.target.otherToken ?? '' }, ...foreignAsk(session)];
      const foreign = await comparable(session, foreignAsks, 'by the other user');
      return foreign.flatMap((theirs) => mine.flatMap((one) => difference(one, theirs, { user: true })));
    },
  }),
  check({
    id: 'other-cluster',
    name: 'another cluster gets another certificate and key',
    source: 'Table 1, cluster_id; Table 7, client-certificate-data',
    needs: ['otherClusterId'],
    judge: async (session) => {
      const mine = await comparable(session, repeats, 'of the cluster');
      const { otherClusterId, eipClusterId } = session.target;
      const ids = [otherClusterId, eipClusterId].filter((id) => id !== undefined && id !== session.target.clusterId);
      const asks = ids.map((clusterId): Ask => ({ clusterId: clusterId as string }));
      const theirs = await comparable(session, [...asks, ...foreignAsk(session)], 'of another cluster');
      return theirs.flatMap((other) => mine.flatMap((one) => difference(one, other, { user: false })));
    },
  }),
];

function foreignAsk({ target }: Session): Ask[] {
  const { otherToken, otherClusterId, otherProjectId } = target;
  if (otherToken === undefined || otherClusterId === undefined || otherProjectId === undefined) return [];
  return [{ token: otherToken, projectId: otherProjectId, clusterId: otherClusterId }];
}

const ownAsks = (session: Session): Ask[] => [...repeats, ...eip(session)];

/** The answers with a client certificate. */
async function certified(session: Session, asks: readonly Ask[]): Promise<GoodAnswer[]> {
  const answers = await Promise.all(asks.map((ask) => session.send(ask)));
  return answers.flatMap((answer) => open(session, answer) ?? []).filter(clientCertificate.isIn);
}

/** The same for a comparison, which is impossible without any. */
async function comparable(session: Session, asks: readonly Ask[], which: string): Promise<GoodAnswer[]> {
  await assertReachable(session);
  const answers = await certified(session, asks);
  if (answers.length > 0) return answers;
  const sent = await Promise.all(asks.map((ask) => session.send(ask)));
  const refused = sent.every(({ status }) => [401, 403, 404, 409].includes(status));
  const reason = `no request ${which} was answered with a client certificate`;
  throw new NotChecked(reason, refused ? 'input' : 'provider');
}

const where = 'users[0].user.client-certificate-data';

function sharedSerials(answers: GoodAnswer[]): Finding[] {
  const seen = new Map<string, string>();
  return answers.flatMap((answer) => {
    const [client] = answer.credential.certificates;
    if (!client) return [];
    const { issuer, serialNumber } = client.x509;
    const key = `${issuer} ${serialNumber} ${issuerKey(client, answer)}`;
    const known = seen.get(key);
    const content = contentOf(client);
    seen.set(key, content);
    if (known === undefined || known === content) return [];
    return found(answer.label, [
      {
        where,
        expected: 'a serial number of its own for each certificate of a CA',
        received: `serial number ${serialNumber} on two certificates`,
        source: 'RFC 5280, section 4.1.2.2; Table 7, client-certificate-data',
      },
    ]);
  });
}

/** The same content may be signed anew each time: of ECDSA, each signature is another one. */
const contentOf = ({ fields: { subject, validity, publicKey } }: ReadCertificate) =>
  Buffer.concat([subject, validity, publicKey]).toString('hex');

/** CAs of different clusters usually have the same name: their keys differ, or are as different as their clusters. */
function issuerKey(client: ReadCertificate, { credential, ask }: GoodAnswer): string {
  const { authorities, certificates } = credential;
  const signer = [...authorities.flatMap((one) => one.certificates), ...certificates].find((ca) =>
    isIssuer(ca, client),
  );
  if (signer) return rules.publicKeyOf(signer);
  const identifier = client.fields.extensions.find(({ id }) => id === '2.5.29.35');
  return identifier ? identifier.value.toString('hex') : JSON.stringify([ask.projectId, ask.clusterId]);
}

/** User and groups, by which kube-apiserver decides. */
const identities: readonly [what: string, of: (client: ReadCertificate) => string][] = [
  ['common name (CN)', rules.commonNameOf],
  ['groups (O)', ({ fields }) => valuesOf(fields.subject, '2.5.4.10').sort().join(', ')],
];

function changingUsers(answers: GoodAnswer[]): Finding[] {
  const clients = answers.flatMap(({ label, credential }) =>
    credential.certificates.slice(0, 1).map((client) => ({ label, client })),
  );
  return identities.flatMap(([what, of]) => {
    const values = [...new Set(clients.map(({ client }) => of(client)))];
    const other = clients.find(({ client }) => of(client) !== values[0]);
    if (!other) return [];
    return found(other.label, [
      {
        where,
        expected: `the same ${what} for the same user`,
        received: values.map((value) => value || 'none').join('; '),
        source: 'Kubernetes: x509 client certificates; Table 7, client-certificate-data',
      },
    ]);
  });
}

/** Another network may use the same private addresses, but with the same CA it is the same cluster. */
function sameServers(one: GoodAnswer, other: GoodAnswer): Fault[] {
  const placesOf = ({ kubeconfig: { clusters = [] } }: GoodAnswer) =>
    clusters.map(({ cluster = {} }) => [cluster['server'], cluster['certificate-authority-data']] as const);
  const known = placesOf(one);
  const place = placesOf(other).find(([server, ca]) =>
    known.some(([knownServer, knownCa]) => server === knownServer && ca !== undefined && ca === knownCa),
  );
  if (!place) return [];
  return [
    {
      where: 'clusters[].cluster.server',
      expected: 'another API server for another cluster',
      received: `${show(place[0])} with the same CA for both`,
      source: 'Table 1, cluster_id; Table 5, server',
    },
  ];
}

/**
 * Another cluster has its own CA, and so its own certificate. Different certificates for different users are not
 * promised: some clouds give every user the same administrator's certificate of a cluster.
 */
function difference(one: GoodAnswer, other: GoodAnswer, { user }: { user: boolean }): Finding[] {
  const [mine] = one.credential.certificates;
  const [theirs] = other.credential.certificates;
  if (!mine || !theirs) return [];
  const whose = user ? 'user' : 'cluster';
  const fault = (field: string, thing: string, more: Partial<Fault> = {}): Fault => ({
    where: `users[0].user.${field}`,
    expected: `another ${thing} for another ${whose}`,
    received: `the same ${thing}`,
    source: `Table 7, ${field}`,
    ...(user && { severity: 'warning' }),
    ...more,
  });
  const faults: Fault[] = user ? [] : sameServers(one, other);
  const [name, otherName] = [rules.commonNameOf(mine), rules.commonNameOf(theirs)];
  if (mine.x509.fingerprint256 === theirs.x509.fingerprint256)
    faults.push(fault('client-certificate-data', 'certificate'));
  else {
    if (rules.publicKeyOf(mine) === rules.publicKeyOf(theirs)) {
      const { severity, ...error } = fault('client-key-data', 'private key');
      // Users of two names with one key can act as each other.
      faults.push(user && name === otherName ? { ...error, ...(severity && { severity }) } : error);
    }
    if (user && name === otherName) faults.push(fault('client-certificate-data', 'common name (CN)'));
  }
  return found(other.label, faults);
}
