// The proxy variables, as curl, kubectl and the openstack command read them.

/** What the environment says of proxies; undefined for what it does not say. */
export interface ProxyVariables {
  httpProxy: string | undefined;
  httpsProxy: string | undefined;
  noProxy: string | undefined;
}

/** Reads both spellings of each; the lower-case one wins, as with curl. */
export function readProxyVariables(environment: Readonly<Record<string, string | undefined>>): ProxyVariables {
  const first = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  return { httpProxy: first('HTTP_PROXY'), httpsProxy: first('HTTPS_PROXY'), noProxy: first('NO_PROXY') };
}

/** The proxy for a URL; undefined where it is reached without one. Understands hosts, domains, ports and `*`. */
export function proxyFor({ httpProxy, httpsProxy, noProxy = '' }: ProxyVariables, url: string): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const proxy = protocol === 'https:' ? httpsProxy : httpProxy;
  if (proxy === undefined) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const excepted = noProxy.split(/[\s,]+/).some((entry) => {
    const [, name = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (entry === '*') return true;
    if (name === '' || (only !== undefined && only !== (port || (protocol === 'https:' ? '443' : '80')))) return false;
    return host === name || host.endsWith(`.${name}`);
  });
  return excepted ? undefined : proxy.includes('://') ? proxy : `http://${proxy}`;
}
