// All exchanges of one run. The same request is sent once for all checks that need its response, at the pace of
// pace.ts.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setImmediate } from 'node:timers/promises';
import { contract } from './contract-schema.js';
import { evidenceOf } from './evidence.js';
import { type Exchange, type SentRequest, exchange, headerOf } from './exchange.js';
import { type Finding, NotChecked } from './finding.js';
import { Pace, isLimitPage, isThrottling } from './pace.js';
import { routeOf } from './route.js';
import { Secrets } from './secrets.js';
import { type Signing, signRequest } from './sign-request.js';
import { bodyOf } from './strict-json.js';
import { type Target, defaultConcurrency, defaultTimeoutMs, pathOf } from './target.js';

/** A request in the terms of checks. */
export interface Ask {
  /** For people: the part after "GET" or "POST" in `GET with an expired token`. */
  label?: string;
  method?: string;
  projectId?: string;
  clusterId?: string;
  /** Instead of the path of the two IDs. */
  path?: string;
  /** The target's token by default; null sends none. */
  token?: string | null;
  headers?: Record<string, string>;
  /** The token is a word that anybody may say, so that answers and reports may have it. */
  isPublic?: true;
  /** The documented one by default; null sends none. */
  contentType?: string | null;
  /** Null sends none, as Go's client does on its own. */
  accept?: null;
  body?: string;
  /** Sent with Transfer-Encoding: chunked instead of Content-Length. */
  chunked?: true;
  /** Signed with the target's access key instead of a token, with these changes. */
  sign?: Parameters<typeof signRequest>[2];
  /** Distinguishes otherwise equal requests. */
  repeat?: number | string;
  /** A request that no client sends: a gateway in front may refuse it in its own way. */
  foreign?: boolean;
  /** Has a header that firewalls know from no browser, and refuse with their own page. */
  unusual?: true;
  /** A request for another path of the contract, which has checks of its own. */
  lookUp?: boolean;
  /**
   * Sent on this connection, after earlier requests.
   * @internal
   */
  agent?: HttpAgent;
}

export interface Answer extends Exchange {
  label: string;
  ask: Ask;
  requestId: string;
  /** Whether no other request was under way when it was sent. */
  alone: boolean;
}

/** A response that was wrong once and right when requested again. */
export interface Intermittent {
  request: string;
  what: string;
}

const passing = (answer: Exchange) =>
  [500, 502, 503, 504].includes(answer.status) || ['reset', 'cut off'].includes(answer.failure?.kind ?? '');

/** After this many, waiting for others would be in vain too. */
const mostSlowInARow = 6;

export class Session {
  readonly secrets = new Secrets();
  readonly intermittent: Intermittent[] = [];
  /** Responses of a provider that throttles, in place of real ones. */
  readonly throttlings: Answer[] = [];
  readonly #limitPages: Answer[] = [];
  /** Requests without a response in time, even when sent alone. */
  readonly slow = new Set<string>();
  /** IDs of the checks that ran in it. */
  readonly ran = new Set<string>();
  readonly seed: number;
  sentCount = 0;
  /** The reason for sending nothing more. */
  stopped?: string;
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #pace: Pace;
  #slowInARow = 0;
  #lastTurn = Promise.resolve();
  readonly #run = randomBytes(6).toString('hex');
  /** Hostile requests that are under way, or ended without a response. */
  readonly #suspects = new Set<string>();

  constructor(readonly target: Target) {
    const { token, otherToken, expiredToken, accessKey, headers = {}, connection = {} } = target;
    const given = [token, otherToken, expiredToken, accessKey?.secret, accessKey?.securityToken];
    for (const secret of given) if (secret !== undefined) this.secrets.addSent(secret);
    for (const secret of [...Object.values(headers), connection.key ?? ''])
      for (const line of secret.split('\n')) if (!line.startsWith('-----')) this.secrets.addReceived(line.trim());
    this.#pace = new Pace(target);
    this.seed = target.seed ?? randomInt(1_000_000);
  }

