// Rules of HTTP/1.1 that Node does not enforce, for requests that a proxy in front might read in another way: the
// version, the header Host (RFC 9112, section 3.2; Node's own response to a missing one has no body), the transfer
// coding.
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { ClusterCertError } from '../errors.js';

// RFC 3986, section 3.2: a registered name or an address, and a port.
const grammar = /^(?:\[([\da-f:.]+)\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+)(?::\d*)?$/i;

/** Throws `invalid_argument` or `not_implemented` for a request that is none of HTTP/1.0 or HTTP/1.1. */
export function checkMessage(request: IncomingMessage): void {
  const { httpVersion, headers } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    throw new ClusterCertError('invalid_argument', 'the version of HTTP is not supported; send HTTP/1.1');
  checkHost(request);
  const coding = headers['transfer-encoding'];
  // RFC 9112, section 6.1. Bytes of another coding would be read as the body itself.
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    throw new ClusterCertError('not_implemented', 'the transfer coding of the request is not supported; send chunked');
}

/** Throws `invalid_argument` for a request whose Host is missing, malformed or repeated. */
function checkHost({ rawHeaders, httpVersion }: IncomingMessage): void {
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
