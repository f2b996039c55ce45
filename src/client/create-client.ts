// The client of the contract: openapi-fetch with the address and the credentials filled in once.
import createFetchClient, { type Middleware } from 'openapi-fetch';
import type { ContractClient } from '../../generated/client.js';
import { parameterPatterns } from '../../generated/parameters.js';
import type { paths } from '../../generated/types.js';
import { ClusterCertError } from '../errors.js';
import { type AccessKey, signRequest } from './sign-request.js';

/** A token, or a function that gives one for each call. */
export type Token = string | (() => Promise<string>);

export type ClientOptions = {
  /** URL of the provider, without `/api/v3`. */
  endpoint: string;
  fetch?: (request: Request) => Promise<Response>;
} & (
  | { /** For the header X-Auth-Token. */ token: Token; accessKey?: never }
  | { /** Signs each call. */ accessKey: AccessKey; token?: never }
);

/** A client for the functions of `generated/client.ts`. Its calls reject with `invalid_argument` for IDs that are none. */
export function createClient({ endpoint, token, accessKey, fetch }: ClientOptions): ContractClient {
  const client = createFetchClient<paths>({ baseUrl: endpoint, ...(fetch && { fetch }) });
  client.use(checkPathParameters, accessKey ? sign(accessKey) : authenticate(token));
  return client;
}

/** An ID such as `..` would make openapi-fetch send the credentials to another path of the host. */
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

function authenticate(token: Token): Middleware {
  return {
    async onRequest({ request }) {
      request.headers.set('X-Auth-Token', typeof token === 'string' ? token : await token());
    },
  };
}

function sign(accessKey: AccessKey): Middleware {
  return {
    onRequest: ({ request, params }) =>
      signRequest(request, {
        accessKey,
        projectId: params.path?.['project_id'] as string | undefined,
        now: new Date(),
      }),
  };
}
