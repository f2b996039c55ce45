// The IP address that a request is from.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Behind a proxy, which appends the client's address, some with the port. */
export function clientIp({ headers, socket }: IncomingMessage, { behindProxy }: { behindProxy: boolean }): string {
  if (!behindProxy) return socket.remoteAddress ?? '';
  const forwarded = String(headers['x-forwarded-for'] ?? '');
  const last = forwarded.slice(forwarded.lastIndexOf(',') + 1).trim();
  const [, inBrackets = '', beforePort = ''] = /^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(last) ?? [];
  return [last, inBrackets, beforePort].find(isIP) ?? socket.remoteAddress ?? '';
}
