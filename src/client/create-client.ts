// The client of the contract: openapi-fetch with the address and the token filled in once.
import createFetchClient, { type Middleware } from 'openapi-fetch';
import type { ContractClient } from '../../generated/client.js';
import { parameterPatterns } from '../../generated/parameters.js';
import type { paths } from '../../generated/types.js';
import { ClusterCertError } from '../errors.js';

export interface ClientOptions {
  /** URL of the provider, without `/api/v3`. */
  endpoint: string;
  /** A token of the project, for the header X-Auth-Token. */
  token: string;
  fetch?: (request: Request) => Promise<Response>;
}

/** A client for the functions of `generated/client.ts`. Its calls reject with `invalid_argument` for IDs that are none. */
export function createClient({ endpoint, token, fetch }: ClientOptions): ContractClient {
  const client = createFetchClient<paths>({
    baseUrl: endpoint,
    headers: { 'X-Auth-Token': token },
    ...(fetch && { fetch }),
  });
  client.use(checkPathParameters);
  return client;
}

/** An ID such as `..` would make openapi-fetch send the token to another path of the host. */
const checkPathParameters: Middleware = {
  onRequest({ params }) {
    const values: Record<string, unknown> = params.path ?? {};
    for (const [name, pattern] of Object.entries(parameterPatterns)) {
      if (name in values && !pattern.test(String(values[name]))) {
        throw new ClusterCertError(
          'invalid_argument',
          `${name} '${String(values[name])}' is not valid; it must match ${pattern.source}`,
        );
      }
    }
  },
};
