// One request and its response, byte by byte: faults in the framing are kept rather than repaired.
import {
  type Agent,
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { systemErrorCode } from '../errors.js';
import { type Route, socketThrough } from './route.js';
import { tlsProblem } from './tls-problem.js';

export interface SentRequest {
  method: string;
  /** As sent, without normalisation. */
  path: string;
  headers: Record<string, string>;
  body?: string;
  chunked?: boolean;
}

/** `unreachable`: there was no connection. `tls`: no secure one. `malformed`: the response is not HTTP. */
export type FailureKind = 'unreachable' | 'tls' | 'timeout' | 'reset' | 'cut off' | 'malformed' | 'too large';

export interface Exchange {
  sent: SentRequest;
  /** 0 without a response. */
  status: number;
  /** The reason phrase. */
  reason: string;
  headers: [name: string, value: string][];
  /**
   * Decoded by Content-Encoding.
   * @internal
   */
  body: Buffer;
  failure?: { kind: FailureKind; detail: string };
  /** Bytes after the end of the response. */
  surplus: number;
  /** The duration, connection included. */
  durationMs: number;
  /** When it was there, in milliseconds since 1970. */
  endedAt: number;
}

/** More than a hundred times the size of a response. */
const mostBytes = 1024 * 1024;
// How long to wait for further bytes after the response; later ones are not seen.
const lingerMs = 10;

/** The route to the provider. */
export interface Way extends Route {
  endpoint: string;
  timeoutMs: number;
  /**
   * Keeps connections; without one each request has a connection of its own.
   * @internal
   */
  agent?: Agent;
}

/** Sends a request and resolves in any case. */
export async function exchange(way: Way, sent: SentRequest): Promise<Exchange> {
  const started = performance.now();
  const result: Exchange = {
    sent,
    status: 0,
    reason: '',
    headers: [],
    body: Buffer.alloc(0),
    surplus: 0,
    durationMs: 0,
    endedAt: 0,
  };
  const fail = (kind: FailureKind, detail: string) => {
    result.failure ??= { kind, detail };
  };
  const state = { connected: false, underWay: undefined as ClientRequest | undefined };
  const timer = setTimeout(() => {
    fail('timeout', `${result.status === 0 ? 'no answer' : 'the body had not ended'} after ${way.timeoutMs} ms`);
    state.underWay?.destroy();
  }, way.timeoutMs);
  try {
    await converse(way, result, { state, fail });
  } catch (error) {
    fail(...reasonFor(error, state.connected));
  } finally {
    clearTimeout(timer);
    result.durationMs = Math.round(performance.now() - started);
    result.endedAt = Date.now();
  }
  return result;
}

interface Talk {
  state: {
    connected: boolean;
    /** Ends the request when the time is over; cheaper than a signal for each request. */
    underWay: ClientRequest | undefined;
  };
  fail: (kind: FailureKind, detail: string) => void;
}

async function converse(way: Way, result: Exchange, { state, fail }: Talk): Promise<void> {
  const raw: Buffer[] = [];
  const outgoing = await requestFor(way, result.sent, (tunnel) => (state.underWay = tunnel));
  state.underWay = outgoing;
  const closed = new Promise<void>((resolve) => {
    outgoing.on('socket', (socket) => {
      if (way.agent || way.proxy !== undefined) state.connected = !socket.connecting;
      socket.on('connect', () => (state.connected = !('encrypted' in socket) || state.connected));
      socket.on('secureConnect', () => (state.connected = true));
      socket.on('data', (bytes: Buffer) => raw.push(bytes));
      socket.on('close', () => resolve());
    });
    outgoing.on('error', () => setImmediate(resolve));
  });
  try {
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.on('response', resolve).on('error', reject);
      outgoing.on('upgrade', () => reject(new Error('the connection was upgraded')));
      outgoing.end(result.sent.body);
    });
    result.status = incoming.statusCode ?? 0;
    result.reason = incoming.statusMessage ?? '';
    result.headers = pairs(incoming.rawHeaders);
    result.body = await readBody(incoming, fail);
    outgoing.on('error', () => undefined);
    if (!way.agent) {
      await Promise.race([closed, delay(lingerMs)]);
      result.surplus = surplusOf(Buffer.concat(raw), result);
    }
    result.body = decode(result, fail);
  } finally {
    if (!way.agent) outgoing.destroy();
  }
}

