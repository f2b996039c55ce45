// `serve --metrics-address`: metrics for Prometheus, on a port of their own.
import { type Log, createMetrics, listenForMetrics } from '../server/index.js';
import { optional } from './options.js';
import { hostAndPort } from './readers.js';

export const metricsOptions = {
  'metrics-address': optional({
    placeholder: '[HOST:]PORT',
    help: 'serve metrics for Prometheus here, at /metrics, without TLS and credentials; HOST is 127.0.0.1 if left out',
    read: hostAndPort,
  }),
};

/** Starts the server of `--metrics-address`; undefined without it. */
export async function startMetrics(address: { host: string; port: number } | undefined, log: Log) {
  if (!address) return undefined;
  const metrics = await createMetrics();
  const { url, close } = await listenForMetrics(metrics, { ...address, log });
  return { metrics, url, close };
}