  /** A number from 0 to 1, from the seed and the name. */
  sample(name: string): number {
    return createHash('sha256').update(`${this.seed} ${name}`).digest().readUInt32BE(0) / 2 ** 32;
  }

  /** Responses of a proxy that limits the requests, in place of real ones. */
  get limitPages(): readonly Answer[] {
    return this.#pace.limited ? this.#limitPages : [];
  }

  send(ask: Ask = {}): Promise<Answer> {
    if (ask.agent) return this.#insist(ask);
    const key = JSON.stringify({ ...ask, label: undefined });
    const answer = this.#answers.get(key) ?? this.#insist(ask);
    this.#answers.set(key, answer);
    return answer;
  }

  /**
   * Lets the requests under way go on before more is computed: one caller after the other, each in a turn of the event
   * loop of its own.
   */
  nextTurn(): Promise<void> {
    this.#lastTurn = this.#lastTurn.then(() => setImmediate());
    return this.#lastTurn;
  }

  /** All responses so far. */
  async answers(): Promise<Answer[]> {
    const settled = await Promise.allSettled(this.#answers.values());
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  /** Sends the same request once more, to distinguish permanent from intermittent faults. */
  again(ask: Ask): Promise<Answer> {
    return this.send({ ...ask, repeat: `${ask.repeat ?? ''} again` });
  }

  /**
   * One connection for several requests, one after the other.
   * @internal
   */
  oneConnection(): HttpAgent {
    const options = { keepAlive: true, maxSockets: 1 };
    return /^https:/i.test(this.target.endpoint)
      ? new HttpsAgent({ ...options, ...routeOf(this.target.connection).tls })
      : new HttpAgent(options);
  }

  /** Sends a request; repeats it if the response may have been chance. */
  async #insist(ask: Ask): Promise<Answer> {
    const first = await this.#send(ask);
    if (first.failure?.kind === 'timeout' && this.sentCount > 1) return this.#sendAlone(ask, first);
    if (this.sentCount > 1 && first.failure?.kind === 'unreachable') return this.#findOutIfGone(ask, first);
    if (!passing(first) || ask.agent) return first;
    // Where one of two backends is broken, the second response is as likely to be chance.
    for (let left = this.intermittent.length < 3 ? 1 : 6; left > 0; left -= 1) {
      const next = await this.#send(ask);
      if (next.failure?.kind === 'unreachable') return this.#findOutIfGone(ask, first);
      if (passing(next)) continue;
      this.intermittent.push({ request: first.label, what: nameOf(first) });
      return next;
    }
    return first;
  }

  /** A provider that serves one request after the other is slow only under concurrent requests. */
  async #sendAlone(ask: Ask, first: Answer): Promise<Answer> {
    if (first.status !== 0 || ask.agent) return first;
    this.#pace.slowDown();
    const second = await this.#send(ask);
    if (second.failure?.kind !== 'timeout') {
      // Concurrency is no excuse if the request was alone the first time too.
      if (first.alone) this.intermittent.push({ request: first.label, what: 'no answer in time' });
      return second;
    }
    this.slow.add(second.label);
    return second;
  }

  #giveUpIfSlow(label: string): void {
    this.#slowInARow += 1;
    if (this.#slowInARow < mostSlowInARow) return;
    this.slow.add(label);
    this.stopped ??= `the provider gave no answer in time to ${mostSlowInARow} requests in a row, each sent alone`;
  }

