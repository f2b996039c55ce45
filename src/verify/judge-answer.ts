// What holds for every answer, whatever was asked: framing, media type, the contract's own schemas, nothing leaked.
import { type Operation, judgeByContract, operationAt } from './contract-schema.js';
import { judgeErrorBody } from './error-body.js';
import { type Answer, type Session } from './session.js';
import { headerOf } from './exchange.js';
import { type Fault, type Finding, found, show } from './finding.js';
import { hasPrivateKey } from './secrets.js';
import { type Parsed, parseStrictly } from './strict-json.js';

export const certPath = '/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert';

const parsedBodies = new WeakMap<Answer, Parsed>();

/** The body as JSON, read once. */
export function bodyOf(answer: Answer): Parsed {
  const parsed = parsedBodies.get(answer) ?? parseStrictly(answer.body);
  parsedBodies.set(answer, parsed);
  return parsed;
}

/** What is wrong with an answer beside its status. */
export function judgeAnswer(
  session: Session,
  answer: Answer,
  operation = operationAt(certPath, answer.sent.method),
): Finding[] {
  return found(answer.label, faultsOf(session, answer, operation));
}

function faultsOf(session: Session, answer: Answer, operation: Operation | undefined): Fault[] {
  if (answer.failure) return [failureOf(answer)];
  return [
    ...judgeFraming(answer),
    ...judgeAllow(answer),
    ...judgeLeaks(session, answer),
    ...judgeBody(answer, operation),
  ];
}

function failureOf({ failure }: Answer): Fault {
  const { kind, detail } = failure as NonNullable<Answer['failure']>;
  const sources = {
    timeout: 'RFC 9110, section 15: every request is answered',
    unreachable: 'RFC 9110, section 15: every request is answered',
    reset: 'RFC 9110, section 15: every request is answered',
    'cut off': 'RFC 9112, section 8: incomplete messages',
    malformed: 'RFC 9112, section 6: message body and framing',
    'too large': 'Table 3: a kubeconfig is about 10 KB',
  };
  return { where: 'the response', expected: 'a whole answer', received: `${kind}: ${detail}`, source: sources[kind] };
}

function judgeFraming(answer: Answer): Fault[] {
  const faults: Fault[] = [];
  const { sent, headers, surplus, status } = answer;
  if (surplus > 0) {
    const head = sent.method === 'HEAD';
    faults.push({
      where: head ? 'the body' : 'Content-Length',
      expected: head ? 'no body in an answer to HEAD' : 'the length of the body',
      received: `${surplus} bytes ${head ? '' : 'after the end of the body'}`.trim(),
      source: head ? 'RFC 9110, section 9.3.2' : 'RFC 9112, section 6',
    });
  }
  for (const name of ['content-length', 'content-type', 'transfer-encoding']) {
    const values = headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
    if (values.length > 1)
      faults.push({
        where: `header ${name}`,
        expected: 'once',
        received: `${values.length} times`,
        source: 'RFC 9110, section 5.3',
      });
  }
  const patience = headerOf(answer, 'retry-after');
  if (patience !== undefined && !isRetryAfter(patience)) {
    faults.push({
      where: 'header Retry-After',
      expected: 'whole seconds, or a date',
      received: show(patience),
      source: 'Status Code page, 429; RFC 9110, section 10.2.3',
    });
  }
  const cache = headerOf(answer, 'cache-control') ?? '';
  if (status === 200 && /public|s-maxage/i.test(cache)) {
    faults.push({
      where: 'header Cache-Control',
      expected: 'no leave to store private keys in shared caches',
      received: cache,
      source: 'RFC 9111, section 5.2.2',
    });
  }
  return faults;
}

const isRetryAfter = (text: string) =>
  /^\d+$/.test(text) || (/^[A-Z][a-z]+,? /.test(text) && !Number.isNaN(Date.parse(text)));

