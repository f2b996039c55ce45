// All exchanges with one target. The same request is sent once for all cases that want its answer.
import { setTimeout as delay } from 'node:timers/promises';
import { type Exchange, type SentRequest, exchange, headerOf } from './exchange.js';
import { Secrets } from './secrets.js';
import { signRequest } from './sign-request.js';
import { type Target, defaultTimeoutMs, pathOf } from './target.js';

/** A request as cases word it. */
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
  /** The documented one by default; null sends none. */
  contentType?: string | null;
  body?: string;
  /** Signed with the target's access key instead of a token, as the changes say. */
  sign?: Parameters<typeof signRequest>[2];
  /** Tells requests apart that are equal otherwise. */
  repeat?: number;
}

export interface Answer extends Exchange {
  label: string;
}

const mostAtOnce = 8;
const longestWaitMs = 5000;

const sessions = new WeakMap<Target, Session>();

/** The session of a target; the same object gives the same session. */
export function sessionOf(target: Target): Session {
  const session = sessions.get(target) ?? new Session(target);
  sessions.set(target, session);
  return session;
}

export class Session {
  readonly secrets = new Secrets();
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(readonly target: Target) {
    const { token, otherToken, expiredToken, accessKey } = target;
    for (const secret of [token, otherToken, expiredToken, accessKey?.secret]) {
      if (secret !== undefined) this.secrets.addSent(secret);
    }
  }

  send(ask: Ask = {}): Promise<Answer> {
    const key = JSON.stringify({ ...ask, label: undefined });
    const answer = this.#answers.get(key) ?? this.#inTurn(() => this.#send(ask));
    this.#answers.set(key, answer);
    return answer;
  }

  async #send(ask: Ask): Promise<Answer> {
    const { method = 'GET', token = ask.sign ? null : this.target.token } = ask;
    const label = `${method}${ask.label === undefined ? '' : ` ${ask.label}`}`;
    const path = ask.path ?? pathOf(ask.projectId ?? this.target.projectId, ask.clusterId ?? this.target.clusterId);
    const request: SentRequest = {
      method,
      path,
      headers: {
        Accept: 'application/json',
        ...(ask.contentType === null ? {} : { 'Content-Type': ask.contentType ?? 'application/json' }),
        ...(token === null ? {} : { 'X-Auth-Token': token }),
        ...ask.headers,
      },
      ...(ask.body === undefined ? {} : { body: ask.body }),
    };
    if (token !== null) this.secrets.addSent(token);
    const { endpoint, accessKey, timeoutMs = defaultTimeoutMs } = this.target;
    const sent = ask.sign && accessKey ? signRequest(request, { endpoint, accessKey }, ask.sign) : request;
    const answer = await exchange(endpoint, sent, timeoutMs);
    const patience = headerOf(answer, 'retry-after') ?? '1';
    const wait = /^\d+$/.test(patience) ? Number(patience) * 1000 : Infinity;
    if (answer.status !== 429 || wait > longestWaitMs) return { ...answer, label };
    // A provider may ask for patience once.
    await delay(wait);
    return { ...(await exchange(endpoint, sent, timeoutMs)), label };
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= mostAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
