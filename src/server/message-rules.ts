// The rules for the header Host of RFC 9112, section 3.2. Node's own answer to a missing one has no body.
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { ClusterCertError } from '../errors.js';

// RFC 3986, section 3.2: a registered name or an address, and a port.
const grammar = /^(?:\[([\da-f:.]+)\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+)(?::\d*)?$/i;

/** Throws `invalid_argument` for a request whose Host is missing, malformed or there twice. */
export function checkHost({ rawHeaders, httpVersion }: IncomingMessage): void {
  const hosts: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts.push(rawHeaders[index + 1] ?? '');
  }
  const [host, ...others] = hosts;
  if (host === undefined) {
    if (httpVersion === '1.0') return;
    throw new ClusterCertError('invalid_argument', 'the header Host is missing');
  }
  if (others.length > 0) throw new ClusterCertError('invalid_argument', 'the header Host is there more than once');
  const match = grammar.exec(host);
  const address: string | undefined = match?.[1];
  if (match && (address === undefined || isIPv6(address))) return;
  throw new ClusterCertError(
    'invalid_argument',
    'the header Host is not valid; it must be a name or an address, with or without a port',
  );
}
