// Servers that answer every request in one way, for answers that neither our provider nor a real service gives.
import { afterAll } from '@jest/globals';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

const closings: (() => void)[] = [];

afterAll(() => {
  for (const close of closings) close();
});

/** Listens until the tests of the file are done, over TLS with a certificate; gives its URL. */
export async function startStandIn(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  tls?: { cert: string; key: string },
): Promise<string> {
  const server = tls ? createTlsServer(tls, answer) : createServer(answer);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closings.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http${tls ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function answerJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** An identity service that knows one project and has a catalogue. */
export function startIdentityService(
  catalog: unknown,
  { token, project, tls }: { token: string; project: string; tls?: { cert: string; key: string } },
): Promise<string> {
  return startStandIn((_request, response) => {
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const body = { token: { expires_at: expires, project: { id: project, name: 'shop' }, catalog } };
    answerJson(response, 201, body, { 'X-Subject-Token': token });
  }, tls);
}
