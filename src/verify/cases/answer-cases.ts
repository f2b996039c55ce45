// Checks on the answer as a whole: status, media type, schema, framing, clients of the field, and the look-ups.
import { check, expectAll, expectStatus, judgeTwice, row } from '../check.js';
import { headerOf } from '../exchange.js';
import { type Fault, found, show } from '../finding.js';
import { eip, goodAnswers, open, others, repeats, withCharset } from '../good-answers.js';
import { judgeCaching, judgeForm } from '../judge-answer.js';
import { ownRedirect } from '../own-redirect.js';
import type { Answer, Ask } from '../session.js';

const ok = { statuses: [200], source: 'Table 10, 200' };
const gzipSource = 'RFC 9110, section 12.5.3; Table 10, 200';

export const answerCases = [
  check({
    id: 'documented-path',
    name: 'the documented path is answered, and not redirected to another spelling of it',
    source: 'the API page: the URI; Table 10, 200',
    judge: async (session) => {
      const answer = await session.send();
      const location = ownRedirect(answer, session.target.endpoint);
      if (location === undefined) return [];
      const fault: Fault = {
        where: 'the path',
        expected: 'an answer at the documented path',
        received: `${answer.status} to ${JSON.stringify(location)}`,
        source: 'the API page: the URI; Table 10, 200',
      };
      return session.findingsOf(answer, found(answer.label, [fault]));
    },
  }),
  check({
    id: 'answers-with-kubeconfig',
    name: 'a request with a valid token is answered with a kubeconfig as the contract describes it',
    source: 'Table 3; Table 10, 200',
    judge: async (session) => {
      const findings = await expectStatus(session, {}, ok);
      if ((await session.send()).status === 0) return findings;
      const answers = await Promise.all(repeats.map((ask) => session.send(ask)));
      const form = answers.map((answer) =>
        judgeTwice(session, answer, (one) => Promise.resolve(one.status === 200 ? judgeForm(session, one) : [])),
      );
      return [...findings, ...(await expectAll(session, repeats, ok)), ...(await Promise.all(form)).flat()];
    },
  }),
  row({
    id: 'content-type-documented',
    name: 'both documented values of Content-Type are accepted',
    source: 'Table 2, Content-Type',
    asks: () => [withCharset],
    statuses: [200],
  }),
  row({
    id: 'content-type-missing',
    name: 'a request without Content-Type is refused or answered',
    source: 'Table 2, Content-Type',
    asks: () => [{ contentType: null, label: 'without Content-Type' }],
    statuses: [200, 400, 406, 415],
  }),
  row({
    id: 'content-type-other',
    name: 'another Content-Type is refused or ignored',
    source: 'Table 2, Content-Type',
    asks: () => [{ contentType: 'text/plain', label: 'with Content-Type text/plain', unusual: true }],
    // 403: firewalls let documented types through alone.
    statuses: [200, 400, 403, 406, 415],
  }),
  row({
    id: 'accept-anything',
    name: 'a client that accepts anything is answered',
    source: 'RFC 9110, section 12.5.1; Table 10, 200',
    asks: () => [
      { headers: { Accept: '*/*' }, label: 'with Accept */*' },
      { headers: { Accept: 'application/*' }, label: 'with Accept application/*' },
      { accept: null, label: 'without Accept' },
    ],
    statuses: [200],
  }),
  row({
    id: 'accept-other',
    name: 'a client that accepts no JSON is answered, or told so',
    source: 'RFC 9110, sections 12.5.1 and 15.5.7',
    // Whatever comes instead of JSON is not bound to the form of errors.
    asks: () => [{ headers: { Accept: 'text/html' }, label: 'with Accept text/html', foreign: true }],
    statuses: [200, 406],
  }),
  check({
    id: 'accept-gzip',
    name: 'an answer to a client that accepts gzip is complete, and in no other coding',
    source: gzipSource,
    judge: async (session) => {
      const ask = { headers: { 'Accept-Encoding': 'gzip' }, label: 'with Accept-Encoding gzip' };
      const answer = await session.send(ask);
      return [
        ...(await expectStatus(session, ask, { ...ok, source: gzipSource })),
        ...session.findingsOf(answer, found(answer.label, foreignCoding(answer))),
      ];
    },
  }),
  check({
    id: 'known-clients',
    name: 'the headers of well-known clients are accepted',
    source: 'RFC 9110, section 12.5.1: what the clients of this API send',
    judge: async (session) => {
      // A provider may require the documented Content-Type and refuse clients that send none.
      const strict = (await session.send({ contentType: null })).status !== 200;
      const asks = knownClients.filter(({ contentType }) => contentType !== null || !strict);
      const expectation = { ...ok, source: 'RFC 9110, section 12.5.1; Table 10, 200' };
      const judge = (ask: Ask) =>
        // A firewall that knows the client refuses it with 403.
        expectStatus(session, ask, { ...expectation, doubtful: ask.unusual === true ? [400, 403] : [403] });
      return (await Promise.all(asks.map(judge))).flat();
    },
  }),
  check({
    id: 'caching',
    name: 'no cache on the way may store the private key',
    source: 'RFC 9111, sections 3 and 3.5',
    judge: async (session) =>
      (await goodAnswers(session)).flatMap((answer) =>
        session.findingsOf(answer, found(answer.label, judgeCaching(answer))),
      ),
  }),
  check({
    id: 'clock',
    name: "the provider's clock is right",
    source: 'RFC 9110, section 6.6.1; RFC 5280, section 4.1.2.5',
    last: true,
    judge: async (session) => {
      const first = await Promise.all(repeats.map((ask) => session.send(ask)));
      // Servers in front have clocks of their own, and a cache sends the date of the first response.
      const isOwn = (answer: Answer) => headerOf(answer, 'age') === undefined && open(session, answer) !== undefined;
      const answers = [...first, ...(await session.answers()).filter(isOwn)];
      // Each replica has a clock; the one that is furthest off is reported.
      const [worst] = answers.sort((one, other) => Math.abs(secondsOff(other)) - Math.abs(secondsOff(one)));
      const seconds = worst ? secondsOff(worst) : 0;
      const other = answers.find((answer) => !isHttpDate(headerOf(answer, 'date') ?? imfDate));
      if (other) {
        const fault: Fault = {
          where: 'header Date',
          expected: `a date as in ${imfDate}`,
          received: show(headerOf(other, 'date')),
          source: 'RFC 9110, sections 5.6.7 and 6.6.1',
        };
        return session.findingsOf(other, found(other.label, [fault]));
      }
      if (!worst || Math.abs(seconds) <= 60) return [];
      const received = `${Math.abs(seconds)} seconds ${seconds > 0 ? 'ahead' : 'behind'}`;
      const source = 'RFC 9110, section 6.6.1; API signing guide: signatures are good for 15 minutes';
      const fault: Fault = { where: 'header Date', expected: 'the time of this machine', received, source };
      // A clock may be a little off; an offset beyond the window of signatures decides who gets in.
      const isTolerable = Math.abs(seconds) <= 15 * 60;
      return session.findingsOf(
        worst,
        found(worst.label, [{ ...fault, ...(isTolerable && { severity: 'warning' as const }) }]),
      );
    },
  }),
  row({
    id: 'eip-cluster-answered',
    name: 'a cluster with a public address is answered too',
    source: 'Table 1, cluster_id; Table 10, 200',
    needs: ['eipClusterId'],
    asks: eip,
    statuses: [200],
  }),
  row({
    id: 'other-cluster-answered',
    name: 'the other cluster is answered, or refused as one of another project',
    source: 'Table 1, cluster_id',
    needs: ['otherClusterId'],
    asks: (session) => others(session).filter(({ clusterId, token }) => clusterId !== undefined && token === undefined),
    // 409: a cluster that hibernates or is being made has no certificates now.
    statuses: [200, 403, 404, 409],
  }),
];

