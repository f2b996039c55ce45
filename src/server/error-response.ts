// The only place that knows which status and which documented code an error becomes. Whatever is thrown leaves as the
// contract's ErrorStatus; what is not meant for the caller stays out of it.
import type { components } from '../../generated/types.js';
import { ClusterCertError, type ErrorCode } from '../errors.js';

type ErrorStatus = components['schemas']['ErrorStatus'];

interface Answer {
  status: number;
  /** As Kubernetes spells it: `metav1.StatusReason`. */
  reason: string;
  errorCode: string;
  /** Of the older series, where live providers are known to send one. */
  olderCode?: string;
  /** For errors whose own text is not for the caller. */
  message: string;
}

export interface ErrorResponse {
  status: number;
  headers: Record<string, string>;
  body: ErrorStatus;
}

/** The documented codes and their sentences (status code page of the API). */
const sentences: Record<string, string> = {
  'CCE.01400001': 'Invalid request.',
  'CCE.01400006': 'Content type not supported.',
  'CCE.01401001': 'Authorization failed.',
  'CCE.01403001': 'Forbidden.',
  'CCE.01404001': 'Resource not found.',
  'CCE.01429002': 'Resource locked by other requests.',
  'CCE.01500001': 'Internal error.',
};

const invalid = { errorCode: 'CCE.01400001', olderCode: 'CCE_CM.0004' };
const internal = {
  status: 500,
  reason: 'InternalError',
  errorCode: 'CCE.01500001',
  message: 'the provider failed to answer; its log has the details',
};

const answers: Record<ErrorCode, Answer> = {
  invalid_argument: { ...invalid, status: 400, reason: 'BadRequest', message: 'the request is malformed' },
  content_type_not_supported: {
    status: 400,
    reason: 'BadRequest',
    errorCode: 'CCE.01400006',
    message: 'the content type or content encoding of the request is not accepted; send application/json',
  },
  unauthenticated: {
    status: 401,
    reason: 'Unauthorized',
    errorCode: 'CCE.01401001',
    message: 'the caller is not known',
  },
  forbidden: { status: 403, reason: 'Forbidden', errorCode: 'CCE.01403001', message: 'the caller may not do this' },
  not_found: {
    status: 404,
    reason: 'NotFound',
    errorCode: 'CCE.01404001',
    message: 'there is nothing under this path',
  },
  method_not_allowed: {
    ...invalid,
    status: 405,
    reason: 'MethodNotAllowed',
    message: 'the path does not offer this method',
  },
  not_acceptable: {
    ...invalid,
    status: 406,
    reason: 'NotAcceptable',
    message: 'answers are application/json only; the header Accept excludes it',
  },
  request_timeout: { ...invalid, status: 408, reason: 'Timeout', message: 'the request did not arrive whole in time' },
  // No operation of the contract creates anything.
  already_exists: internal,
  content_too_large: {
    ...invalid,
    status: 413,
    reason: 'RequestEntityTooLarge',
    message: 'the body of the request is too large',
  },
  headers_too_large: {
    ...invalid,
    status: 431,
    reason: 'RequestHeaderFieldsTooLarge',
    message: 'the headers of the request are too large',
  },
  too_many_requests: {
    status: 429,
    reason: 'TooManyRequests',
    errorCode: 'CCE.01429002',
    message: 'too many requests',
  },
  authority_unusable: internal,
  data_unreadable: internal,
  internal,
  unavailable: {
    ...internal,
    status: 503,
    reason: 'ServiceUnavailable',
    message: 'the provider is not available for the moment',
  },
};

// Short, because what makes a provider unavailable is mostly a restart, its own or its identity service's.
const retryAfterSeconds = 5;

/** The answer for anything that was thrown while a request was served. */
export function toErrorResponse(thrown: unknown): ErrorResponse {
  const code = thrown instanceof ClusterCertError ? thrown.code : codeOfHttpError(thrown);
  const { status, reason, errorCode, olderCode, message } = answers[code];
  const text = messageForCaller(thrown, code) || message;
  return {
    status,
    headers: headersOf(status, thrown),
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      code: status,
      reason,
      message: text,
      errorCode,
      errorMessage: sentences[errorCode] ?? '',
      error_code: olderCode ?? errorCode,
      error_msg: text,
    },
  };
}

/** The documented codes that answers can carry; the tests hold them against the contract. */
export function documentedCodes(): string[] {
  return [...new Set(Object.values(answers).map(({ errorCode }) => errorCode))].sort();
}

/** The validator and the body parser throw errors with a `status`. */
function codeOfHttpError(thrown: unknown): ErrorCode {
  const status = (thrown as { status?: unknown } | undefined)?.status;
  if (typeof status !== 'number' || status < 400 || status >= 500) return 'internal';
  if (status === 415) return 'content_type_not_supported';
  const entry = Object.entries(answers).find(([, answer]) => answer.status === status);
  return (entry?.[0] ?? 'invalid_argument') as ErrorCode;
}

/** Where the validator's own words say nothing to a caller. */
const plainer: Record<string, string> = {
  'must NOT have additional properties': 'is no field of this request',
  'must NOT be valid': 'has a value that the contract excludes; its description says which are accepted',
};

/** Of our own errors their text, of the validator's what it found wrong with the request; of what failed here, nothing. */
function messageForCaller(thrown: unknown, code: ErrorCode): string | undefined {
  if (thrown instanceof ClusterCertError) return answers[code].status < 500 ? thrown.message : undefined;
  const violations = (thrown as { errors?: { path: string; message: string }[] } | undefined)?.errors;
  if (code !== 'invalid_argument' || !Array.isArray(violations)) return undefined;
  const lines = violations
    .filter(({ path }) => /^\/(params|query|headers|body)(\/|$)/.test(path))
    .map(({ path, message }) =>
      message.startsWith('must') ? `${nameIn(path)} ${plainer[message] ?? message}` : message,
    );
  return [...new Set(lines)].join('; ');
}

/** "/params/project_id": the last part is the name in the contract, or of a field that a caller made up. */
function nameIn(path: string): string {
  const name = (path.split('/').at(-1) ?? '').replace(/\p{C}/gu, '?');
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}

function headersOf(status: number, thrown: unknown): Record<string, string> {
  if (status === 401) return { 'WWW-Authenticate': 'X-Auth-Token realm="cce", SDK-HMAC-SHA256 realm="cce"' };
  if (status === 429 || status === 503) {
    const seconds = thrown instanceof ClusterCertError ? thrown.retryAfterSeconds : undefined;
    return { 'Retry-After': String(seconds ?? retryAfterSeconds) };
  }
  const allow = (thrown as { headers?: { Allow?: string } } | undefined)?.headers?.Allow;
  return status === 405 && allow !== undefined ? { Allow: allow } : {};
}
