// Checks on the successor, POST, for providers that offer it.
import { type Definition, check, expectAll, expectStatus, together } from '../check.js';
import { spanOf } from '../certificate-rules.js';
import { type Fault, type Finding, NotChecked, found } from '../finding.js';
import {
  type GoodAnswer,
  asSdksWriteIt,
  assertOffered,
  duration30,
  durationMost,
  open,
  withCharset,
} from '../good-answers.js';
import type { Ask, Session } from '../session.js';

export const day = 86_400_000;
export const hour = 3_600_000;
export const source = 'the contract, createClusterCert; successor page, duration';

export function postCase(id: string, name: string, judge: Definition['judge'], more: Partial<Definition> = {}) {
  return check({
    ...more,
    id,
    operationId: 'createClusterCert',
    name: `${name}, where POST is offered`,
    source,
    judge: async (session) => {
      await assertOffered(session);
      return judge(session);
    },
  });
}

export const body = (text: string, label: string, more: Ask = {}): Ask => ({
  method: 'POST',
  body: text,
  label,
  ...more,
});

export const noCertificate = 'no answer to POST has a client certificate';

export const refused = { statuses: [400, 413, 415, 422], source };

/** A random duration in each run, which the seed of the report reproduces. */
const sampled = (session: Session) => {
  const days = 2 + Math.floor(session.sample('duration') * 1800);
  return { days, ask: body(`{"duration":${days}}`, `for ${days} days (seed ${session.seed})`) };
};

/** For those who are answered by GET. */
async function others(session: Session): Promise<Ask[]> {
  const { eipClusterId: clusterId, otherToken: token } = session.target;
  const asks: Ask[] = [
    ...(clusterId === undefined ? [] : [{ clusterId, label: 'for 30 days, of a cluster with a public address' }]),
    ...(token === undefined ? [] : [{ token, label: 'for 30 days, by the other user' }]),
  ];
  const answers = await Promise.all(asks.map((ask) => session.send(ask)));
  return asks.filter((_, i) => answers[i]?.status === 200).map((ask) => ({ ...duration30, ...ask }));
}

/** The page has whole numbers only; lenient readers may treat others as they like. */
const noDuration = ['"abc"', 'null', '{}', '{"days":30}', '[30]'];
/** Outside the documented range: refused by some providers, cut to the range by others. */
const outOfRange = ['0', '-2', '1828', '99999', '1e12', '"30"', '1.5'];

export const postCases = [
  postCase('post-30-days', 'a certificate for 30 days is answered', async (session) => {
    const asks = [duration30, { ...duration30, ...withCharset }, ...asSdksWriteIt, ...(await others(session))];
    return expectAll(session, asks, { statuses: [200], source });
  }),
  postCase('post-longest', 'a certificate for the longest time is answered', (session) =>
    expectStatus(session, durationMost, { statuses: [200], source }),
  ),
  postCase('post-lifetime', 'the certificate is valid for as long as requested', async (session) => {
    const chance = sampled(session);
    const durations: [Ask, number][] = [
      [body('{"duration":1}', 'for one day'), 1],
      [duration30, 30],
      [body('{"duration":365}', 'for 365 days'), 365],
      // The greatest that all clouds document.
      [body('{"duration":1825}', 'for 1825 days'), 1825],
      [chance.ask, chance.days],
      [durationMost, 1825],
    ];
    const asks = durations.map(([ask]) => ask);
    const status = await expectAll(session, asks, { statuses: [200], source });
    const lives = await Promise.all(durations.map(([ask, days]) => lifetime(session, ask, days)));
    const findings = [...status, ...lives.flatMap((some) => some ?? [])];
    if (findings.length === 0 && lives.every((life) => life === undefined)) throw new NotChecked(noCertificate);
    return findings;
  }),
  postCase('post-invalid-duration', 'a duration that is no number is refused', (session) =>
    together(
      expectAll(
        session,
        noDuration.map((value) => body(`{"duration":${value}}`, `with the duration ${value}`)),
        refused,
      ),
      judgeTrue(session),
    ),
  ),
  postCase('post-duration-out-of-range', 'a duration outside the documented range is refused', (session) =>
    judgeOutOfRange(session),
  ),
  postCase('post-invalid-body', 'a body that is no JSON object is refused', async (session) => {
    const asks = ['{"duration":', '[]', 'null', '30', '"text"'].map((text) => body(text, `with the body ${text}`));
    const empty = [body('{}', 'with the body {}'), body('', 'with an empty body')];
    return [
      ...(await expectAll(session, asks, refused)),
      ...(await expectAll(session, empty, { ...refused, doubtful: [200] })),
    ];
  }),
  postCase('post-chunked', 'a body in chunks is read', (session) =>
    expectStatus(
      session,
      { ...duration30, chunked: true, label: 'for 30 days, in chunks' },
      // Some servers in front demand a length (RFC 9110, section 15.5.12).
      { statuses: [200], doubtful: [411], source: 'RFC 9112, section 7.1' },
    ),
  ),
  postCase(
    'post-other-cluster',
    'a cluster that GET does not find is not found by POST either',
    async (session) => {
      const { otherClusterId: clusterId = '' } = session.target;
      const { status } = await session.send({ clusterId, label: 'of the other cluster' });
      if (![403, 404].includes(status)) return [];
      const ask = { ...duration30, clusterId, label: 'for 30 days, of the other cluster' };
      return expectStatus(session, ask, { statuses: [403, 404], doubtful: [400, 401], source: 'Table 1, cluster_id' });
    },
    { needs: ['otherClusterId'] },
  ),
  postCase('post-unknown-cluster', 'an unknown cluster is not found by POST either', async (session) => {
    const unknown = {
      ...duration30,
      clusterId: '00000000-0000-4000-8000-00000000dead',
      label: 'of an unknown cluster',
    };
    const malformed = { ...duration30, clusterId: 'nope', label: 'of a malformed cluster ID' };
    const rule = 'Table 1, cluster_id';
    return [
      ...(await expectStatus(session, unknown, { statuses: [404], source: rule })),
      ...(await expectStatus(session, malformed, { statuses: [400, 404], doubtful: [401, 403, 422], source: rule })),
    ];
  }),
];

