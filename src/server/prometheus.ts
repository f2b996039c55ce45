// The provider's metrics in the form that Prometheus reads. The number of series is bounded by the contract's operations, the
// statuses and the error codes.
import { LRUCache } from 'lru-cache';
import type { Registry } from 'prom-client';
import { loadContract } from '../spec.js';
import type { Metrics } from './metrics.js';

/** Metrics that can be scraped. */
export interface PrometheusMetrics extends Metrics {
  /** The Content-Type of `scrape`. */
  readonly contentType: string;
  /** All metrics in Prometheus' text format. */
  scrape(): Promise<string>;
}

// The smallest is below the time of a known request; 10 ms is the least time of a refusal, 8 s the bound of a look-up.
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const lookUpBuckets = [0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 8];

const activeMs = 24 * 60 * 60 * 1000;
// Some 150 bytes each.
const mostActive = 100_000;

/**
 * Makes metrics for `createApp`, `createHandlers` and `listen`.
 *
 * @example
 * import { createHandlers, createMetrics, openData } from 'cce-clustercert/server';
 *
 * const metrics = await createMetrics();
 * const { clusters } = await openData('/var/lib/clustercert');
 * export const handlers = createHandlers({ clusters, metrics });
 */
export async function createMetrics(): Promise<PrometheusMetrics> {
  // Most providers start without metrics.
  const { default: client } = await import('prom-client');
  const registry = new client.Registry();
  client.collectDefaultMetrics({ register: registry });
  const about = new client.Gauge({
    name: 'clustercert_build_info',
    help: 'The version of the provider and of Node; always 1.',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  // The package's version follows the contract's.
  about.set({ version: loadContract().info.version, node: process.version }, 1);
  return {
    contentType: registry.contentType,
    scrape: () => registry.metrics(),
    ...countRequests(client, registry),
    ...countLookUps(client, registry),
    ...countCertificates(client, registry),
  };
}

type Client = typeof import('prom-client');

function countRequests({ Counter, Histogram }: Client, registry: Registry) {
  const registers = [registry];
  const requests = new Counter({
    name: 'clustercert_requests_total',
    help: 'Requests by operation and status; 499 where the client gave up before there was an answer.',
    labelNames: ['operation', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'clustercert_request_duration_seconds',
    help: 'From the head of a request to the end of its answer.',
    labelNames: ['operation'],
    buckets: requestBuckets,
    registers,
  });
  const refusals = new Counter({
    name: 'clustercert_refusals_total',
    help: 'Requests that were refused or failed, by the code of the error.',
    labelNames: ['reason'],
    registers,
  });
  return {
    requestEnded: ({ target: operation, status, seconds }) => {
      requests.inc({ operation, status });
      durations.observe({ operation }, seconds);
    },
    requestRefused: (reason) => refusals.inc({ reason }),
  } satisfies Partial<Metrics>;
}

function countLookUps({ Histogram }: Client, registry: Registry) {
  const lookUps = new Histogram({
    name: 'clustercert_look_up_duration_seconds',
    help: 'Look-ups of tokens, signatures, clusters and revocations by outcome, waiting included.',
    labelNames: ['kind', 'outcome'],
    buckets: lookUpBuckets,
    registers: [registry],
  });
  return {
    lookUpEnded: ({ kind, outcome, seconds }) => lookUps.observe({ kind, outcome }, seconds),
  } satisfies Partial<Metrics>;
}

function countCertificates({ Counter, Gauge }: Client, registry: Registry) {
  const registers = [registry];
  const issued = new Counter({
    name: 'clustercert_certificates_issued_total',
    help: 'Certificates handed out: signed for the request, or the one that the caller had before (reused).',
    labelNames: ['made'],
    registers,
  });
  const opened = new Counter({
    name: 'clustercert_authorities_opened_total',
    help: 'Certificate authorities whose files were read: new ones, changed ones, and those that left the cache.',
    registers,
  });
  // A removed cluster must not be reported for ever.
  const ends = new LRUCache<string, Date>({ max: mostActive, ttl: activeMs, ttlResolution: 1000 });
  new Gauge({
    name: 'clustercert_active_authorities',
    help: 'Certificate authorities of clusters that certificates were asked for within a day.',
    registers,
    collect() {
      ends.purgeStale();
      this.set(ends.size);
    },
  });
  new Gauge({
    name: 'clustercert_authority_soonest_end_timestamp_seconds',
    help: 'When the first of the active certificate authorities ends, in seconds since 1970; not there without one.',
    registers,
    collect() {
      // Without labels, a reset alone would report 1970.
      this.reset();
      this.remove();
      let soonest = Infinity;
      for (const end of ends.values()) soonest = Math.min(soonest, end.getTime());
      if (soonest < Infinity) this.set(soonest / 1000);
    },
  });
  return {
    certificateIssued: ({ isSigned }) => issued.inc({ made: isSigned ? 'signed' : 'reused' }),
    authorityUsed: ({ clusterId, notAfter, isOpened }) => {
      if (isOpened) opened.inc();
      ends.set(clusterId, notAfter);
    },
  } satisfies Partial<Metrics>;
}
