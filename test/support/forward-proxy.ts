// A forward proxy as companies have one: plain requests by their whole URL, tunnels for TLS. Host names that only it knows
// are servers on this machine.
import { afterAll } from '@jest/globals';
import { type IncomingMessage, type ServerResponse, createServer, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ForwardProxy {
  /** Its URL, for HTTP_PROXY. */
  url: string;
  /** What it was asked for: `GET http://…`, `CONNECT host:port`. */
  seen: string[];
}

const closings: (() => void)[] = [];

afterAll(() => {
  for (const close of closings) close();
});

/** Listens until the tests of the file are done. With a pair such as `user:password` it lets in nobody else. */
export async function startForwardProxy({ pair }: { pair?: string } = {}): Promise<ForwardProxy> {
  const seen: string[] = [];
  const sockets = new Set<Duplex>();
  const wanted = pair === undefined ? undefined : `Basic ${Buffer.from(pair).toString('base64')}`;
  const letsIn = ({ headers }: IncomingMessage) => wanted === undefined || headers['proxy-authorization'] === wanted;
  const server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (letsIn(request)) forward(request, response);
    else response.writeHead(407).end();
  });
  server.on('connect', (request, socket: Duplex) => {
    seen.push(`CONNECT ${request.url ?? ''}`);
    sockets.add(socket);
    if (letsIn(request)) tunnel(request, socket);
    else socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closings.push(() => {
    server.close();
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function forward(request: IncomingMessage, response: ServerResponse): void {
  const { port, pathname, search } = new URL(request.url ?? '');
  const headers = { ...request.headers };
  delete headers['proxy-authorization'];
  const { method } = request;
  const onward = send({ host: '127.0.0.1', port, path: pathname + search, method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.writeHead(502).end());
  request.pipe(onward);
}

function tunnel({ url = '' }: IncomingMessage, socket: Duplex): void {
  const onward = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  onward.on('error', () => socket.destroy());
  socket.on('error', () => onward.destroy());
}