/** Validators of Python and JavaScript read it as 1 by default: one day, which is lenient but harms nobody. */
async function judgeTrue(session: Session): Promise<Finding[]> {
  const ask = body('{"duration":true}', 'with the duration true');
  const isOneDay = (await lifetime(session, ask, 1))?.length === 0;
  return expectStatus(session, ask, { ...refused, doubtful: isOneDay ? [200] : [] });
}

/** Refused, or cut to the range. */
async function judgeOutOfRange(session: Session): Promise<Finding[]> {
  const asks = outOfRange.map((value) => body(`{"duration":${value}}`, `with the duration ${value}`));
  const status = await expectAll(session, asks, { ...refused, doubtful: [200] });
  const answers = await Promise.all(asks.map((ask) => session.send(ask)));
  const tooLong = answers.flatMap((answer) => {
    const client = open(session, answer)?.credential.certificates[0];
    const until = client ? spanOf(client.x509)[1] : 0;
    if (until <= Date.now() + (1827 + 2) * day) return [];
    const fault: Fault = {
      where: 'users[0].user.client-certificate-data',
      expected: 'a refusal, or a certificate for 1827 days at most',
      received: `notAfter ${new Date(until).toISOString()}`,
      source,
    };
    return session.findingsOf(answer, found(answer.label, [fault]));
  });
  return [...status, ...tooLong];
}

export const wrongEnd = (expected: string, until: number): Fault => ({
  where: 'users[0].user.client-certificate-data',
  expected: `a certificate until ${expected}`,
  received: `notAfter ${new Date(until).toISOString()}`,
  source,
});

/** A certificate need not outlive its CA. */
export const endsOfAuthorities = ({ credential: { authorities } }: Pick<GoodAnswer, 'credential'>) =>
  authorities.flatMap(({ certificates }) => certificates.map(({ x509 }) => spanOf(x509)[1]));

/** The days of the longest certificate, which -1 requests; more than all others where none comes. */
export async function maximumOf(session: Session): Promise<number> {
  const client = open(session, await session.send(durationMost))?.credential.certificates[0];
  const days = client ? (spanOf(client.x509)[1] - Date.now()) / day : 0;
  return days > 0 ? days : Infinity;
}

/**
 * At least as long as requested, or until the CA ends; at most until the end of that day. Undefined without a certificate.
 * All clouds document a maximum of five years; a smaller one is that of a provider's own, if it is the same for -1.
 */
async function lifetime(session: Session, ask: Ask, days: number): Promise<Finding[] | undefined> {
  const good = open(session, await session.send(ask));
  const client = good?.credential.certificates[0];
  if (!good || !client) return undefined;
  const [, until] = spanOf(client.x509);
  const isLongest = ask === durationMost;
  const granted = isLongest ? days : Math.min(days, await maximumOf(session));
  const wanted = Date.now() + granted * day;
  const least = Math.min(wanted - hour - (isLongest ? day : 0), ...endsOfAuthorities(good));
  // Five years have two leap days at most; days may be rounded up to midnight.
  const isMidnight = (until + 1000) % day <= 1000;
  const most = wanted + (isLongest ? 3 : 0) * day + (isLongest || isMidnight ? day : day - 10 * 60_000);
  if (until >= least && until <= most) return [];
  const asked = days === 1 ? 'one day' : `${days} days`;
  const span = granted < days ? `the maximum, by -1, for ${asked}` : asked;
  const fault = wrongEnd(`${new Date(wanted).toISOString()} (${span})`, until);
  const isOwnMaximum = isLongest && until > Date.now() && until < least;
  return session.findingsOf(
    good,
    found(good.label, [{ ...fault, ...(isOwnMaximum && { severity: 'warning' as const }) }]),
  );
}