async function requestFor(way: Way, sent: SentRequest, onTunnel: (asking: ClientRequest) => void) {
  const base = addressOf(way.endpoint);
  const secure = base.protocol === 'https:';
  const path = base.pathname.replace(/\/$/, '') + sent.path;
  const plainProxy = way.proxy !== undefined && !secure ? new URL(way.proxy) : undefined;
  const tunnel = way.proxy !== undefined && secure ? await socketThrough(way.proxy, base, onTunnel) : undefined;
  const to = plainProxy ?? base;
  const send = secure ? httpsRequest : httpRequest;
  return send({
    host: to.hostname.replace(/^\[|\]$/g, ''),
    port: to.port,
    method: sent.method,
    path: plainProxy ? base.origin + path : path,
    headers: {
      Host: base.host,
      ...sent.headers,
      ...(sent.body !== undefined &&
        (sent.chunked
          ? { 'Transfer-Encoding': 'chunked' }
          : { 'Content-Length': String(Buffer.byteLength(sent.body)) })),
      ...proxyCredentials(plainProxy),
      ...(!way.agent && { Connection: 'close' }),
    },
    ...(secure && { servername: isAddress(base.hostname) ? '' : base.hostname, ...way.tls }),
    // Node uses createConnection only without an agent.
    ...(tunnel
      ? { createConnection: () => tunnel(way.tls) }
      : { agent: way.agent ?? (secure ? forgetful.https : forgetful.http) }),
  });
}

/** Of the last run: all its requests go to one. */
let last: { endpoint: string; address: URL } | undefined;

function addressOf(endpoint: string): URL {
  if (last?.endpoint !== endpoint) last = { endpoint, address: new URL(endpoint) };
  return last.address;
}

/** One for all costs less than one for each request; both keep nothing. */
const forgetful = {
  http: new HttpAgent({ keepAlive: false }),
  https: new HttpsAgent({ keepAlive: false, maxCachedSessions: 0 }),
};

const isAddress = (host: string) => host.startsWith('[') || /^[\d.]+$/.test(host);

function proxyCredentials(proxy: URL | undefined): Record<string, string> {
  if (!proxy || proxy.username === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** The value of a header; undefined where it is missing. */
export function headerOf({ headers }: Exchange, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function pairs(flat: string[]): [string, string][] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ''] satisfies [string, string]] : []));
}

function readBody(incoming: IncomingMessage, fail: (kind: FailureKind, detail: string) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    const end = () => resolve(Buffer.concat(chunks));
    incoming.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= mostBytes) return;
      fail('too large', `more than ${mostBytes} bytes`);
      incoming.destroy();
    });
    incoming.on('end', end).on('close', end);
    incoming.on('error', (error) => {
      const code = systemErrorCode(error);
      if (code.startsWith('HPE_')) fail('malformed', `the body breaks HTTP's framing (${code})`);
      else fail('cut off', `the connection ended after ${size} bytes of the body (${code})`);
    });
  });
}

function reasonFor(error: unknown, connected: boolean): [FailureKind, string] {
  const code = systemErrorCode(error);
  const { message } = error as Error;
  if (code.startsWith('HPE_')) return ['malformed', `the answer is not HTTP/1.1 (${code})`];
  const tls = tlsProblem(code, message);
  if (tls !== undefined) return ['tls', tls];
  if (!connected) return ['unreachable', code === '' ? message : `${code}: ${message}`];
  return ['reset', `the connection ended without an answer (${code || message})`];
}

function surplusOf(raw: Buffer, { sent, status, headers, failure }: Exchange): number {
  if (failure) return 0;
  let body = raw;
  // Interim responses (1xx) come before the final one.
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
