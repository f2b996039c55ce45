// The provider's metrics. Every label has values from a closed list: no user, cluster, IP address or other text of a
// caller becomes one. An implementation of `Metrics` decides how the numbers are kept.
import type { OperationId } from '../../generated/server.js';
import type { ErrorCode } from '../errors.js';
import type { LookUpOptions } from '../registry/look-ups.js';

/** The kind of a request: an operation, a health check, or anything else. */
export type RequestTarget = OperationId | 'health' | 'other';

/** The kinds of look-ups in an engine. */
export type LookUpKind = 'tokens' | 'signatures' | 'clusters' | 'revocations';

/**
 * Receives the events of the provider. Called often and in the middle of requests: must be quick, and must not throw.
 */
export interface Metrics {
  /** A request was answered, or its client gave up before the response (status 499). */
  requestEnded(request: { target: RequestTarget; status: number; seconds: number }): void;
  /** A request was refused, or failed; the reason is the code of the error. */
  requestRefused(reason: ErrorCode): void;
  /** A look-up ended; the time includes waiting for its turn. */
  lookUpEnded(lookUp: { kind: LookUpKind; outcome: 'found' | 'missing' | 'failed'; seconds: number }): void;
  /** A certificate was handed out; `isSigned` when it was made for this request. */
  certificateIssued(certificate: { isSigned: boolean }): void;
  /** The authority of a cluster is about to sign; `isOpened` when its files were read for this request. */
  authorityUsed(authority: { clusterId: string; notAfter: Date; isOpened: boolean }): void;
}

/** The callback for `LookUps` at the end of each look-up of a kind. */
export function meterLookUps(metrics: Metrics | undefined, kind: LookUpKind): LookUpOptions['onEnd'] {
  return metrics && ((outcome, ms) => metrics.lookUpEnded({ kind, outcome, seconds: ms / 1000 }));
}

/** Recognises certificates and authorities by their identity as objects. */
export class CertificateMeter {
  readonly #metrics: Metrics | undefined;
  readonly #seen = new WeakSet();

  constructor(metrics: Metrics | undefined) {
    this.#metrics = metrics;
  }

  countAuthority(clusterId: string, authority: { readonly notAfter: Date }): void {
    const { notAfter } = authority;
    this.#metrics?.authorityUsed({ clusterId, notAfter, isOpened: this.#isFirst(authority) });
  }

  countCertificate(certificate: object): void {
    this.#metrics?.certificateIssued({ isSigned: this.#isFirst(certificate) });
  }

  #isFirst(object: object): boolean {
    if (this.#seen.has(object)) return false;
    this.#seen.add(object);
    return true;
  }
}
