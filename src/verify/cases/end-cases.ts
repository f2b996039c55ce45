// Checks on expire_at, the chosen end of a certificate, for providers that know it.
import { type Expectation, expectAll, expectStatus, together } from '../check.js';
import { spanOf } from '../certificate-rules.js';
import { type Fault, type Finding, NotChecked, found } from '../finding.js';
import { durationMost, open } from '../good-answers.js';
import type { Ask, Session } from '../session.js';
import {
  body,
  day,
  endsOfAuthorities,
  hour,
  maximumOf,
  noCertificate,
  postCase,
  refused,
  source,
  wrongEnd,
} from './post-cases.js';

const minute = 60_000;
const nextYear = new Date().getUTCFullYear() + 1;
const endSource = `${source}, expire_at`;

/** The documented form: Go's default one. */
const goTime = (time: Date) => `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
const inDays = (days: number) => new Date(Math.ceil(Date.now() / day) * day + days * day);
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * minute);
const until = (end: string, label: string) => body(JSON.stringify({ expire_at: end }), label);

export const endCases = [
  postCase('post-invalid-end', 'an end that is in the past or no time is refused', (session) =>
    expectAll(
      session,
      ['2001-01-01 16:00:00 +0000 UTC', `${nextYear}-13-45 16:00:00 +0000 UTC`, 'tomorrow', '', 30].map((time) =>
        body(JSON.stringify({ expire_at: time }), `with the end '${time}'`),
      ),
      refused,
    ),
  ),
  postCase('post-chosen-end', 'a certificate with a chosen end ends then', async (session) => {
    const end = inDays(10);
    // Not at midnight, nor before noon: rounding down to whole days, or a clock of twelve hours, would end it before the requested time.
    const evening = new Date(end.getTime() + 17.5 * hour);
    const ask = until(goTime(evening), 'with an end in the evening of a day');
    const findings = await judgeEnd(session, ask, { end: evening, statuses: [200, 400, 422] });
    // Providers without expire_at refuse it, or treat it as a body without a duration.
    if ((await session.send(ask)).status !== 200)
      return [...findings, ...(await judgeForms(session, { ask, end: evening }))];
    const more = await Promise.all([judgeZone(session, end), judgePrecedence(session), judgeBounds(session)]);
    return [...findings, ...more.flat()];
  }),
];

/** A provider that reads times in another form offers expire_at, but not in its documented form. */
async function judgeForms(session: Session, { ask, end }: { ask: Ask; end: Date }): Promise<Finding[]> {
  const answer = await session.send(ask);
  const forms = [end.toISOString().replace('.000', ''), goTime(end).slice(0, -4), goTime(end).slice(0, 19)];
  const answers = await Promise.all(forms.map((form) => session.send(until(form, `with the end '${form}'`))));
  const taken = forms.find((_, i) => answers[i]?.status === 200);
  if (taken === undefined) return [];
  const fault: Fault = {
    where: 'expire_at',
    expected: `the documented form to be read: ${goTime(end)}`,
    received: `${answer.status}, and 200 for the form ${taken}`,
    source: endSource,
  };
  return session.findingsOf(answer, found(answer.label, [fault]));
}

/** The documented form states the zone; whether it may be another one than UTC is not spelt out. */
async function judgeZone(session: Session, end: Date): Promise<Finding[]> {
  const zones: [hours: number, written: string][] = [
    [5.5, '+0530 IST'],
    [-3.5, '-0330 NST'],
  ];
  const findings = zones.map(([hours, zone]) => {
    const zoned = `${goTime(new Date(end.getTime() + hours * hour)).slice(0, 19)} ${zone}`;
    const ask = until(zoned, `with an end in the time zone ${zone}`);
    return judgeEnd(session, ask, { end, exact: true, statuses: [200], doubtful: [400, 422] });
  });
  return (await Promise.all(findings)).flat();
}

/** The end wins over a duration, the bounds of its range included: from 15 minutes to five years ahead. */
async function judgePrecedence(session: Session): Promise<Finding[]> {
  const days = Math.min(1800, Math.floor(await maximumOf(session)) - 3);
  const [near, far] = [inMinutes(30), inDays(days)];
  const both = (duration: number, end: Date, label: string) =>
    body(JSON.stringify({ duration, expire_at: goTime(end) }), label);
  const known = open(session, await session.send());
  const isPossible = !known || endsOfAuthorities(known).every((last) => last > far.getTime());
  // Where -1 is refused, post-longest says so.
  const longest = (await session.send(durationMost)).status === 200 ? -1 : 30;
  const nearFirst = judgeEnd(session, both(longest, near, `with an end in 30 minutes, and the duration ${longest}`), {
    end: near,
    statuses: [200],
  });
  // A provider's own maximum may be as short as the duration.
  if (days < 40) return nearFirst;
  const farFirst = judgeEnd(session, both(30, far, `with an end in ${days} days, and the duration 30`), {
    end: far,
    // A certificate need not outlive its CA.
    statuses: isPossible ? [200] : [200, 400, 422],
  });
  return together(nearFirst, farFirst);
}

/** Whole days are precise enough, except for comparing time zones. */
async function judgeEnd(
  session: Session,
  ask: Ask,
  { end, exact = false, ...expected }: { end: Date; exact?: boolean } & Omit<Expectation, 'source'>,
): Promise<Finding[]> {
  const findings = await expectStatus(session, ask, { ...expected, source: endSource });
  const answer = await session.send(ask);
  const good = open(session, answer);
  const client = good?.credential.certificates[0];
  if (!client && answer.status === 200 && findings.length === 0) throw new NotChecked(noCertificate);
  if (!good || !client) return findings;
  const [, last] = spanOf(client.x509);
  const wholeDays = last % day === end.getTime() % day || !exact;
  const late = exact && !wholeDays ? 10 * minute : day + hour;
  const least = Math.min(end.getTime() - 5 * minute, ...endsOfAuthorities(good));
  if (last >= least && last <= end.getTime() + late) return findings;
  return [...findings, ...session.findingsOf(answer, found(answer.label, [wrongEnd(end.toISOString(), last)]))];
}

/** Ends outside the range are refused, or moved into it. */
async function judgeBounds(session: Session): Promise<Finding[]> {
  const judge = async (ask: Ask, expected: string, isRight: (last: number) => boolean): Promise<Finding[]> => {
    const answer = await session.send(ask);
    const client = open(session, answer)?.credential.certificates[0];
    const last = client && spanOf(client.x509)[1];
    if (last === undefined || isRight(last)) return [];
    const received = `a certificate until ${new Date(last).toISOString()}`;
    return session.findingsOf(
      answer,
      found(answer.label, [{ where: 'expire_at', expected, received, source: endSource }]),
    );
  };
  const [soon, late] = [inMinutes(1), inDays(20 * 365)];
  const most = Date.now() + (5 * 366 + 2) * day;
  const findings = await Promise.all([
    judge(until(goTime(late), 'with an end in 20 years'), 'an end within 5 years, or a refusal', (last) => last < most),
    judge(
      until(goTime(soon), 'with an end in one minute'),
      'an end from 15 minutes ahead, or a refusal',
      (last) => last > soon.getTime() + 10 * minute,
    ),
  ]);
  return findings.flat();
}
