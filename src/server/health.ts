// The two health checks. They need no credentials, count towards no limit and pass no validator.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClusterCertError } from '../errors.js';

/** Whether a request is a health check; other methods on these paths are unknown. */
export function isHealthCheck({ method, url = '' }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && /^\/(healthz|readyz)(\?|$)/.test(url);
}

export class Health {
  readonly #assertReady: () => Promise<void>;
  #wasReady = false;
  #looking: Promise<unknown> | undefined;
  /** Why this replica can no longer serve, even if others can. */
  #misfit: ClusterCertError | undefined;
  #isDraining = false;

  /** `assertReady` throws when requests cannot be served at the moment. */
  constructor(assertReady: () => Promise<void>) {
    this.#assertReady = assertReady;
  }

  /** From now on, the provider is not ready. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Answers a health check; throws `unavailable` where the provider is not ready. */
  async answer({ url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url.startsWith('/readyz')) await this.#check();
    const bytes = Buffer.from(JSON.stringify({ status: 'ok' }));
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Content-Length', bytes.length);
    response.end(bytes);
  }

  /**
   * Once ready, a replica stays ready while a dependency of all replicas fails: taking all of them out of service would
   * replace clear errors, and responses that do not need it, by none at all. Data that this replica no longer fits are
   * different. One check finds them and the next one reports them: no check waits for an engine.
   */
  async #check(): Promise<void> {
    if (this.#isDraining) throw new ClusterCertError('unavailable', 'not ready: draining');
    if (!this.#wasReady) return this.#look();
    const misfit = this.#misfit;
    this.#looking ??= this.#look()
      .catch(() => undefined)
      .finally(() => (this.#looking = undefined));
    if (misfit !== undefined) throw new ClusterCertError('unavailable', 'not ready', { cause: misfit });
  }

  async #look(): Promise<void> {
    try {
      await this.#assertReady();
      this.#misfit = undefined;
      this.#wasReady = true;
    } catch (cause) {
      if (cause instanceof ClusterCertError && cause.code === 'data_unreadable') this.#misfit = cause;
      throw new ClusterCertError('unavailable', 'not ready', { cause });
    }
  }
}
