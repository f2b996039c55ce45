// What the provider needs handed in. Says it without the types of the packages beneath, so that whoever embeds the
// provider need not have them.
import type { Handlers, OtherScheme } from '../../generated/server.js';
import type { SignatureIdentity } from '../identity/identity.js';
import type { Revocations } from '../registry/revocations.js';
import type { Tokens } from '../registry/tokens.js';
import type { RequestContext } from './request-context.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { SchemeHandlers } from './security.js';

export interface RequestLimits {
  /** Requests per minute of one address (IPv6: one /56 network), whoever they are from; 0 for no limit. */
  perAddress: number;
  /** Requests per minute of one user; 0 for no limit. */
  perCaller: number;
  /**
   * Where requests are counted, so that replicas count together: any store of express-rate-limit, such as rate-limit-redis.
   * While it fails or takes longer than a second, each replica counts by itself, as it does without one.
   */
  store?: LimitStore;
}

/** What is used of a `Store` of express-rate-limit. */
export interface LimitStore {
  /** Called once; `windowMs` is a minute. */
  init?(options: { windowMs: number }): void;
  /** Counts a request; `resetTime` is when the counter begins anew. */
  increment(key: string): LimitCount | Promise<LimitCount>;
}

export interface LimitCount {
  totalHits: number;
  resetTime: Date | undefined;
}

/** A live provider throttles reads at about 70 a second; several users may share an address. */
export const defaultLimits: RequestLimits = { perAddress: 16_800, perCaller: 4_200 };

/** Where the contract asks for schemes beside `token` and `signature`, somebody has to answer for them. */
type SchemeOptions = [OtherScheme] extends [never] ? { schemes?: SchemeHandlers } : { schemes: SchemeHandlers };

export type AppOptions = ProviderOptions & SchemeOptions;

interface ProviderOptions {
  handlers: Handlers<RequestContext>;
  tokens: Tokens;
  /** Without it, signed requests are refused. */
  signatures?: SignatureIdentity;
  log: Log;
  /** Throws when requests cannot be served at the moment. */
  assertReady: () => Promise<void>;
  /** Of `POST /authorization/…`, the webhook of clusters that enforce revocations; without them there is none. */
  revocations?: Revocations;
  limits?: RequestLimits;
  /** A proxy in front says in X-Forwarded-For which address a request is from. */
  behindProxy?: boolean;
  /** Refuse a request without the headers that the contract makes mandatory. */
  strict?: boolean;
  /** Bytes that all caches of the provider take together (default: 256 MiB); validated URLs get their share of them. */
  cacheBytes?: number | undefined;
  /** Is told of requests and look-ups, such as what `createMetrics` gives. */
  metrics?: Metrics | undefined;
}
