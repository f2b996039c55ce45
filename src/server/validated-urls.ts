// Remembers which URLs the validator let through, and what it found out about them: their operation and its parameters.
// Nothing else of a request is remembered, and no step of the pipeline is repeated here.
import type { IncomingMessage } from 'node:http';
import { ByteCache } from '../cache/byte-cache.js';
import { cacheBytesOf } from '../cache/cache-shares.js';
import type { ContractDocument } from '../spec.js';
import type { Match } from './match.js';

// What is known of a URL beside its text.
const matchBytes = 1024;

/** URLs, each with its method, that the validator would let through again, because it looked at nothing else. */
export class ValidatedUrls {
  readonly #matches: ByteCache<Match>;
  readonly #validated = new WeakSet<Match>();
  readonly #looksAtHeaders: boolean;

  constructor({ paths, components }: ContractDocument, { cacheBytes }: { cacheBytes?: number | undefined } = {}) {
    const maximumBytes = cacheBytesOf('validatedUrls', cacheBytes);
    this.#matches = new ByteCache({ maximumBytes, sizeOf: (_match, key) => matchBytes + 2 * key.length });
    // Parameters that are not in the URL. Those that say who calls are no parameters.
    this.#looksAtHeaders = /"in":"(header|cookie)"/.test(JSON.stringify([paths, components['parameters']]));
  }

  /** Undefined for a request that may have a body, too: someone has to read it. */
  find(request: IncomingMessage): Match | undefined {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    return length === undefined && encoding === undefined ? this.#matches.get(keyOf(request)) : undefined;
  }

  /** Whether the match is of a URL that was validated before. */
  has(match: Match): boolean {
    return this.#validated.has(match);
  }

  remember(request: IncomingMessage, match: Match): void {
    const key = keyOf(request);
    if (this.#looksAtHeaders || match.schema.requestBody || key.includes('?')) return;
    this.#validated.add(match);
    this.#matches.set(key, match);
  }
}

/** As the validator sees it; where the provider is mounted in an application, `url` is the part behind the mount point. */
function keyOf(request: IncomingMessage & { originalUrl?: string }): string {
  const { method = '', url = '', originalUrl = url } = request;
  return `${method} ${originalUrl} ${url}`;
}
