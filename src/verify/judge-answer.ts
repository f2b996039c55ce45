// The rules for the form of every response: framing, media type, the contract's own schemas.
import { type Operation, judgeByContract, operationAt } from './contract-schema.js';
import { judgeErrorBody } from './error-body.js';
import { type Answer, type Session } from './session.js';
import { headerOf } from './exchange.js';
import { type Fault, type Finding, found, show } from './finding.js';
import { bodyOf } from './strict-json.js';

const certPath = '/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert';

/** The faults of a response, without those of its status and leaks. */
export function judgeForm(
  session: Session,
  answer: Answer,
  operation = operationAt(certPath, answer.sent.method),
): Finding[] {
  return session.findingsOf(answer, found(answer.label, faultsOf(answer, operation)));
}

/**
 * The same for a refusal. Frameworks parse bodies in front of the service, and firewalls look at types: both refuse what
 * no client sends in a form of their own, while the documents describe the errors of the service.
 */
export function judgeRefusedForm(session: Session, answer: Answer): Finding[] {
  const findings = judgeForm(session, answer);
  const { status, sent, ask } = answer;
  const isParsers = [400, 415, 422].includes(status) && sent.method === 'POST' && !isParsed(sent.body ?? '');
  const isFirewalls = status === 403 && ask.unusual === true && isPage(answer);
  return isParsers || isFirewalls ? findings.map((one) => ({ ...one, severity: 'warning' as const })) : findings;
}

