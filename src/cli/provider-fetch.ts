// How a request reaches a provider: over which proxy, trusting which CA, and what of the answer is taken.
import type { Fetch } from '../client/create-client.js';
import { ClusterCertError } from '../errors.js';
import type { ProxyVariables } from './proxy.js';

export interface Route {
  /** CA certificates in PEM in place of those that the system trusts. */
  caPem: string | undefined;
  proxies: ProxyVariables;
}

/** A fetch that takes the route. The platform's own, which is loaded already, serves where nothing is asked for. */
export async function fetchOver({ caPem, proxies }: Route): Promise<Fetch> {
  const proxied = proxies.httpProxy !== undefined || proxies.httpsProxy !== undefined;
  if (caPem === undefined && !proxied) return globalThis.fetch;
  const undici = await import('undici');
  const tls = caPem === undefined ? {} : { ca: caPem };
  const dispatcher = proxied
    ? // Empty rather than undefined: what is undefined is looked up in the process's own environment.
      new undici.EnvHttpProxyAgent({
        httpProxy: proxies.httpProxy ?? '',
        httpsProxy: proxies.httpsProxy ?? '',
        noProxy: proxies.noProxy ?? '',
        connect: tls,
        requestTls: tls,
        proxyTls: tls,
      })
    : new undici.Agent({ connect: tls });
  const send = undici.fetch as unknown as Fetch;
  return (url, init) => send(url, { ...init, ...{ dispatcher } });
}

// A list of 100,000 clusters takes some 30 MB.
const mostBytes = 100 * 2 ** 20;

/**
 * Takes an answer of the provider itself, and no more of it than makes sense: fetch would take the header X-Auth-Token
 * along to wherever it is redirected, and read without end. With `redirect: 'error'`, Node 20 forgets the call's signal.
 */
export function guarded(send: Fetch): Fetch {
  return async (url, init) => {
    const response = await send(url, { ...init, redirect: 'manual' });
    if (response.status >= 300 && response.status < 400 && response.headers.has('Location')) {
      await response.body?.cancel();
      throw new ClusterCertError('unavailable', `the provider redirects (${response.status}), which is not followed`);
    }
    let left = mostBytes;
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(part, controller) {
        left -= part.byteLength;
        if (left >= 0) controller.enqueue(part);
        else controller.error(new ClusterCertError('unavailable', 'the answer is too large to be one of a provider'));
      },
    });
    return new Response(response.body?.pipeThrough(counted) ?? null, response);
  };
}
