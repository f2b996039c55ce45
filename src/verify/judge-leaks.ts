// The rules for secrets in responses: none that was sent comes back, and private keys stand in their field alone.
import { type Fault } from './finding.js';
import { type Secrets, hidesPrivateKey } from './secrets.js';
import type { Answer, Session } from './session.js';
import { bodyOf } from './strict-json.js';

/** What errors of programs show when nobody catches them, in the languages of the field. */
const insides: readonly [received: string, pattern: RegExp][] = [
  [
    'a stack trace',
    /\bat .{1,200}:\d+:\d+\)?|Traceback \(most recent call last\)|goroutine \d+ \[|\.java:\d+\)|panic:|panicked at |\.rb:\d+:in |\.php\(\d+\)|\.cs:line \d+/,
  ],
  ['a database error', /SQLSTATE|ORA-\d{5}|syntax error at or near|error in your SQL syntax|sqlite3?\.\w*Error/i],
  ['a password in a URL', /\b[a-z]{3,10}:\/\/[^\s:/"@]+:[^\s:/"@]+@/],
];

/** Secrets where none belong, in any answer. Equal bodies are read once for the same `known`. */
export function judgeLeaks(session: Session, answer: Answer, known: Map<string, Fault[]>): Fault[] {
  const faults: Fault[] = [];
  for (const [name, value] of answer.headers) {
    if (session.secrets.sentIn(value)) faults.push(leak(`header ${name}`));
    if (hidesPrivateKey(value)) faults.push(keyLeak(`header ${name}`));
  }
  if (session.secrets.sentIn(answer.reason)) faults.push(leak('the reason phrase'));
  const isSuccess = answer.status >= 200 && answer.status < 300;
  const text = answer.body.toString('latin1');
  const key = `${isSuccess} ${text}`;
  const inBody = known.get(key) ?? leaksOfBody(session, bodyOf(answer).value, { isSuccess, text });
  known.set(key, inBody);
  return [...faults, ...inBody];
}

function leaksOfBody(
  session: Session,
  value: unknown,
  { isSuccess, text }: { isSuccess: boolean; text: string },
): Fault[] {
  const faults: Fault[] = [];
  // An answered TRACE repeats the request by definition; another check finds that TRACE is answered at all.
  if (session.secrets.sentIn(text)) faults.push(leak('the body'));
  for (const place of placesOfEchoes(session.secrets, value)) faults.push(leak(place));
  if (isSuccess) {
    for (const place of placesOfKeys(value)) faults.push(keyLeak(place));
  } else {
    if (hidesPrivateKey(text)) faults.push(keyLeak('the body'));
    for (const [received, pattern] of insides)
      if (pattern.test(text)) {
        const source = 'CWE-209: errors tell nothing of the inside';
        faults.push({ where: 'the body', expected: `no ${received.replace('a ', '')}`, received, source });
      }
  }
  return faults;
}

/** The places of private keys outside the fields of Tables 5 and 7, which have rules of their own. */
function placesOfKeys(value: unknown, place = ''): string[] {
  if (typeof value === 'string') {
    const known = /\.(client-key|client-certificate|certificate-authority)-data$/.test(place);
    return !known && hidesPrivateKey(value) ? [place] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    placesOfKeys(inner, Array.isArray(value) ? `${place}[${name}]` : `${place}.${name}`.replace(/^\./, '')),
  );
}

/** Where a secret that was sent stands inside a certificate. */
function placesOfEchoes(secrets: Secrets, value: unknown, place = ''): string[] {
  if (typeof value === 'string') {
    if (!/-(certificate|authority)-data$/.test(place)) return [];
    const blocks = Buffer.from(value, 'base64')
      .toString('latin1')
      .split(/-----[^-]*-----/);
    return blocks.some((block) => secrets.sentIn(Buffer.from(block, 'base64').toString('latin1'))) ? [place] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    placesOfEchoes(secrets, inner, Array.isArray(value) ? `${place}[${name}]` : `${place}.${name}`.replace(/^\./, '')),
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
