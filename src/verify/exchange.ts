// One request and what came back, byte by byte: faults in the framing are kept rather than repaired.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { systemErrorCode } from '../errors.js';

export interface SentRequest {
  method: string;
  /** As it goes over the wire: nothing is normalised. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** `unreachable`: there was no connection. `malformed`: what came is not HTTP. */
export type FailureKind = 'unreachable' | 'timeout' | 'reset' | 'cut off' | 'malformed' | 'too large';

export interface Exchange {
  sent: SentRequest;
  /** 0 where there was no answer. */
  status: number;
  /** The text beside the status. */
  reason: string;
  headers: [name: string, value: string][];
  /** Decoded by Content-Encoding. */
  body: Buffer;
  failure?: { kind: FailureKind; detail: string };
  /** Bytes that came after the end of the answer. */
  surplus: number;
}

/** More than a hundred times what an answer has. */
export const mostBytes = 1024 * 1024;
// How long a connection may take to close after the answer; later bytes are not seen.
const lingerMs = 10;

/** Sends over a connection of its own and resolves in any case. */
export async function exchange(endpoint: string, sent: SentRequest, timeoutMs: number): Promise<Exchange> {
  const raw: Buffer[] = [];
  const result: Exchange = { sent, status: 0, reason: '', headers: [], body: Buffer.alloc(0), surplus: 0 };
  const fail = (kind: FailureKind, detail: string) => {
    result.failure ??= { kind, detail };
  };
  const base = new URL(endpoint);
  const send = base.protocol === 'https:' ? httpsRequest : httpRequest;
  const bodyHeaders = sent.body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(sent.body)) };
  const outgoing = send({
    host: base.hostname.replace(/^\[|\]$/g, ''),
    port: base.port,
    method: sent.method,
    path: base.pathname.replace(/\/$/, '') + sent.path,
    headers: { Host: base.host, ...sent.headers, ...bodyHeaders, Connection: 'close' },
    agent: false,
  });
  let connected = false;
  const closed = new Promise<void>((resolve) => {
    outgoing.on('socket', (socket) => {
      socket.on('connect', () => (connected = base.protocol === 'http:' || connected));
      socket.on('secureConnect', () => (connected = true));
      socket.on('data', (bytes: Buffer) => raw.push(bytes));
      socket.on('close', () => resolve());
    });
    outgoing.on('error', () => setImmediate(resolve));
  });
  const timer = setTimeout(() => {
    fail('timeout', `${result.status === 0 ? 'no answer' : 'the body had not ended'} after ${timeoutMs} ms`);
    outgoing.destroy();
  }, timeoutMs);
  try {
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.on('response', resolve).on('error', reject);
      outgoing.on('upgrade', () => reject(new Error('the connection was upgraded')));
      outgoing.end(sent.body);
    });
    result.status = incoming.statusCode ?? 0;
    result.reason = incoming.statusMessage ?? '';
    result.headers = pairs(incoming.rawHeaders);
    result.body = await readBody(incoming, fail);
    outgoing.on('error', () => undefined);
    await Promise.race([closed, delay(lingerMs)]);
    result.surplus = surplusOf(Buffer.concat(raw), result);
    result.body = decode(result, fail);
  } catch (error) {
    fail(...reasonFor(error, connected));
  } finally {
    clearTimeout(timer);
    outgoing.destroy();
  }
  return result;
}

/** The value of a header; undefined where it is missing. */
export function headerOf({ headers }: Exchange, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function pairs(flat: string[]): [string, string][] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ''] satisfies [string, string]] : []));
}

async function readBody(incoming: IncomingMessage, fail: (kind: FailureKind, detail: string) => void) {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > mostBytes) {
        fail('too large', `more than ${mostBytes} bytes`);
        incoming.destroy();
        break;
      }
    }
  } catch (error) {
    const code = systemErrorCode(error);
    if (code.startsWith('HPE_')) fail('malformed', `the body breaks HTTP's framing (${code})`);
    else fail('cut off', `the connection ended after ${size} bytes of the body (${code})`);
  }
  return Buffer.concat(chunks);
}

function reasonFor(error: unknown, connected: boolean): [FailureKind, string] {
  const code = systemErrorCode(error);
  const { message } = error as Error;
  if (code.startsWith('HPE_')) return ['malformed', `the answer is not HTTP (${code})`];
  if (!connected) return ['unreachable', code === '' ? message : `${code}: ${message}`];
  return ['reset', `the connection ended without an answer (${code || message})`];
}

function surplusOf(raw: Buffer, { sent, status, headers, failure }: Exchange): number {
  if (failure) return 0;
  let body = raw;
  // Interim answers (1xx) come before the one that counts.
  for (let interim = true; interim;) {
    const end = body.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    interim = / 1\d\d/.test(body.toString('latin1', 0, 12));
    body = body.subarray(end + 4);
  }
  if (sent.method === 'HEAD' || status === 204 || status === 304) return body.length;
  const value = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1];
  if (/chunked\s*$/i.test(value('transfer-encoding') ?? '')) return surplusOfChunks(body);
  const length = value('content-length');
  return length === undefined ? 0 : body.length - Number(length);
}

/** Bytes after the last chunk and its trailer (RFC 9112, section 7.1). */
function surplusOfChunks(body: Buffer): number {
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    if (lineEnd < 0) return 0;
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) return 0;
    if (size === 0) break;
    at = lineEnd + 2 + size + 2;
  }
  const end = body.indexOf('\r\n\r\n', at);
  return end < 0 ? 0 : body.length - (end + 4);
}

function decode({ headers, body }: Exchange, fail: (kind: FailureKind, detail: string) => void): Buffer {
  const encoding = headers
    .find(([key]) => key.toLowerCase() === 'content-encoding')?.[1]
    ?.toLowerCase()
    .trim();
  if (encoding === undefined || encoding === 'identity' || body.length === 0) return body;
  const decoders: Record<string, typeof gunzipSync> = {
    gzip: gunzipSync,
    'x-gzip': gunzipSync,
    deflate: inflateSync,
    br: brotliDecompressSync,
  };
  try {
    const decoder = decoders[encoding];
    if (decoder) return decoder(body, { maxOutputLength: mostBytes });
    fail('malformed', `Content-Encoding '${encoding}', which the request did not ask for`);
  } catch (error) {
    fail('malformed', `the body is not ${encoding}, as Content-Encoding says (${systemErrorCode(error)})`);
  }
  return body;
}