/** A 405 says which methods the path does offer: not the refused one, and GET where this API is offered at all. */
function judgeAllow(answer: Answer): Fault[] {
  const { method } = answer.sent;
  if (answer.status !== 405 || method === 'TRACE') return [];
  const value = headerOf(answer, 'allow');
  const fault = {
    where: 'header Allow',
    expected: `the methods that the path offers: GET, not ${method}`,
    source: 'RFC 9110, sections 10.2.1 and 15.5.6',
  };
  if (value === undefined)
    return [{ ...fault, received: 'nothing', ...(method === 'POST' && { severity: 'warning' as const }) }];
  const methods = value.split(',').map((name) => name.trim());
  return !methods.includes(method) && (methods.includes('GET') || method === 'GET')
    ? []
    : [{ ...fault, received: show(value) }];
}

function judgeLeaks(session: Session, answer: Answer): Fault[] {
  const faults: Fault[] = [];
  const text = answer.body.toString('latin1');
  for (const [name, value] of answer.headers) {
    if (session.secrets.sentIn(value)) faults.push(leak(`header ${name}`));
    if (/PRIVATE KEY/.test(value) || hasPrivateKey(value)) faults.push(keyLeak(`header ${name}`));
  }
  if (session.secrets.sentIn(answer.reason)) faults.push(leak('the reason phrase'));
  // A TRACE that is answered sends back the request by definition; that it is answered at all is found elsewhere.
  if (session.secrets.sentIn(text)) faults.push(leak('the body'));
  if (answer.status === 200) {
    for (const place of placesOfKeys(bodyOf(answer).value)) faults.push(keyLeak(place));
  } else {
    if (hasPrivateKey(text)) faults.push(keyLeak('the body'));
    if (
      /\bat .{1,200}:\d+:\d+\)?|Traceback \(most recent call last\)|goroutine \d+ \[|\.java:\d+\)|panic:/.test(text)
    ) {
      faults.push({
        where: 'the body',
        expected: 'no stack trace',
        received: 'a stack trace',
        source: 'CWE-209: errors tell nothing of the inside',
      });
    }
  }
  return faults;
}

/** Where a private key stands beside the fields of Tables 5 and 7, which are judged by rules of their own. */
function placesOfKeys(value: unknown, place = ''): string[] {
  if (typeof value === 'string') {
    const known = /\.(client-key|client-certificate|certificate-authority)-data$/.test(place);
    return !known && hasPrivateKey(value) ? [place] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    placesOfKeys(inner, Array.isArray(value) ? `${place}[${name}]` : `${place}.${name}`.replace(/^\./, '')),
  );
}

const leak = (where: string): Fault => ({
  where,
  expected: 'no secret of the request (token, secret key)',
  received: 'a secret that was sent, echoed',
  source: 'Table 2, X-Auth-Token: a credential is not repeated (CWE-200)',
});

const keyLeak = (where: string): Fault => ({
  where,
  expected: 'a private key only in client-key-data of a 200',
  received: 'a private key, leaked',
  source: 'Table 7, client-key-data',
});

function judgeBody(answer: Answer, operation: Operation | undefined): Fault[] {
  const { status, sent } = answer;
  if (sent.method === 'HEAD' || status === 204 || status === 304) return [];
  const parsed = bodyOf(answer);
  if (status >= 400) {
    const bodyFaults = judgeErrorBody(answer, parsed);
    const media = parsed.problem === undefined ? judgeMediaType(answer) : [];
    return [...media, ...bodyFaults, ...(operation ? judgeByContract(operation, answer, parsed) : [])];
  }
  if (status !== 200 || !operation) return [];
  const problem: Fault[] =
    parsed.problem === undefined
      ? []
      : [
          {
            where: 'the body',
            expected: 'one JSON text in UTF-8',
            received: parsed.problem,
            source: 'Table 3; RFC 8259, sections 4 and 8.1',
          },
        ];
  return [...judgeMediaType(answer), ...problem, ...judgeByContract(operation, answer, parsed)];
}

/** Letter case, spaces, quotes and other parameters than the charset are free. */
function judgeMediaType(answer: Answer): Fault[] {
  const value = headerOf(answer, 'content-type') ?? '';
  const [type = '', ...parameters] = value.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll(/["']/g, '');
  const fault = {
    where: 'header Content-Type',
    received: value || 'nothing',
    source: 'Table 2, Content-Type; the contract, content',
  };
  if (type !== 'application/json') return [{ ...fault, expected: 'application/json' }];
  if (charset !== undefined && !['utf-8', 'utf8'].includes(charset)) return [{ ...fault, expected: 'charset utf-8' }];
  return [];
}
