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
