// The proxy variables, as curl, kubectl and the openstack command read them.
import { BlockList, isIP } from 'node:net';
import { usageError } from './usage-error.js';
import { urlOf } from '../url.js';

/** The proxy settings of the environment; undefined for missing ones. */
export interface ProxyVariables {
  httpProxy: string | undefined;
  httpsProxy: string | undefined;
  noProxy: string | undefined;
}

/** Reads both spellings of each; the lower-case one wins, as with curl. */
export function readProxyVariables(environment: Readonly<Record<string, string | undefined>>): ProxyVariables {
  const first = (...names: string[]) =>
    names
      .flatMap((name) => [name.toLowerCase(), name])
      .map((name) => environment[name])
      .find(Boolean);
  return {
    httpProxy: first('HTTP_PROXY', 'ALL_PROXY'),
    httpsProxy: first('HTTPS_PROXY', 'ALL_PROXY'),
    noProxy: first('NO_PROXY'),
  };
}

/**
 * The URL of the proxy for calls to a URL; undefined for none. Throws `invalid_argument` for a proxy of another kind.
 * `toLoopback` says whether calls to this machine use the proxy too, which Go's programs never do.
 */
export function proxyFor(
  url: URL,
  { httpProxy, httpsProxy, noProxy = '' }: ProxyVariables,
  { toLoopback = false }: { toLoopback?: boolean } = {},
): string | undefined {
  const isHttps = url.protocol === 'https:';
  const proxy = isHttps ? httpsProxy : httpProxy;
  if (proxy === undefined || isExcluded(url, noProxy) || (!toLoopback && isLoopback(hostOf(url)))) return undefined;
  const full = proxy.includes('://') ? proxy : `http://${proxy}`;
  if (/^https?:$/.test(urlOf(full)?.protocol ?? '')) return full;
  // Its value may hold a password.
  throw usageError(
    `${isHttps ? 'HTTPS_PROXY' : 'HTTP_PROXY'} is not valid; it must be a URL such as http://proxy:3128`,
  );
}

const hostOf = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isExcluded(url: URL, noProxy: string): boolean {
  const host = hostOf(url);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => entry === '*' || matches(entry.toLowerCase(), { host, port }));
}

/** An entry is a domain with all its subdomains, an IP address or a network, and may name a port. */
function matches(entry: string, { host, port }: { host: string; port: string }): boolean {
  const [, name = entry, onlyPort] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const plain = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  if (host === plain) return true;
  return isIP(host) === 0 ? host.endsWith(`.${plain}`) : isInNetwork(host, plain);
}

function isInNetwork(host: string, network: string): boolean {
  const [, address = '', bits = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(network) ?? [];
  const family = isIP(address);
  if (family === 0 || family !== isIP(host) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(bits), kind);
  return list.check(host, kind);
}
