// The options of the provider, without types of the packages beneath, so that embedders need not have those.
import type { Handlers, OtherScheme } from '../../generated/server.js';
import type { SignatureIdentity } from '../identity/identity.js';
import type { Revocations } from '../registry/revocations.js';
import type { Tokens } from '../registry/tokens.js';
import type { RequestContext } from './request-context.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { SchemeHandlers } from './security.js';

export interface RequestLimits {
  /** Requests per minute of one IP address (IPv6: one /56 network), from all its users; 0 for no limit. */
  perAddress: number;
  /** Requests per minute of one user; 0 for no limit. */
  perCaller: number;
  /**
   * The store of counters, so that replicas count together: any of express-rate-limit, such as rate-limit-redis. While
   * it fails or takes longer than a second, each replica counts by itself, as without one.
   */
  store?: LimitStore;
}

/** The methods in use of express-rate-limit's `Store`. */
export interface LimitStore {
  /** Called once; `windowMs` is a minute. */
  init?(options: { windowMs: number }): void;
  /** Counts a request; the counter starts again at `resetTime`. */
  increment(key: string): LimitCount | Promise<LimitCount>;
}

export interface LimitCount {
  totalHits: number;
  resetTime: Date | undefined;
}

/** A live provider throttles reads at about 70 a second; several users may share an IP address. */
export const defaultLimits: RequestLimits = { perAddress: 16_800, perCaller: 4_200 };

/** Handlers of security schemes other than `token` and `signature`, required if the contract has any. */
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
  /** For `POST /authorization/…`, the webhook of clusters that enforce revocations; without them there is none. */
  revocations?: Revocations;
  limits?: RequestLimits;
  /** Take the client's IP address from the X-Forwarded-For of a proxy in front. */
  behindProxy?: boolean;
  /** Refuse a request without the headers that the contract requires. */
  strict?: boolean;
  /** Bytes of all caches of the provider together (default: 256 MiB), from which validated URLs get their share. */
  cacheBytes?: number | undefined;
  /** Receives requests and look-ups, such as the result of `createMetrics`. */
  metrics?: Metrics | undefined;
}
