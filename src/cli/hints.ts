// Remedies for errors of the system or the network: a row for each kind, by Node's codes.
import { firstLine, systemErrorCode } from '../errors.js';

interface Failure {
  /** The codes of the error and of all its causes. */
  codes: readonly string[];
  /** Their messages. */
  messages: readonly string[];
}

const otherPort = 'choose another port with --port; 0 takes a free one';

const untrusted = [
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

// A server that expects TLS closes the connection on plain HTTP, or sends something else than HTTP.
const closed = ['UND_ERR_SOCKET', 'ECONNRESET'];

const rows: readonly [when: (failure: Failure) => boolean, hint: (failure: Failure) => string][] = [
  [({ codes }) => codes.includes('EADDRINUSE'), () => otherPort],
  [
    ({ codes, messages }) => codes.includes('EACCES') && messages.some((message) => message.startsWith('listen ')),
    () => `ports below 1024 are for root and programs with CAP_NET_BIND_SERVICE; ${otherPort}`,
  ],
  [
    ({ codes }) => codes.some((code) => untrusted.includes(code)),
    (failure) =>
      ofIdentity(failure)
        ? 'trust it with OS_CACERT, cacert in clouds.yaml or NODE_EXTRA_CA_CERTS'
        : 'trust it with --ca FILE or NODE_EXTRA_CA_CERTS',
  ],
  [
    ({ codes, messages }) =>
      codes.includes('ERR_SSL_WRONG_VERSION_NUMBER') ||
      messages.some((message) => /wrong version number/.test(message)),
    () => 'it speaks no TLS; is it http rather than https?',
  ],
  [
    ({ codes }) => codes.some((code) => closed.includes(code) || code.startsWith('HPE_')),
    () => 'it closed the connection or did not speak HTTP; if the URL begins with http, is it https?',
  ],
];

/** One line for people; undefined where no remedy is known. */
export function hintFor(error: unknown): string | undefined {
  const failure = failureOf(error);
  return rows.find(([when]) => when(failure))?.[1](failure);
}

const ofIdentity = ({ messages }: Failure) => messages.some((message) => message.startsWith('the identity service'));

// Errors may be causes of each other.
const deepest = 8;

function failureOf(error: unknown): Failure {
  const chain: unknown[] = [];
  for (let one = error; one !== undefined && one !== null && chain.length < deepest;) {
    chain.push(one);
    one = (one as { cause?: unknown }).cause;
  }
  return { codes: chain.map(systemErrorCode), messages: chain.map(firstLine) };
}
