// The client of the contract: openapi-fetch with the address and the credentials filled in once. All else that a client
// may do (signing, renewing, retrying) is handed in, so that who does not use it does not carry it.
import createFetchClient from 'openapi-fetch';
import type { ContractClient } from '../../generated/client.js';
import { parameterPatterns } from '../../generated/parameters.js';
import type { paths } from '../../generated/types.js';
import { ClusterCertError } from '../errors.js';
import { setCredential } from './credential-header.js';

export type Fetch = (request: Request) => Promise<Response>;

/** Gives a request its credentials and sends it, again with others where the first were refused. */
export type Authentication = (request: Request, send: Fetch) => Promise<Response>;

export type ClientOptions = {
  /** URL of the provider, without `/api/v3`. */
  endpoint: string;
  /** Sends the requests, such as `retrying()`. */
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
  const send = async (request: Request) => {
    if (sign) return sign(request, fetch);
    if (typeof token === 'function') return token(request, fetch);
    setCredential(request, 'X-Auth-Token', token);
    return fetch(request);
  };
  return createFetchClient<paths>({ baseUrl: endpoint, pathSerializer: fillPath, fetch: send });
}

/** An ID such as `..` would send the credentials to another path of the host. */
function fillPath(path: string, values: Record<string, unknown>): string {
  return path.replace(/\{(\w+)\}/g, (_match, name: keyof typeof parameterPatterns) => {
    const value = String(values[name]);
    const pattern = parameterPatterns[name];
    if (pattern.test(value)) return value;
    throw new ClusterCertError('invalid_argument', `${name} '${value}' is not valid; it must match ${pattern.source}`);
  });
}
