// The client of the contract: openapi-fetch's client with endpoint and credentials filled in once, and without the
// parts that no call of this contract needs. Callers pass signing, renewing and retrying in, so that other programs do
// not contain them.
import type { Client, Middleware } from 'openapi-fetch';
import { basePath } from '../../generated/parameters.js';
import type { paths } from '../../generated/types.js';
import { setCredential } from '../signing/credential-header.js';
import { type Call, type OutgoingRequest, outgoing, resultOf } from './call.js';
import { throughMiddleware } from './middleware.js';

export type { OutgoingRequest } from './call.js';

/** Sends a request, as the platform's fetch does. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Adds credentials to a request and sends it; sends it again with others if the first were refused. */
export type Authentication = (url: string, init: OutgoingRequest, send: Fetch) => Promise<Response>;

export type ClientOptions = {
  /** URL of the provider, without `/api/v3`. */
  endpoint: string;
  /**
   * Sends the requests: `retrying()`, or any function with the signature of fetch. Default: the global `fetch` at that
   * time.
   */
  fetch?: Fetch;
} & (
  | {
      /** For the header X-Auth-Token: one token, or `tokensFrom(…)` or `renewingToken(…)`. */ token:
        string | Authentication;
      sign?: never;
    }
  | { /** Signs each call: `signWith(accessKey)`. */ sign: Authentication; token?: never }
);

// Looked up for each call: tests replace it after creating the client.
const globalFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** openapi-fetch's client of the contract, under a name of ours, so that declarations need not name openapi-fetch. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an alias would be written out where it is used
export interface ProviderClient extends Client<paths> {}

/**
 * A client for the functions of the contract's operations, and for code that takes a client of openapi-fetch. Its calls
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
  const base = endpoint.replace(/\/$/, '') + basePath;
  let chain: Middleware[] = [];
  const send = async (url: string, init: OutgoingRequest, by: Fetch) => {
    if (typeof credential === 'function') return credential(url, init, by);
    setCredential(init.headers, 'X-Auth-Token', credential);
    return by(url, init);
  };
  async function request(method: string, path: string, call: Call = {}) {
    const sent = outgoing(method, path, call, base);
    const all = [...chain, ...sent.middleware];
    const own = call.fetch;
    const by: Fetch = own ? (url, init) => own(new Request(url, init)) : fetch;
    const response = await (all.length === 0
      ? send(sent.url, sent.init, by)
      : throughMiddleware(all, { ...sent, path, params: call.params ?? {} }, (url, init) => send(url, init, by)));
    return resultOf(response, method, sent.options.parseAs);
  }
  const methods = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'];
  return {
    request: (method: string, path: string, call?: Call) => request(method.toUpperCase(), path, call),
    ...Object.fromEntries(methods.map((method) => [method, request.bind(undefined, method)])),
    use(...added: Middleware[]) {
      chain.push(...added);
    },
    eject(...removed: Middleware[]) {
      chain = chain.filter((one) => !removed.includes(one));
    },
  } as ProviderClient;
}
