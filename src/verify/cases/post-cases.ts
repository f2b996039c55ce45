// Cases on the successor, POST: asked of those providers alone that offer it.
import { assertAnswered, contractCase, expectStatus } from '../contract-case.js';
import { spanOf } from '../certificate-rules.js';
import { type Fault, type Finding, NotChecked, found } from '../finding.js';
import { duration30, durationMost, isOffered, open } from '../good-answers.js';
import type { Ask, Session } from '../session.js';

const day = 86_400_000;
const hour = 3_600_000;
const source = 'the contract, createClusterCert; successor page, duration';

function postCase(name: string, judge: (session: Session) => Promise<Finding[]>) {
  return contractCase({
    operationId: 'createClusterCert',
    name: `${name}, where POST is offered`,
    source,
    judge: async (session) => {
      if (await isOffered(session)) return judge(session);
      await assertAnswered(session);
      return [];
    },
  });
}

const body = (text: string, label: string, more: Ask = {}): Ask => ({ method: 'POST', body: text, label, ...more });

const goTime = (time: Date) => `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;

const noCertificate = 'no answer to POST has a client certificate';

const refused = { statuses: [400, 413, 415, 422], source };

export const postCases = [
  postCase('a certificate for 30 days is answered', (session) =>
    expectStatus(session, duration30, { statuses: [200], source }),
  ),
  postCase('a certificate for the longest time is answered', (session) =>
    expectStatus(session, durationMost, { statuses: [200], source }),
  ),
  postCase('the certificate lives as long as was asked for', async (session) => {
    const dayAsk = body('{"duration":1}', 'for one day');
    const year = body('{"duration":365}', 'for 365 days');
    const status = await Promise.all(
      [dayAsk, year].map((ask) => expectStatus(session, ask, { statuses: [200], source })),
    );
    const lives = await Promise.all([
      lifetime(session, dayAsk, 1),
      lifetime(session, duration30, 30),
      lifetime(session, year, 365),
      lifetime(session, durationMost, 1825),
    ]);
    const findings = [...status, ...lives].flatMap((some) => some ?? []);
    if (findings.length === 0 && lives.every((life) => life === undefined)) throw new NotChecked(noCertificate);
    return findings;
  }),
  postCase('a duration that is none is refused', async (session) => {
    const bad = ['0', '-2', '1828', '99999', '"30"', '"abc"', '1.5', 'null', '{}', '[30]', 'true'];
    const asks = bad.map((value) => body(`{"duration":${value}}`, `with the duration ${value}`));
    return (await Promise.all(asks.map((ask) => expectStatus(session, ask, refused)))).flat();
  }),
  postCase('a body that is no JSON object is refused', async (session) => {
    const asks = ['{"duration":', '[]', 'null', '30', '"text"'].map((text) => body(text, `with the body ${text}`));
    const findings = (await Promise.all(asks.map((ask) => expectStatus(session, ask, refused)))).flat();
    const empty = await expectStatus(session, body('{}', 'with the body {}'), { ...refused, doubtful: [200] });
    return [...findings, ...empty];
  }),
  postCase('an end in the past or that is no time is refused', async (session) => {
    const asks = ['2001-01-01 16:00:00 +0000 UTC', 'tomorrow', ''].map((time) =>
      body(JSON.stringify({ expire_at: time }), `with the end '${time}'`),
    );
    return (await Promise.all(asks.map((ask) => expectStatus(session, ask, refused)))).flat();
  }),
  postCase('a certificate until a chosen time ends then', async (session) => {
    const end = new Date(Math.ceil(Date.now() / day) * day + 10 * day);
    const ask = body(JSON.stringify({ expire_at: goTime(end) }), 'with an end in ten days');
    const findings = await expectStatus(session, ask, { statuses: [200, 400, 422], source: `${source}, expire_at` });
    const answer = await session.send(ask);
    const client = open(session, answer)?.credential.certificates[0];
    if (!client && answer.status === 200 && findings.length === 0) throw new NotChecked(noCertificate);
    if (!client) return findings;
    const [, until] = spanOf(client.x509);
    const early = until < end.getTime() - 5 * 60_000;
    if (!early && until <= end.getTime() + day + hour) return findings;
    return [...findings, ...found(`POST ${ask.label ?? ''}`, [wrongEnd(end.toISOString(), until)])];
  }),
  postCase('an unknown cluster is not found by POST either', async (session) => {
    const unknown = {
      ...duration30,
      clusterId: '00000000-0000-4000-8000-00000000dead',
      label: 'of an unknown cluster',
    };
    const malformed = { ...duration30, clusterId: 'nope', label: 'of a malformed cluster ID' };
    const first = await expectStatus(session, unknown, { statuses: [404], source: 'Table 1, cluster_id' });
    return [
      ...first,
      ...(await expectStatus(session, malformed, { statuses: [400, 404], source: 'Table 1, cluster_id' })),
    ];
  }),
];

const wrongEnd = (expected: string, until: number): Fault => ({
  where: 'users[0].user.client-certificate-data',
  expected: `a certificate until ${expected}`,
  received: `notAfter ${new Date(until).toISOString()}`,
  source,
});

/** At least as long as asked for, or until the CA ends; at most a week longer. Undefined without a certificate. */
async function lifetime(session: Session, ask: Ask, days: number): Promise<Finding[] | undefined> {
  const good = open(session, await session.send(ask));
  const client = good?.credential.certificates[0];
  if (!good || !client) return undefined;
  const [, until] = spanOf(client.x509);
  const ends = good.credential.authorities.flatMap(({ certificates }) =>
    certificates.map(({ x509 }) => spanOf(x509)[1]),
  );
  const wanted = Date.now() + days * day;
  const least = Math.min(wanted - hour - (days > 1000 ? day : 0), ...ends);
  const most = days > 1000 ? Infinity : wanted + 7 * day;
  if (until >= least && until <= most) return [];
  return found(good.label, [wrongEnd(`${new Date(wanted).toISOString()} (${days} days)`, until)]);
}
