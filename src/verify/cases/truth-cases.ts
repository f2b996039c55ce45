// Checks against the tester's own knowledge: the CA, the user, the server, and the API server itself.
import { X509Certificate } from 'node:crypto';
import { commonNameOf } from '../certificate-rules.js';
import { check } from '../check.js';
import type { ReadCertificate } from '../credential.js';
import { tryServers } from '../connect.js';
import { type Fault, type Finding, NotChecked, found, show } from '../finding.js';
import { type GoodAnswer, open } from '../good-answers.js';
import { readPem } from '../pem.js';
import type { Session } from '../session.js';
import { urlOf } from '../../url.js';

const source = 'what the tester knows';

async function base(session: Session): Promise<GoodAnswer> {
  const good = open(session, await session.send());
  if (!good) throw new NotChecked('the first request was not answered with a kubeconfig');
  return good;
}

const tell = (session: Session, good: GoodAnswer, fault: Omit<Fault, 'source'>): Finding[] =>
  session.findingsOf(good, found(good.label, [{ ...fault, source }]));

/** Node has no subject for a certificate whose subject is empty. */
const named = ({ x509 }: ReadCertificate) =>
  `${(x509.subject as string | undefined)?.replaceAll('\n', ', ') ?? 'a CA without a name'} ${x509.fingerprint256}`;

export const truthCases = [
  check({
    id: 'expected-ca',
    name: 'the kubeconfig gives the CA of the cluster',
    source,
    needs: ['expectCa'],
    judge: async (session) => {
      const good = await base(session);
      const expected = readPem(Buffer.from(session.target.expect?.ca ?? '')).blocks.map(
        ({ der }) => new X509Certificate(der).fingerprint256,
      );
      return good.credential.authorities.flatMap(({ where, certificates }) => {
        if (certificates.some(({ x509 }) => expected.includes(x509.fingerprint256))) return [];
        const received = certificates.map(named).join('; ') || 'none';
        return tell(session, good, { where, expected: `a CA of --expect-ca (${expected.join(', ')})`, received });
      });
    },
  }),
  check({
    id: 'expected-user',
    name: 'the certificate names the user of the token',
    source,
    needs: ['expectUser'],
    judge: async (session) => {
      const good = await base(session);
      const [client] = good.credential.certificates;
      const expected = session.target.expect?.user ?? '';
      if (!client) throw new NotChecked('no answer has a client certificate that can be read');
      const name = commonNameOf(client);
      const where = 'users[0].user.client-certificate-data';
      return name === expected
        ? []
        : tell(session, good, { where, expected: `the common name (CN) ${show(expected)}`, received: show(name) });
    },
  }),
  check({
    id: 'expected-server',
    name: 'the kubeconfig leads to the API server of the cluster',
    source,
    needs: ['expectServer'],
    judge: async (session) => {
      const good = await base(session);
      const expected = new URL(session.target.expect?.server ?? '').href;
      const servers = (good.kubeconfig.clusters ?? []).map(({ cluster = {} }) => String(cluster['server']));
      const is = (server: string) => urlOf(server)?.href === expected;
      return servers.some(is)
        ? []
        : tell(session, good, {
            where: 'clusters[].cluster.server',
            expected: show(expected),
            received: show(servers),
          });
    },
  }),
  check({
    id: 'connect',
    name: 'the API server accepts the certificate',
    source: 'Kubernetes: x509 client certificates; RFC 8446, section 4.4.2',
    needs: ['connect'],
    judge: async (session) => {
      const good = await base(session);
      const { faults, tried } = await tryServers(good);
      if (faults.length === 0 && tried === 0)
        throw new NotChecked('no API server of the kubeconfig can be reached from here', 'input');
      return session.findingsOf(good, found(good.label, faults));
    },
  }),
];
