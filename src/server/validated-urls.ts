// Caches validated URLs with their operation and its parameters. Nothing else of a request is cached, and no step of
// the pipeline is repeated here.
import type { IncomingMessage } from 'node:http';
import { messageForms } from '../../generated/server.js';
import { ByteCache } from '../cache/byte-cache.js';
import { cacheBytesOf } from '../cache/cache-shares.js';
import type { Match } from './match.js';
import type { ParameterValues } from './read-parameters.js';

// The memory of a URL's entry besides its text.
const matchBytes = 1024;

/** Valid URLs, each with its method; they stay valid, because nothing else was checked. */
export class ValidatedUrls {
  readonly #matches: ByteCache<Match>;

  constructor({ cacheBytes }: { cacheBytes?: number | undefined } = {}) {
    const maximumBytes = cacheBytesOf('validatedUrls', cacheBytes);
    this.#matches = new ByteCache({ maximumBytes, sizeOf: (_match, key) => matchBytes + 2 * key.length });
  }

  /** Undefined also for a request that may have a body, which must be read. */
  find(request: IncomingMessage): Match | undefined {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    return length === undefined && encoding === undefined ? this.#matches.get(keyOf(request)) : undefined;
  }

  remember(request: IncomingMessage, match: Match, parameters: ParameterValues): void {
    const key = keyOf(request);
    const { parameters: forms, body } = messageForms[match.schema.operationId];
    // Header parameters are not in the URL. Credentials are not parameters.
    const looksAtHeaders = forms.some((form) => form.in === 'header' || form.in === 'cookie');
    if (looksAtHeaders || Object.keys(body).length > 0 || key.includes('?')) return;
    this.#matches.set(key, { ...match, parameters });
  }
}

/** Where the provider is mounted in an application, `url` is the part behind the mount point. */
function keyOf(request: IncomingMessage & { originalUrl?: string }): string {
  const { method = '', url = '', originalUrl = url } = request;
  return `${method} ${originalUrl} ${url}`;
}
