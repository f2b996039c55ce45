// The client of the contract: openapi-fetch with the address and the credentials filled in once. All else that a client
// may do (signing, renewing, retrying) is handed in, so that who does not use it does not carry it.
import createFetchClient, { defaultPathSerializer } from 'openapi-fetch';
import type { ContractClient } from '../../generated/client.js';
import { parameterPatterns } from '../../generated/parameters.js';
import type { paths } from '../../generated/types.js';
import { ClusterCertError } from '../errors.js';
import { setCredential } from '../signing/credential-header.js';

/** Sends a request, as the platform's fetch does. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What is about to be sent, with headers that can be added to. */
export type CallInit = RequestInit & { headers: Headers };

/** Gives a request its credentials and sends it, again with others where the first were refused. */
export type Authentication = (url: string, init: CallInit, send: Fetch) => Promise<Response>;

/** For openapi-fetch in place of `Request`, the making of which is half of what a call costs beside fetch itself. */
function Call(url: string, init: CallInit) {
  return { url, init };
}

export type ClientOptions = {
  /** URL of the provider, without `/api/v3`. */
  endpoint: string;
  /** Sends the requests: `retrying()`, or any function of the form of fetch. */
  fetch?: Fetch;
} & (
  | {
      /** For the header X-Auth-Token: one token, or `tokensFrom(…)` or `renewingToken(…)`. */ token:
        string | Authentication;
      sign?: never;
    }
  | { /** Signs each call: `signWith(accessKey)`. */ sign: Authentication; token?: never }
);

/** A client for the functions of `generated/client.ts`. Its calls reject with `invalid_argument` for IDs that are none. */
export function createClient({ endpoint, token, sign, fetch = globalThis.fetch }: ClientOptions): ContractClient {
  const credential = sign ?? token;
  const send = ({ url, init }: ReturnType<typeof Call>) => {
    if (typeof credential === 'function') return credential(url, init, fetch);
    setCredential(init.headers, 'X-Auth-Token', credential);
    return fetch(url, init);
  };
  return createFetchClient<paths>({
    baseUrl: endpoint,
    pathSerializer: fillPath,
    fetch: send as unknown as (request: Request) => Promise<Response>,
    Request: Call as unknown as typeof Request,
  });
}

/** An ID such as `..` would send the credentials to another path of the host. */
function fillPath(path: string, values: Record<string, unknown>): string {
  for (const [name, pattern] of Object.entries(parameterPatterns)) {
    const place = `{${name}}`;
    const value = String(values[name]);
    if (path.includes(place) && !pattern.test(value)) {
      throw new ClusterCertError(
        'invalid_argument',
        `${name} '${value}' is not valid; it must match ${pattern.source}`,
      );
    }
    path = path.replace(place, value);
  }
  return defaultPathSerializer(path, values);
}
