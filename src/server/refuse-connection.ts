// Responds on the bare connection to requests that never reach the application: refused by the parser, late, or
// CONNECT.
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ClusterCertError, type ErrorCode } from '../errors.js';
import { toErrorResponse } from './error-response.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { logRefusal } from './request-log.js';

/** Log and metrics. */
interface Reports {
  log: Log | undefined;
  metrics: Metrics | undefined;
}

/** Responds on a connection whose bytes are no request, and ends it. */
export function refuseBytes(error: NodeJS.ErrnoException, socket: Socket, reports: Reports): void {
  // The client is gone, so nothing is sent or logged.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  refuse(socket, codeOf(error), reports);
}

/** Answers a request for a tunnel. */
export function refuseTunnel(request: IncomingMessage, socket: Duplex, reports: Reports): void {
  refuse(socket, 'method_not_allowed', { ...reports, request });
}

function codeOf({ code }: NodeJS.ErrnoException): ErrorCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers_too_large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request_timeout';
  return 'invalid_argument';
}

function refuse(
  socket: Duplex,
  code: ErrorCode,
  { log, metrics, request }: Reports & { request?: IncomingMessage },
): void {
  metrics?.requestRefused(code);
  const { status, body } = toErrorResponse(new ClusterCertError(code, ''));
  const requestId = randomUUID();
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${requestId}`,
  ];
  const ip = 'remoteAddress' in socket ? String(socket.remoteAddress) : '';
  if (log) logRefusal(log, { requestId, status, ip, ...(request && { request }) });
  // Even if the client does not close its side.
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}