/** Go's and other clients decode what they asked for, and take another coding for the content. */
function foreignCoding(answer: Answer): Fault[] {
  const coding = headerOf(answer, 'content-encoding')?.trim().toLowerCase() ?? '';
  if (answer.status !== 200 || ['', 'identity', 'gzip', 'x-gzip'].includes(coding)) return [];
  return [{ where: 'header Content-Encoding', expected: 'gzip, or none', received: show(coding), source: gzipSource }];
}

const imfDate = 'Sun, 06 Nov 1994 08:49:37 GMT';
const isHttpDate = (text: string) =>
  // Of the three forms that readers know, the first is the one to send.
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text) ||
  /^[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/.test(text) ||
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/.test(text);

/** Of the header Date; 0 where there is none. */
function secondsOff(answer: Answer): number {
  const date = Date.parse(headerOf(answer, 'date') ?? '');
  return Number.isNaN(date) ? 0 : Math.round((date - answer.endedAt) / 1000);
}

/** Firewalls know clients by User-Agent. */
const agents: Record<string, string> = {
  'the Node SDK': 'huaweicloud-usdk-node/3.0',
  'the Python SDK': 'huaweicloud-usdk-python/3.0',
  'the Go SDK': 'huaweicloud-usdk-go/3.0',
  openstacksdk: 'openstacksdk/4.0.0 keystoneauth1/5.8.0 python-requests/2.32.3 CPython/3.11.2',
};

const client = (name: string, headers: Record<string, string>, contentType: string | null = null): Ask => ({
  headers: { ...(agents[name] !== undefined && { 'User-Agent': agents[name] }), ...headers },
  contentType,
  label: `as ${name} sends it`,
});

/** The headers of clients in use, besides the credential. */
const knownClients: readonly Ask[] = [
  client(
    'the Node SDK',
    { Accept: 'application/json, text/plain, */*', 'Accept-Encoding': 'gzip, compress, deflate' },
    'application/json',
  ),
  client('the Python SDK', { Accept: '*/*', 'Accept-Encoding': 'gzip, deflate' }, 'application/json'),
  {
    // The Accept of Java's own client, which is not of the form that RFC 9110 has.
    ...client('the Java SDK', { Accept: 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2' }, 'application/json'),
    unusual: true,
  },
  client('the Go SDK', { 'Accept-Encoding': 'gzip' }, 'application/json;charset=utf-8'),
  client('openstacksdk', { 'Accept-Encoding': 'gzip, deflate' }),
  client('curl', { Accept: '*/*' }),
];
