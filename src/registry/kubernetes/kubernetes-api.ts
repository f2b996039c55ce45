// Reads from the API server of a management cluster. Whatever the server does, a call ends within its time-out.
import { request } from 'undici';
import { ClusterCertError, firstLine } from '../../errors.js';
import { Credentials, type KubernetesConnection } from './connection.js';

export type Json = Readonly<Record<string, unknown>>;

export interface KubernetesResponse {
  /** 200, 404 or 410. */
  readonly status: number;
  readonly body: Json;
}

// Below the eight seconds of a look-up, so that a silent connection costs one call, not the whole look-up.
const defaultTimeoutMs = 3_000;
const answers = [200, 404, 410];

export class KubernetesApi {
  readonly #server: string;
  readonly #timeoutMs: number;
  readonly #credentials: Credentials;

  constructor(connection: KubernetesConnection, { timeoutMs = defaultTimeoutMs }: { timeoutMs?: number } = {}) {
    this.#server = connection.server.replace(/\/+$/, '');
    this.#timeoutMs = timeoutMs;
    this.#credentials = new Credentials(connection, { timeoutMs });
  }

  /** The object at a path. Throws `unavailable` when the server does not respond, or with another status. */
  async get(path: string, query: Readonly<Record<string, string>> = {}): Promise<KubernetesResponse> {
    const search = new URLSearchParams(query).toString();
    const url = `${this.#server}${path}${search === '' ? '' : `?${search}`}`;
    const first = await this.#call(url, {});
    // The token may have been renewed since it was read.
    const { status, retryAfter, body } = first.status === 401 ? await this.#call(url, { isRefused: true }) : first;
    if (answers.includes(status)) return { status, body };
    const seconds = /^\d{1,4}$/.test(retryAfter) ? Number(retryAfter) : undefined;
    const said = typeof body['message'] === 'string' ? `: ${firstLine(body).slice(0, 300)}` : '';
    throw new ClusterCertError('unavailable', `the management cluster answers ${path} with status ${status}${said}`, {
      ...(seconds !== undefined && { retryAfterSeconds: seconds }),
    });
  }

  /** Ends connections. */
  close(): Promise<void> {
    return this.#credentials.close();
  }

  async #call(url: string, options: { isRefused?: boolean }) {
    const { dispatcher, headers } = await this.#credentials.get(options);
    try {
      const signal = AbortSignal.timeout(this.#timeoutMs);
      const { statusCode, headers: received, body } = await request(url, { dispatcher, headers, signal });
      const retryAfter = String(received['retry-after'] ?? '');
      return { status: statusCode, retryAfter, body: parse(await body.text(), statusCode) };
    } catch (cause) {
      if (cause instanceof ClusterCertError) throw cause;
      throw new ClusterCertError('unavailable', `the management cluster does not answer: ${firstLine(cause)}`, {
        cause,
      });
    }
  }
}

/** For a path that it does not serve, the API server responds in plain text. */
function parse(text: string, status: number): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Reported below.
  }
  if (status !== 200) return {};
  throw new ClusterCertError('unavailable', 'the management cluster answers with something other than a JSON object');
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object in a field; an empty one where there is none. */
export function objectIn(parent: Json, field: string): Json {
  const value = parent[field];
  return isObject(value) ? value : {};
}

/** The text in a field; '' where there is none. */
export function textIn(parent: Json, field: string): string {
  const value = parent[field];
  return typeof value === 'string' ? value : '';
}
