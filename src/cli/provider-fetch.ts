// How a request reaches a provider: by which proxy, with which CA, and which responses are accepted.
import type { Agent, Dispatcher } from 'undici';
import type { Fetch } from '../client/create-client.js';
import { ClusterCertError, firstLine, rootCause, systemErrorCode } from '../errors.js';
import { type ProxyVariables, proxyFor } from './proxy.js';
import { urlOf } from '../url.js';

export interface Route {
  /** CA certificates in PEM, instead of the system's. */
  caPem?: string | undefined;
  /** Whether the server's certificate is checked (default: true). */
  verify?: boolean;
  proxies: ProxyVariables;
  /** Whether calls to servers on this machine use the proxy too (default: false). */
  toLoopback?: boolean;
}

/** A fetch to one server over the route. Where possible, it is the platform's own, which is loaded already. */
export async function fetchOver(url: string, route: Route): Promise<Fetch> {
  const dispatcher = await dispatcherFor(url, route);
  if (!dispatcher) return globalThis.fetch;
  const { fetch } = await import('undici');
  const send = fetch as unknown as Fetch;
  return (target, init) =>
    send(target, { ...init, ...{ dispatcher } }).catch((error: unknown) => {
      throw proxyRefusal(error) ?? error;
    });
}

/** When a proxy refuses a tunnel, undici reports a cancelled request and hides the reason in a cause. */
function proxyRefusal(error: unknown): ClusterCertError | undefined {
  const [, status] = /^Proxy response \((\d+)\)/.exec(firstLine(rootCause(error))) ?? [];
  if (status === undefined) return undefined;
  const remedy = status === '407' ? '; its user and password belong into HTTPS_PROXY' : '';
  return new ClusterCertError('unavailable', `the proxy refuses to connect (${status})${remedy}`, { cause: error });
}

/** The dispatcher for one server over the route; undefined if the route is the default one. */
export async function dispatcherFor(
  url: string,
  { caPem, verify = true, proxies, toLoopback = false }: Route,
  limits: Agent.Options = {},
): Promise<Dispatcher | undefined> {
  const target = urlOf(url);
  const proxy = target && proxyFor(target, proxies, { toLoopback });
  if (caPem === undefined && verify && proxy === undefined) return undefined;
  const undici = await import('undici');
  const trust = { ...(caPem !== undefined && { ca: caPem }), ...(!verify && { rejectUnauthorized: false }) };
  if (proxy === undefined) return new undici.Agent({ ...limits, connect: trust });
  // A plain http server is requested by its whole URL, as curl does; a proxy may allow no tunnel to it.
  const proxyTunnel = target?.protocol === 'https:';
  const agent = new undici.ProxyAgent({ ...limits, uri: proxy, requestTls: trust, proxyTls: trust, proxyTunnel });
  const variable = proxyTunnel ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return agent.compose((dispatch) => (options, handler) => dispatch(options, namingProxy(handler, variable)));
}

/** A failed connection is always one to the proxy. Without its name in the message, people would suspect the server. */
function namingProxy(handler: Dispatcher.DispatchHandler, variable: string): Dispatcher.DispatchHandler {
  const name = (error: Error & { syscall?: string }) => {
    const isConnecting = error.syscall === 'connect' || error.syscall === 'getaddrinfo';
    if (isConnecting || ['UND_ERR_CONNECT_TIMEOUT', 'ECONNREFUSED'].includes(systemErrorCode(error)))
      error.message = `${error.message || systemErrorCode(error)}, the proxy of ${variable}`;
    return error;
  };
  return new Proxy(handler, {
    get(target, key): unknown {
      const own: unknown = Reflect.get(target, key);
      if (typeof own !== 'function') return own;
      // Both forms of undici's handlers: the error comes last.
      const named = (...values: unknown[]): unknown =>
        Reflect.apply(own, target, [...values.slice(0, -1), name(values.at(-1) as Error)]);
      return key === 'onError' || key === 'onResponseError' ? named : own.bind(target);
    },
  });
}

// A list of 100,000 clusters takes some 30 MB.
const mostBytes = 100 * 2 ** 20;

/**
 * Accepts only a response of the provider itself, of limited size: fetch would send the header X-Auth-Token to any
 * redirect target, and read without end. With `redirect: 'error'`, Node 20 forgets the call's signal.
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
        else controller.error(new ClusterCertError('unavailable', 'the response is too large to be one of a provider'));
      },
    });
    return new Response(response.body?.pipeThrough(counted) ?? null, response);
  };
}
