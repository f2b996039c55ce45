// The client of the contract: openapi-fetch with the address and the credentials filled in once. All else that a client
// may do (signing, renewing, retrying) is handed in, so that programs without it do not carry it. The only file that
// knows openapi-fetch. To leave it: write `GET` and the other methods over `Fetch` (path, query, body, reading the
// answer), and `use` and `eject` if middleware is to stay; the generated functions need no more than `ContractClient`.
import type { Client } from 'openapi-fetch';
import createFetchClient, { defaultPathSerializer } from 'openapi-fetch';
import { basePath, patternOf } from '../../generated/parameters.js';
import type { paths } from '../../generated/types.js';
import { ClusterCertError } from '../errors.js';
import { setCredential } from '../signing/credential-header.js';

/** Sends a request, as the platform's fetch does. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What is about to be sent, with headers that can be added to. */
export type OutgoingRequest = RequestInit & { headers: Headers };

/** Gives a request its credentials and sends it, again with others where the first were refused. */
export type Authentication = (url: string, init: OutgoingRequest, send: Fetch) => Promise<Response>;

export type ClientOptions = {
  /** URL of the provider, without `/api/v3`. */
  endpoint: string;
  /** Sends the requests: `retrying()`, or any function of the form of fetch. Default: the `fetch` that is global then. */
  fetch?: Fetch;
} & (
  | {
      /** For the header X-Auth-Token: one token, or `tokensFrom(…)` or `renewingToken(…)`. */ token:
        string | Authentication;
      sign?: never;
    }
  | { /** Signs each call: `signWith(accessKey)`. */ sign: Authentication; token?: never }
);

interface Call {
  url: string;
  init: OutgoingRequest;
}

// Looked up for each call: tests replace it after the client was made.
const globalFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** openapi-fetch's client of the contract. It has a name here, so that declarations can name it where openapi-fetch is not in sight. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an alias would be written out where it is used
export interface ProviderClient extends Client<paths> {}

/**
 * A client for the functions of the contract's operations, and for whatever takes a client of openapi-fetch. Its calls
 * reject with `invalid_argument` for path parameters that would lead elsewhere.
 *
 * @example
 * import { createClient, getClusterCert } from 'cce-clustercert';
 *
 * const client = createClient({ endpoint: 'https://cce.example.com', token: '…' });
 * const path = { project_id: '77b6a44cba5143ab91d13ab9a8ff44fd', cluster_id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' };
 * const { data, error, response } = await getClusterCert(client, { params: { path } });
 * console.log(data ? data['current-context'] : `${response.status} ${error.message}`);
 */
export function createClient({ endpoint, token, sign, fetch = globalFetch }: ClientOptions): ProviderClient {
  const credential = sign ?? token;
  const baseUrl = endpoint.replace(/\/$/, '') + basePath;
  // In place of `Request`, the making of which is half of what a call costs beside fetch itself; middleware needs one.
  let hasMiddleware = false;
  function Outgoing(url: string, init: OutgoingRequest): Call | Request {
    return hasMiddleware ? new Request(url, init) : { url, init };
  }
  const send = async (input: Call | Request) => {
    const { url } = input;
    const init = 'init' in input ? input.init : await initOf(input);
    if (typeof credential === 'function') return credential(url, init, fetch);
    setCredential(init.headers, 'X-Auth-Token', credential);
    return fetch(url, init);
  };
  const client = createFetchClient<paths>({
    baseUrl,
    pathSerializer: (path, values) => fillPath(path, values, path.slice(baseUrl.length)),
    fetch: send as unknown as (request: Request) => Promise<Response>,
    Request: Outgoing as unknown as typeof Request,
  });
  return {
    ...client,
    use(...middleware) {
      hasMiddleware = true;
      client.use(...middleware);
    },
  };
}

/** What a `Request` would send, in the form that `fetch` takes besides. */
async function initOf(request: Request): Promise<OutgoingRequest> {
  const { method, headers, signal, redirect, credentials, cache, keepalive } = request;
  // Not its stream, which browsers do not send.
  const body = request.body && (await request.arrayBuffer());
  return { method, headers, signal, redirect, credentials, cache, keepalive, body };
}

// Values that would lead to another path of the host, and send the credentials there.
const anyValue = /^(?!\.{0,2}$)/;

/** Fills a path with values of its parameters, each of the form that it has in this template. */
function fillPath(path: string, values: Record<string, unknown>, template: string): string {
  for (const [, name = ''] of template.matchAll(/\{([^{}]+)\}/g)) {
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- what it gives is looked at
    const value = String(values[name] ?? '');
    const pattern = patternOf(template, name) ?? anyValue;
    if (!pattern.test(value) || !anyValue.test(value)) {
      throw new ClusterCertError(
        'invalid_argument',
        `${name} '${value}' is not valid; it must match ${pattern.source}`,
      );
    }
  }
  return defaultPathSerializer(path, values);
}
