// Checks on all responses of a run; they come last.
import { check } from '../check.js';
import { type Fault, type Finding, found } from '../finding.js';
import { headerOf } from '../exchange.js';
import { duration30, repeats, withCharset } from '../good-answers.js';
import { judgeForm, judgeRefusedForm } from '../judge-answer.js';
import { judgeLeaks } from '../judge-leaks.js';
import { isThrottling } from '../pace.js';
import type { Answer, Ask, Session } from '../session.js';

const refusedAsks: readonly Ask[] = [
  { token: null, label: 'without a token' },
  { clusterId: '00000000-0000-4000-8000-00000000dead', label: 'of an unknown cluster' },
  { clusterId: 'nope', label: 'of the malformed cluster ID nope' },
];

const longHeader = 8000;

/** Responses of one value that are no chance. */
const fewest = 3;

/** The responses of the run, with a few requests of its own if it is the only check. */
async function answersOf(
  session: Session,
  asks: readonly Ask[],
  { lookUps = false }: { lookUps?: boolean } = {},
): Promise<Answer[]> {
  await Promise.all(asks.map((ask) => session.send(ask)));
  return (await session.answers()).filter(({ ask, status }) => status > 0 && (lookUps || ask.lookUp !== true));
}

const isNotOffered = ({ status }: Answer) => [404, 405, 501].includes(status);

/** The POST that a provider must accept if it offers the operation. */
const isPlainPost = ({ ask: { token, projectId, clusterId, sign, method, body } }: Answer) =>
  method === 'POST' &&
  body === duration30.body &&
  [token, projectId, clusterId, sign].every((changed) => changed === undefined);

/** Faults of the first responses are reported by their own check. */
function unlike(findings: Finding[], known: Finding[]): Finding[] {
  const keyOf = ({ where, received }: Finding) => `${where} ${received}`;
  const keys = new Set(known.map(keyOf));
  return findings.filter((finding) => !keys.has(keyOf(finding)));
}

/** Correct HTTP, but clients of this API wait only for 429 and its Retry-After. */
function limitsWithoutRetryAfter(session: Session): Finding[] {
  const [first] = session.limitPages;
  if (!first) return [];
  const fault: Fault = {
    severity: 'warning',
    where: 'the status',
    expected: '429 with Retry-After where requests are limited',
    received: `503 without Retry-After, ${session.limitPages.length} times`,
    source: 'Status Code page, 429; RFC 9110, section 10.2.3',
  };
  return session.findingsOf(first, found(first.label, [fault]));
}

export const everyAnswerCases = [
  check({
    id: 'every-kubeconfig',
    name: 'every kubeconfig is as the contract describes it, however it is requested',
    source: 'Table 3; RFC 9112, section 6',
    last: true,
    judge: async (session) => {
      const first = await Promise.all(repeats.map((ask) => session.send(ask)));
      const known = first.flatMap((answer) => judgeForm(session, answer));
      const answers = await answersOf(session, [withCharset]);
      return answers
        .filter(({ status, sent, ask }) => status === 200 && ['GET', 'POST'].includes(sent.method) && !ask.foreign)
        .filter(({ body }) => !first.some((one) => one.body.equals(body) && one.failure === undefined))
        .flatMap((answer) => unlike(judgeForm(session, answer), known));
    },
  }),
  check({
    id: 'error-form',
    name: 'errors have the documented form',
    source: 'Status Code page, error response: errorCode, errorMessage',
    last: true,
    judge: async (session) => {
      const answers = await answersOf(session, refusedAsks);
      const refusesPost = answers.some((answer) => isPlainPost(answer) && isNotOffered(answer));
      return (
        answers
          .filter((answer) => answer.status >= 400 && !answer.ask.foreign && !isThrottling(answer))
          // Servers in front refuse long headers with their own responses.
          .filter(({ ask }) => (ask.token ?? '').length < longHeader)
          .filter(({ sent }) => ['GET', 'POST'].includes(sent.method))
          // As firewalls do with clients that they know.
          .filter(({ ask, status }) => status !== 403 || ask.headers?.['User-Agent'] === undefined)
          // The framework refuses an unknown method, with its own response.
          .filter((answer) => !(refusesPost && answer.sent.method === 'POST' && isNotOffered(answer)))
          .flatMap((answer) => judgeRefusedForm(session, answer))
      );
    },
  }),
  check({
    id: 'retry-after',
    name: 'Retry-After says when to try again',
    source: 'Status Code page, 429; RFC 9110, section 10.2.3',
    last: true,
    judge: (session) =>
      Promise.resolve([
        ...session.throttlings.flatMap((answer) =>
          judgeForm(session, answer).filter(({ where }) => where === 'header Retry-After'),
        ),
        ...limitsWithoutRetryAfter(session),
      ]),
  }),
  check({
    id: 'request-ids',
    name: 'each answer has a request ID of its own',
    source: 'the contract, X-Request-Id: the ID of this request',
    last: true,
    judge: async (session) => {
      const answers = await answersOf(session, [...repeats, ...refusedAsks]);
      const [first, ...rest] = answers.filter((answer) => headerOf(answer, 'x-request-id') !== undefined);
      if (!first || rest.length < fewest) return [];
      const id = headerOf(first, 'x-request-id');
      if (rest.some((answer) => headerOf(answer, 'x-request-id') !== id)) return [];
      const received = `the same in all ${rest.length + 1} answers`;
      const fault = { where: 'header X-Request-Id', expected: 'the ID of this request', received };
      return session.findingsOf(first, found(first.label, [{ ...fault, source: 'the contract, X-Request-Id' }]));
    },
  }),
  check({
    id: 'no-leaks',
    name: 'no answer repeats a credential or reveals a private key',
    source: 'Table 2, X-Auth-Token; Table 7, client-key-data; CWE-200',
    last: true,
    judge: async (session) => {
      const known = new Map<string, Fault[]>();
      return (await answersOf(session, refusedAsks, { lookUps: true })).flatMap((answer) =>
        session.findingsOf(answer, found(answer.label, judgeLeaks(session, answer, known))),
      );
    },
  }),
];
