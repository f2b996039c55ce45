// The pace of requests: limits at once and per second, and waiting for a provider that throttles.
import { setTimeout as delay } from 'node:timers/promises';
import { type Exchange, headerOf } from './exchange.js';
import { NotChecked } from './finding.js';
import { type Target, defaultConcurrency, defaultLongestWaitMs } from './target.js';

const mostAttempts = 4;
/** Where no Retry-After says how long to wait: 20, 10 and 5 requests a second, so that a run ends within a minute. */
const mostSteps = 3;

interface Kind {
  method: string;
  /** Whether its credential is a wrong one. */
  isRefusal: boolean;
}

interface Waiting {
  isRefusal: boolean;
  start: () => void;
}

export class Pace {
  readonly #waiting: Waiting[] = [];
  readonly #intervalMs: number;
  #atOnce: number;
  #running = 0;
  #runningRefusals = 0;
  #next = 0;
  #leftToWaitMs: number;
  /** By method, since many providers throttle writes separately. */
  readonly #pausedUntil = new Map<string, number>();
  readonly #exhausted = new Map<string, string>();
  /** Whether pages that look like a proxy's limit are one: after a while, the same request gets another response. */
  #limits: 'unknown' | 'proven' | 'none' = 'unknown';
  /** Each time the provider throttles, half as many requests go out at once: some serve one after the other. */
  #halvings = 0;
  /** Each step halves the pace, where no Retry-After sets it. */
  #steps = 0;

  constructor({ concurrency = defaultConcurrency, rate, longestWaitMs = defaultLongestWaitMs }: Target) {
    this.#atOnce = concurrency;
    this.#intervalMs = rate === undefined ? 0 : 1000 / rate;
    this.#leftToWaitMs = longestWaitMs;
  }

  /** Whether a proxy limits the requests, with a page of its own. */
  get limited(): boolean {
    return this.#limits === 'proven';
  }

  /** Whether the current request is the only one under way. */
  get alone(): boolean {
    return this.#running === 1;
  }

  /** From here on one request at a time. */
  slowDown(): void {
    this.#atOnce = 1;
  }

  /** Does the work once there is room for it, expected refusals first. */
  async inTurn<T extends Exchange>({ method, isRefusal }: Kind, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.#waiting.push({ isRefusal, start });
      this.#startNext();
    });
    try {
      return await this.#patiently(method === 'POST' ? 'POST' : 'others', work);
    } finally {
      this.#running -= 1;
      if (isRefusal) this.#runningRefusals -= 1;
      this.#startNext();
    }
  }

  #startNext(): void {
    const atOnce = Math.max(1, Math.floor(this.#atOnce / 2 ** this.#halvings));
    if (this.#running >= atOnce) return;
    // Many providers hold refusals back: these go first, so as not to be waited for at the end, but leave one place.
    const isFull = this.#runningRefusals >= Math.max(1, atOnce - 1);
    const first = this.#waiting.findIndex(({ isRefusal }) => isRefusal !== isFull);
    const [next] = this.#waiting.splice(Math.max(0, first), 1);
    if (!next) return;
    this.#running += 1;
    if (next.isRefusal) this.#runningRefusals += 1;
    next.start();
  }

  async #patiently<T extends Exchange>(kind: string, work: () => Promise<T>): Promise<T> {
    let refused = false;
    for (let attempt = 1; ; attempt += 1) {
      await this.#untilAllowed(kind);
      const [halvings, steps] = [this.#halvings, this.#steps];
      const answer = await work();
      const wait = this.#limits !== 'none' && isLimitPage(answer) ? backOff(attempt) : waitOf(answer, attempt);
      if (wait === undefined) {
        if (refused && !isLimitPage(answer)) this.#limits = 'proven';
        return answer;
      }
      refused ||= isLimitPage(answer);
      if (attempt === mostAttempts && isLimitPage(answer) && !this.limited) {
        // The page comes every time, so it is the provider's response to this request.
        this.#limits = 'none';
        this.#halvings = this.#steps = 0;
        return answer;
      }
      // Requests that were under way together are refused for one reason.
      if (halvings === this.#halvings) this.#halvings = Math.min(mostSteps, halvings + 1);
      if (steps === this.#steps && headerOf(answer, 'retry-after') === undefined)
        this.#steps = Math.min(mostSteps, steps + 1);
      if (attempt === mostAttempts || wait > this.#leftToWaitMs) {
        const status = `${answer.status}${headerOf(answer, 'retry-after') === undefined ? '' : ` with Retry-After: ${headerOf(answer, 'retry-after') ?? ''}`}`;
        this.#exhausted.set(kind, `the provider throttles (${status}); set --rate or allow more time with --max-wait`);
        if (isLimitPage(answer)) throw new NotChecked(this.#exhausted.get(kind) ?? '');
        return answer;
      }
      const until = Date.now() + wait;
      const paused = Math.max(Date.now(), this.#pausedUntil.get(kind) ?? 0);
      this.#leftToWaitMs -= Math.max(0, until - paused);
      this.#pausedUntil.set(kind, Math.max(until, paused));
    }
  }

  async #untilAllowed(kind: string): Promise<void> {
    for (;;) {
      const exhausted = this.#exhausted.get(kind);
      if (exhausted !== undefined) throw new NotChecked(exhausted);
      const now = Date.now();
      const paused = (this.#pausedUntil.get(kind) ?? 0) - now;
      if (paused > 0) {
        await delay(paused);
        continue;
      }
      const interval = Math.max(this.#intervalMs, this.#steps === 0 ? 0 : 25 * 2 ** this.#steps);
      if (interval === 0) return;
      const turn = Math.max(now, this.#next);
      this.#next = turn + interval;
      if (turn > now) await delay(turn - now);
      return;
    }
  }
}

const backOff = (attempt: number) => 500 * 2 ** attempt;

/**
 * The page of nginx for requests beyond limit_req or limit_conn, without Retry-After. It is nginx's own: for a provider
 * that is gone, nginx sends 502 or 504. A response to HEAD has only its headers.
 */
export const isLimitPage = (answer: Exchange) =>
  answer.status === 503 &&
  headerOf(answer, 'retry-after') === undefined &&
  (answer.sent.method === 'HEAD'
    ? /^text\/html\b/i.test(headerOf(answer, 'content-type') ?? '')
    : answer.body.includes('<h1>503 Service Temporarily Unavailable</h1>'));

/** The wait that the provider asks for, in milliseconds; undefined if it does not throttle. */
function waitOf(answer: Exchange, attempt: number): number | undefined {
  const value = headerOf(answer, 'retry-after');
  if (answer.status !== 429 && !(answer.status === 503 && value !== undefined)) return undefined;
  if (value !== undefined && /^\d+$/.test(value)) return Number(value) * 1000;
  const date = value === undefined ? NaN : Date.parse(value);
  return Number.isNaN(date) ? backOff(attempt) : Math.max(0, date - Date.now());
}

/** A response that only asks to come back later. */
export const isThrottling = (answer: Exchange) => waitOf(answer, 1) !== undefined;
