// Bounds for the look-ups of any engine: time, concurrency, one look-up for simultaneous equal ones, and `unavailable`
// for an engine that fails. Results are not cached.
import { ClusterCertError, systemErrorCode } from '../errors.js';
import { thisTurn } from '../files/this-turn.js';
import type { AccessKeys } from './access-keys.js';
import type { ClusterRegistry } from './cluster-registry.js';
import type { Revocations } from './revocations.js';
import type { Tokens } from './tokens.js';

export interface LookUpOptions {
  /** Names the engine in errors and metrics, such as `registry`. */
  engine: string;
  /** From the request on, waiting included. */
  deadlineMs?: number;
  /** Look-ups that run at once; others wait for their turn. */
  most?: number;
  /** Called at the end of every look-up, with its duration. */
  onEnd?: ((outcome: 'found' | 'missing' | 'failed', milliseconds: number) => void) | undefined;
}

interface LookUp {
  startedAt: number;
  start: () => void;
  fail: (error: Error) => void;
}

const sweepMs = 250;

export class LookUps {
  readonly #options: Required<Omit<LookUpOptions, 'onEnd'>> & Pick<LookUpOptions, 'onEnd'>;
  readonly #open = new Set<LookUp>();
  readonly #waiting = new Set<LookUp>();
  readonly #equal = new Map<string, Promise<unknown>>();
  #turn: object | undefined;
  #inTurn = new Map<string, Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ deadlineMs = 8_000, most = 256, ...options }: LookUpOptions) {
    this.#options = { deadlineMs, most, ...options };
  }

  /** Shares the result of `look` with all requests for the same key in this turn of the event loop. */
  runOnceInTurn<Found>(key: string, look: () => Promise<Found>): Promise<Found> {
    const turn = thisTurn();
    if (turn !== this.#turn) {
      this.#turn = turn;
      const inTurn = (this.#inTurn = new Map<string, Promise<unknown>>());
      // Keys may be secrets.
      setImmediate(() => inTurn.clear());
    }
    const started = this.#inTurn.get(key) as Promise<Found> | undefined;
    if (started) return started;
    const found = this.run(look);
    this.#inTurn.set(key, found);
    return found;
  }

  /** Shares the result of `look` with all requests for the same key before it ends. */
  runOnce<Found>(key: string, look: () => Promise<Found>): Promise<Found> {
    const running = this.#equal.get(key) as Promise<Found> | undefined;
    if (running) return running;
    const found = this.run(look).finally(() => this.#equal.delete(key));
    this.#equal.set(key, found);
    return found;
  }

  /** The result of `look`. Throws `unavailable` when it does not end in time, or the engine fails. */
  run<Found>(look: () => Promise<Found>): Promise<Found> {
    return new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const end = (outcome: 'found' | 'missing' | 'failed', settle: () => void) => {
        this.#waiting.delete(lookUp);
        this.#open.delete(lookUp);
        this.#startNext();
        this.#options.onEnd?.(outcome, performance.now() - startedAt);
        settle();
      };
      const fail = (error: unknown) => end('failed', () => reject(this.#explain(error)));
      const start = () => {
        this.#open.add(lookUp);
        invoke(look).then(
          (value) => {
            if (this.#open.has(lookUp)) end(value === undefined ? 'missing' : 'found', () => resolve(value));
          },
          (error: unknown) => {
            if (this.#open.has(lookUp)) fail(error);
          },
        );
      };
      const lookUp: LookUp = { startedAt, start, fail };
      if (this.#open.size < this.#options.most) start();
      else this.#waiting.add(lookUp);
      this.#timer ??= setInterval(() => this.#sweep(), sweepMs).unref();
    });
  }

  #startNext(): void {
    const [next] = this.#waiting;
    if (!next || this.#open.size >= this.#options.most) return;
    this.#waiting.delete(next);
    next.start();
  }

  /** One timer for all: look-ups are many, and few take longer than a turn of the event loop. */
  #sweep(): void {
    const late = performance.now() - this.#options.deadlineMs;
    for (const lookUp of [...this.#open, ...this.#waiting]) {
      if (lookUp.startedAt > late) continue;
      lookUp.fail(new ClusterCertError('unavailable', `the ${this.#options.engine} does not answer in time`));
    }
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #explain(error: unknown): Error {
    if (error instanceof ClusterCertError) return error;
    if (isMistake(error)) return error;
    return new ClusterCertError('unavailable', `the ${this.#options.engine} fails`, { cause: error });
  }
}

async function invoke<Found>(look: () => Promise<Found>): Promise<Found> {
  return look();
}

/** A bug in the engine, which waiting does not repair. The `TypeError` of a failed fetch has a cause. */
function isMistake(error: unknown): error is Error {
  const mistakes = [TypeError, ReferenceError, RangeError, SyntaxError, URIError];
  const isOne = mistakes.some((kind) => error instanceof kind) && systemErrorCode(error) === '';
  return isOne && (error as Error).cause === undefined;
}

/** Runs a look-up within bounds, or shares an equal one: of a local engine one of this turn, of others a running one. */
type Bounded = <Found>(key: string, look: () => Promise<Found>) => Promise<Found>;

function boundsOf({ isLocal }: { readonly isLocal?: boolean }, options: LookUpOptions): Bounded {
  const lookUps = new LookUps(options);
  return isLocal === true ? (key, look) => lookUps.runOnceInTurn(key, look) : (key, look) => lookUps.runOnce(key, look);
}

/** Tokens within bounds. */
export function boundTokens(tokens: Tokens, onEnd?: LookUpOptions['onEnd']): Tokens {
  const run = boundsOf(tokens, { engine: 'identity', onEnd });
  return { findByToken: (token) => run(token, () => tokens.findByToken(token)) };
}

/** Access keys within bounds. */
export function boundAccessKeys(keys: AccessKeys): AccessKeys {
  const run = boundsOf(keys, { engine: 'store of access keys' });
  return { findAccessKey: (id) => run(id, () => keys.findAccessKey(id)) };
}

/** Revocations within bounds. */
export function boundRevocations(revocations: Revocations, onEnd?: LookUpOptions['onEnd']): Revocations {
  const run = boundsOf(revocations, { engine: 'store of revocations', onEnd });
  return { listRevocations: (id) => run(id, () => revocations.listRevocations(id)) };
}

/** Clusters within bounds. */
export function boundClusters(clusters: ClusterRegistry, onEnd?: LookUpOptions['onEnd']): ClusterRegistry {
  const run = boundsOf(clusters, { engine: 'registry', onEnd });
  return {
    find: (projectId, clusterId) => run(`find ${projectId} ${clusterId}`, () => clusters.find(projectId, clusterId)),
    findRecord: (projectId, clusterId) =>
      run(`record ${projectId} ${clusterId}`, () => clusters.findRecord(projectId, clusterId)),
    listRecords: (projectId) => run(`list ${projectId}`, () => clusters.listRecords(projectId)),
    assertReady: () => run('ready', () => clusters.assertReady()),
  };
}