  async #findOutIfGone(ask: Ask, answer: Answer): Promise<Answer> {
    for (const wait of [100, 300, 600]) {
      if (this.stopped !== undefined) break;
      await new Promise((resolve) => setTimeout(resolve, wait));
      const again = await this.#send(ask);
      if (again.failure?.kind !== 'unreachable') {
        this.intermittent.push({ request: answer.label, what: nameOf(answer) });
        return again;
      }
    }
    this.stopped ??= `the provider went away after ${[...this.#suspects].slice(0, 2 * defaultConcurrency).join(', ') || answer.label}`;
    throw new NotChecked(this.stopped);
  }

  async #send(ask: Ask): Promise<Answer> {
    const label = labelOf(ask);
    const isRefusal = ask.token !== undefined || ask.sign !== undefined;
    return this.#pace.inTurn({ method: ask.method ?? 'GET', isRefusal }, async () => {
      if (this.stopped !== undefined) throw new NotChecked(this.stopped);
      this.sentCount += 1;
      const { alone } = this.#pace;
      const requestId = `verify-${this.#run}-${this.sentCount}`;
      const { endpoint, connection, timeoutMs = defaultTimeoutMs } = this.target;
      const suspected = this.#suspects.has(label);
      if (ask.foreign) this.#suspects.add(label);
      const way = { endpoint, timeoutMs, ...routeOf(connection), ...(ask.agent && { agent: ask.agent }) };
      const answer = await exchange(way, this.#request(ask, requestId));
      this.#hideKeysOf(answer);
      if (answer.failure?.kind !== 'timeout') this.#slowInARow = 0;
      else if (alone && this.sentCount > 1) this.#giveUpIfSlow(label);
      if (answer.failure === undefined) this.#suspects.delete(label);
      else if (answer.failure.kind === 'reset') this.#suspects.add(label);
      // A request that never arrived did no harm.
      else if (answer.failure.kind === 'unreachable' && !suspected) this.#suspects.delete(label);
      const told = { ...answer, label, ask, alone, requestId: headerOf(answer, 'x-request-id') ?? requestId };
      if (isThrottling(answer)) this.throttlings.push(told);
      if (isLimitPage(answer)) this.#limitPages.push(told);
      return told;
    });
  }

  #hideKeysOf(answer: Exchange): void {
    const { value } = bodyOf(answer);
    if (value === undefined) this.secrets.addKeysIn(answer.body.toString('latin1'));
    else this.secrets.addKeysOf(value);
  }

  #request(ask: Ask, requestId: string): SentRequest {
    const { target } = this;
    const signing = ask.sign ?? (ask.token === undefined && target.token === undefined ? {} : undefined);
    const token = ask.token ?? (ask.token === null || signing ? null : (target.token ?? null));
    const request: SentRequest = {
      method: ask.method ?? 'GET',
      path: ask.path ?? pathOf(ask.projectId ?? target.projectId, ask.clusterId ?? target.clusterId),
      headers: {
        ...(ask.accept === null ? {} : { Accept: 'application/json' }),
        ...(ask.contentType === null ? {} : { 'Content-Type': ask.contentType ?? 'application/json' }),
        ...(token === null ? {} : { 'X-Auth-Token': token }),
        ...ask.headers,
      },
      ...(ask.body === undefined ? {} : { body: ask.body }),
      ...(ask.chunked && { chunked: true }),
    };
    if (token !== null && !ask.isPublic) this.secrets.addSent(token);
    const { endpoint, accessKey } = target;
    const sign = (how: Signing) => (accessKey ? signRequest(request, { endpoint, accessKey }, how) : request);
    const sent = signing ? sign(signing) : request;
    if (signing?.change === 'zeros') {
      const right = { ...signing };
      delete right.change;
      // With the right signature, a caller needs no secret key.
      this.secrets.addWhole(/[0-9a-f]{64}$/.exec(sign(right).headers['Authorization'] ?? '')?.[0] ?? '');
    }
    const about = { 'User-Agent': `cce-clustercert/${contract.info.version} (verify)`, 'X-Request-Id': requestId };
    return { ...sent, headers: { ...about, ...target.headers, ...sent.headers } };
  }

  /** Findings about a response, with their evidence. */
  findingsOf(answer: Answer, findings: readonly Finding[]): Finding[] {
    if (findings.length === 0) return [];
    const evidence = evidenceOf(answer, this);
    return findings.map((finding) => ({ ...finding, evidence }));
  }
}

const labelOf = ({ method = 'GET', label }: Ask) => `${method}${label === undefined ? '' : ` ${label}`}`;
const nameOf = ({ status, failure }: Exchange) => (status === 0 ? (failure?.kind ?? 'no answer') : String(status));
