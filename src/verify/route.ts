// Routes to the provider other than a plain connection: TLS with an own CA or a client certificate, HTTP proxies.
import { type ClientRequest, request } from 'node:http';
import { type Socket, isIP } from 'node:net';
import { type ConnectionOptions, type TLSSocket, connect } from 'node:tls';
import type { Connection } from './target.js';

export interface Route {
  /** @internal */
  tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'>;
  proxy?: string;
}

/** Node's options for a connection. */
export function routeOf({ ca, insecure, certificate, key, proxy }: Connection = {}): Route {
  const tls = {
    ...(ca !== undefined && { ca }),
    ...(insecure === true && { rejectUnauthorized: false }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
  };
  return { ...(Object.keys(tls).length > 0 && { tls }), ...(proxy !== undefined && { proxy }) };
}

/**
 * A tunnel through an HTTP proxy (RFC 9110, section 9.3.6); the connection inside it is made on demand. `onTunnel` gets the
 * request for it, which may be destroyed.
 * @internal
 */
export async function socketThrough(proxy: string, to: URL, onTunnel: (asking: ClientRequest) => void) {
  const { hostname, port, username, password } = new URL(proxy);
  const authority = `${to.hostname}:${to.port || '443'}`;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const asking = request({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port || 80,
    method: 'CONNECT',
    path: authority,
    headers: {
      Host: authority,
      ...(username !== '' && { 'Proxy-Authorization': `Basic ${Buffer.from(pair).toString('base64')}` }),
    },
    agent: false,
  });
  onTunnel(asking);
  const socket = await new Promise<Socket>((resolve, reject) => {
    asking.on('connect', ({ statusCode }, given) => {
      if (statusCode === 200) resolve(given);
      else reject(new Error(`the proxy answers CONNECT with ${statusCode ?? 0}`));
    });
    asking.on('error', reject);
    asking.end();
  });
  const host = to.hostname.replace(/^\[|\]$/g, '');
  // No server name for an IP address (RFC 6066, section 3); the certificate is compared with the host then.
  const servername = isIP(host) === 0 ? host : '';
  return (tls: Route['tls']): TLSSocket => connect({ socket, host, servername, ...tls });
}
