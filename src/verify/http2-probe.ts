// Two requests on one HTTP/2 connection, where the provider offers it: the second without a token.
import type { ClientHttp2Session } from 'node:http2';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { type Finding, found } from './finding.js';
import { routeOf } from './route.js';
import type { Session } from './session.js';
import { defaultTimeoutMs, pathOf } from './target.js';

/** Finds nothing if HTTP/2 is not offered (ALPN), or only a proxy leads to the provider. */
export async function secondStreamWithoutToken(session: Session): Promise<Finding[]> {
  const { endpoint, connection, token, projectId, clusterId, timeoutMs = defaultTimeoutMs } = session.target;
  if (!/^https:/i.test(endpoint) || connection?.proxy !== undefined || token === undefined) return [];
  const base = new URL(endpoint);
  const path = base.pathname.replace(/\/$/, '') + pathOf(projectId, clusterId);
  const socket = await offered(base, { ...routeOf(connection).tls, timeoutMs });
  if (!socket) return [];
  // Loaded here: most runs need none.
  const { connect } = await import('node:http2');
  const client = connect(base.origin, { createConnection: () => socket });
  client.on('error', () => undefined);
  try {
    const headers = { ':path': path, 'content-type': 'application/json' };
    if ((await statusOf(client, { ...headers, 'x-auth-token': token }, timeoutMs)) !== 200) return [];
    const status = await statusOf(client, headers, timeoutMs);
    if (status === 401 || status === 0) return [];
    return found('GET without a token on an HTTP/2 connection that had one before', [
      { where: 'the status', expected: '401', received: String(status), source: 'Table 2, X-Auth-Token; RFC 9113' },
    ]);
  } finally {
    client.destroy();
  }
}

function offered(base: URL, { timeoutMs, ...tls }: { timeoutMs: number }): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const socket = tlsConnect({
      host: base.hostname.replace(/^\[|\]$/g, ''),
      port: Number(base.port || 443),
      servername: /^[[\d]/.test(base.hostname) ? '' : base.hostname,
      ALPNProtocols: ['h2', 'http/1.1'],
      timeout: timeoutMs,
      ...tls,
    });
    const give = (isOffered: boolean) => {
      if (!isOffered) socket.destroy();
      resolve(isOffered ? socket : undefined);
    };
    socket.on('error', () => give(false)).on('timeout', () => give(false));
    socket.on('secureConnect', () => give(socket.alpnProtocol === 'h2'));
  });
}

function statusOf(client: ClientHttp2Session, headers: Record<string, string>, timeoutMs: number): Promise<number> {
  return new Promise((resolve) => {
    const stream = client.request(headers);
    stream.setTimeout(timeoutMs, () => resolve(0));
    stream.on('response', (response) => resolve(response[':status'] ?? 0)).on('error', () => resolve(0));
    stream.resume().end();
  });
}
