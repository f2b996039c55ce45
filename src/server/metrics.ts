// What the provider tells of its work as numbers. Every text in here is from a closed list: nothing that a caller sends, no
// user, cluster or address, becomes a label. An implementation of `Metrics` decides how the numbers are kept.
import type { OperationId } from '../../generated/server.js';
import type { ErrorCode } from '../errors.js';
import type { LookUpOptions } from '../registry/look-ups.js';

/** What a request was for: an operation, a health check, or anything else. */
export type RequestTarget = OperationId | 'health' | 'other';

/** What is looked up in an engine. */
export type LookUpKind = 'tokens' | 'signatures' | 'clusters' | 'revocations';

/** What is told of the provider's work. Called often and in the middle of requests: must be quick, and must not throw. */
export interface Metrics {
  /** A request was answered, or given up by its client before there was an answer (status 499). */
  requestEnded(request: { target: RequestTarget; status: number; seconds: number }): void;
  /** A request was refused, or failed; the reason is the code of the error. */
  requestRefused(reason: ErrorCode): void;
  /** A look-up ended, with the time that it waited for its turn. */
  lookUpEnded(lookUp: { kind: LookUpKind; outcome: 'found' | 'missing' | 'failed'; seconds: number }): void;
  /** A certificate was handed out; `isSigned` when it was made for this request. */
  certificateIssued(certificate: { isSigned: boolean }): void;
  /** The authority of a cluster is about to sign; `isOpened` when its files were read for this request. */
  authorityUsed(authority: { clusterId: string; notAfter: Date; isOpened: boolean }): void;
}

/** What `LookUps` calls at the end of each look-up of a kind. */
export function meterLookUps(metrics: Metrics | undefined, kind: LookUpKind): LookUpOptions['onEnd'] {
  return metrics && ((outcome, ms) => metrics.lookUpEnded({ kind, outcome, seconds: ms / 1000 }));
}

/** Knows certificates and authorities again, by their identity as objects. */
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
