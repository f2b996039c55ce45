// Reports each request to the metrics at its end.
import type { IncomingMessage } from 'node:http';
import { isHealthCheck } from './health.js';
import type { LocalsResponse } from './locals.js';
import type { Metrics } from './metrics.js';
import { statusOf } from './request-log.js';

/** Call it when a request arrives. */
export function meterRequest(metrics: Metrics, request: IncomingMessage, response: LocalsResponse): void {
  const startedAt = performance.now();
  // Express changes the URL.
  const isHealth = isHealthCheck(request);
  response.once('close', () => {
    metrics.requestEnded({
      target: response.locals.operationId ?? (isHealth ? 'health' : 'other'),
      status: statusOf(response),
      seconds: (performance.now() - startedAt) / 1000,
    });
  });
}