/** Strict parsers take objects and lists alone. */
function isParsed(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

function faultsOf(answer: Answer, operation: Operation | undefined): Fault[] {
  if (answer.failure) return [failureOf(answer)];
  const misfit = nameOfMisfit(answer);
  if (misfit) return [misfit];
  return [...judgeFraming(answer), ...judgeAllow(answer), ...judgeBody(answer, operation)];
}

/** The fault of a missing response. */
export const judgeSilence = (session: Session, answer: Answer): Finding[] =>
  answer.status === 0 && answer.failure ? session.findingsOf(answer, found(answer.label, [failureOf(answer)])) : [];

/**
 * Requests that no client sends are refused by the first hop: a firewall, a gateway, a server. The form is theirs, but
 * such a request must still open nothing and break nothing.
 */
export function judgeRefusal(
  session: Session,
  answer: Answer,
  { statuses, source }: { statuses: readonly number[]; source: string },
): Finding[] {
  const { status, label } = answer;
  const expected = 'a refusal';
  const tell = (fault: Fault) => session.findingsOf(answer, found(label, [fault]));
  if (status === 0) {
    const kind = answer.failure?.kind ?? 'no answer';
    const received = `${kind}: ${answer.failure?.detail ?? ''}`;
    return tell({ where: 'the response', expected, received, source, severity: 'warning' });
  }
  if (statuses.includes(status) || (status >= 300 && status !== 500)) {
    if (status <= 500 || statuses.includes(status)) return [];
    return tell({ where: 'the status', expected, received: String(status), source, severity: 'warning' });
  }
  // Some firewalls refuse with a page and the status 200.
  if (status === 200 && isPage(answer)) {
    return tell({ where: 'the status', expected, received: '200 with an HTML page', source, severity: 'warning' });
  }
  const severity = isOfNginx(answer) ? { severity: 'warning' as const } : {};
  return tell({ where: 'the status', expected: statuses.join(' or '), received: String(status), source, ...severity });
}

/** The page of nginx for a fault of its own, such as a path that its configuration cannot lead on. */
const isOfNginx = ({ status, body }: Answer) =>
  status === 500 && /<hr><center>(nginx|openresty)/.test(body.toString('latin1'));

const isPage = ({ body }: Answer) => /^\s*<(!doctype|html|head|body|\?xml)/i.test(body.toString('latin1', 0, 200));

/** Names the kind of a completely different body, instead of each rule that it breaks. */
function nameOfMisfit(answer: Answer): Fault | undefined {
  const { status, sent, body } = answer;
  if (status !== 200 || !['GET', 'POST'].includes(sent.method)) return undefined;
  const fault = (received: string): Fault => ({
    where: 'the body',
    expected: answer.ask.lookUp ? 'a JSON object' : 'a kubeconfig as JSON',
    received,
    source: 'Table 3; Table 10, 200',
  });
  if (body[0] === 0x1f && body[1] === 0x8b) return fault('gzip without the header Content-Encoding');
  if (isPage(answer)) return fault('an HTML or XML page, which is not JSON');
  const { value } = bodyOf(answer);
  if (typeof value !== 'object' || value === null || 'clusters' in value || 'users' in value) return undefined;
  const code = ['errorCode', 'error_code', 'error'].find((name) => name in value);
  return code === undefined
    ? undefined
    : fault(`an error with the status 200 (member ${code}); errors have a status of their own`);
}

function failureOf({ failure }: Answer): Fault {
  const { kind, detail } = failure as NonNullable<Answer['failure']>;
  const sources = {
    timeout: 'RFC 9110, section 15: every request is answered',
    tls: 'RFC 9110, section 4.3.4: https',
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
  const { sent, headers, surplus } = answer;
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
  return faults;
}

const storable = 'RFC 9111, sections 3 and 3.5: X-Auth-Token protects nothing from being stored, unlike Authorization';

/** A private key must not be stored in a shared cache; explicit freshness allows exactly that. */
export function judgeCaching(answer: Answer): Fault[] {
  if (answer.status !== 200) return [];
  const value = headerOf(answer, 'cache-control') ?? '';
  const directives = value.split(',').map((one) => one.trim().toLowerCase());
  // With field names after it, `private` is about those fields alone (RFC 9111, section 5.2.2.7).
  const has = (name: string) => directives.includes(name);
  const fault = { expected: 'no leave to store private keys in shared caches: no-store or private', source: storable };
  for (const name of ['CDN-Cache-Control', 'Surrogate-Control', 'Edge-Control']) {
    const targeted = headerOf(answer, name);
    // It overrides Cache-Control in its own caches.
    if (targeted !== undefined && isFresh(targeted) && !/no-store|private/i.test(targeted))
      return [{ ...fault, where: `header ${name}`, received: show(targeted), source: 'RFC 9213, section 2.1' }];
  }
  const forNginx = headerOf(answer, 'x-accel-expires');
  // nginx goes by it, whatever Cache-Control says.
  if (forNginx !== undefined && /^@?0*[1-9]/.test(forNginx.trim())) {
    const nginx = 'nginx, ngx_http_proxy_module, proxy_cache_valid: X-Accel-Expires goes before Cache-Control';
    return [{ ...fault, where: 'header X-Accel-Expires', received: show(forNginx), source: nginx }];
  }
  if (has('no-store') || (has('private') && !has('public'))) return [];
  if (has('public') || isFresh(value)) return [{ ...fault, where: 'header Cache-Control', received: show(value) }];
  const expires = Date.parse(headerOf(answer, 'expires') ?? '');
  const date = Date.parse(headerOf(answer, 'date') ?? '');
  if (!has('no-cache') && !/max-age=/i.test(value) && expires > (Number.isNaN(date) ? Date.now() : date))
    return [{ ...fault, where: 'header Expires', received: show(headerOf(answer, 'expires')) }];
  return [];
}

const isFresh = (value: string) => /(^|[\s,])(s-maxage|max-age)="?0*[1-9]/i.test(value);

const isRetryAfter = (text: string) =>
  /^\d+$/.test(text) || (/^[A-Z][a-z]+,? /.test(text) && !Number.isNaN(Date.parse(text)));

/** A 405 lists the methods of the path: without the refused one, and with GET, which this API always offers. */
export function judgeAllow(answer: Answer): Fault[] {
  const { method } = answer.sent;
  if (answer.status !== 405 || method === 'TRACE') return [];
  // A response to HEAD shows by its type alone whether the service itself refuses: a server in front may omit Allow.
  if (method === 'HEAD' && !/\bjson\b/i.test(headerOf(answer, 'content-type') ?? '')) return [];
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
  const byContract = judgeByContract(operation, answer, parsed).filter((fault) => !isReportedByServerUrls(fault));
  return [...judgeMediaType(answer), ...problem, ...byContract];
}

/** That check reads URLs as kubectl does; `HTTPS://` is one (RFC 3986, section 3.1). */
const isReportedByServerUrls = ({ where, expected }: Fault) =>
  /^clusters\[\d+\]\.cluster\.server$/.test(where) && expected.startsWith('to match pattern');

/** Letter case, spaces, quotes and parameters other than the charset are free. */
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
