// The connection to the API server of a management cluster. Files are read again while the provider runs, because
// service account tokens and certificates are renewed in place. Callers find the settings.
import { readFile } from 'node:fs/promises';
import { Agent, type Dispatcher } from 'undici';
import { ClusterCertError, firstLine } from '../../errors.js';

/** A text, or the file that contains it. */
export type Source = { readonly text: string } | { readonly file: string };

export interface KubernetesConnection {
  /** URL of the API server. */
  readonly server: string;
  /** The CA certificates of its certificate in PEM; without them the system's. */
  readonly authority?: Source | undefined;
  /** The client certificate and its key in PEM. */
  readonly certificate?: Source | undefined;
  readonly key?: Source | undefined;
  /** A bearer token. */
  readonly token?: Source | undefined;
  /** The name in the server's certificate, where it is not that of the URL. */
  readonly serverName?: string | undefined;
}

/** The credentials of one call. */
export interface Access {
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

/** A page of 500 clusters, each with the fields of its controllers. */
const maximumBytes = 64 * 1024 * 1024;
const connections = 16;
// Kubernetes renews a token when a fifth of its lifetime is left, which is usually an hour.
const readAgainMs = 10_000;

/** The credentials of a connection as they are now. */
export class Credentials {
  readonly #connection: KubernetesConnection;
  readonly #timeoutMs: number;
  #access: Promise<Access> | undefined;
  #readAt = -Infinity;
  #agent: { settings: string; agent: Agent } | undefined;

  constructor(connection: KubernetesConnection, { timeoutMs }: { timeoutMs: number }) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
  }

  /** Throws `unavailable` when a file cannot be read. With `isRefused`, files are read again at once. */
  get({ isRefused = false } = {}): Promise<Access> {
    const isOld = performance.now() - this.#readAt > readAgainMs;
    if (this.#access && !isOld && !isRefused) return this.#access;
    this.#readAt = performance.now();
    this.#access = this.#read();
    this.#access.catch(() => (this.#readAt = -Infinity));
    return this.#access;
  }

  async close(): Promise<void> {
    await this.#agent?.agent.destroy();
  }

  async #read(): Promise<Access> {
    const { authority, certificate, key, token, serverName } = this.#connection;
    const [ca, cert, privateKey, bearer] = await Promise.all([authority, certificate, key, token].map(read));
    const connect = {
      timeout: this.#timeoutMs,
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(privateKey !== undefined && { key: privateKey }),
      ...(serverName !== undefined && { servername: serverName }),
    };
    const headers = { Accept: 'application/json', ...(bearer && { Authorization: `Bearer ${bearer.trim()}` }) };
    return { dispatcher: this.#agentFor(connect), headers };
  }

  #agentFor(connect: object): Agent {
    const settings = JSON.stringify(connect);
    if (this.#agent?.settings === settings) return this.#agent.agent;
    // Calls over the old connections end first.
    void this.#agent?.agent.close();
    const agent = new Agent({ connections, maxResponseSize: maximumBytes, connect });
    this.#agent = { settings, agent };
    return agent;
  }
}

async function read(source: Source | undefined): Promise<string | undefined> {
  if (source === undefined || 'text' in source) return source?.text;
  try {
    return await readFile(source.file, 'utf8');
  } catch (cause) {
    throw new ClusterCertError('unavailable', `'${source.file}' cannot be read: ${firstLine(cause)}`, { cause });
  }
}
