// The one error class of the project and the table of all its codes: the form of each on the wire, in the log and as an
// exit code.

/** The form of an error where it leaves the program. */
export interface ErrorRow {
  /** HTTP status. The client turns a status into the first error in the table that has it. */
  status: number;
  /** As Kubernetes spells it: `metav1.StatusReason`. */
  reason: string;
  /** The documented code of the API; a status without one carries the general code of its class. */
  cceCode: CceCode;
  /** The code of the older series, where live providers are known to send one. */
  olderCode?: string | undefined;
  /** Sent where the error's own message is empty or not sent. */
  message: string;
  /** Whether the error's own message is for the caller too. */
  messageIsSent: boolean;
  /** What the log gets besides the line of the request: nothing, or the place of the failure. */
  log: 'nothing' | 'error';
  /**
   * `contract`: one of the contract's responses. `embedder`: only handlers of an embedder throw it. `internal`: never
   * sent; the response is that of `internal` instead.
   */
  wire: 'contract' | 'embedder' | 'internal';
  /** The exit code of the command line. */
  exitCode: 1 | 2;
}

type CceCode = keyof typeof cceSentences;

/** The documented codes and their sentences (status code page of the API). */
export const cceSentences = {
  'CCE.01400001': 'Invalid request.',
  'CCE.01400006': 'Content type not supported.',
  'CCE.01401001': 'Authorization failed.',
  'CCE.01403001': 'Forbidden.',
  'CCE.01404001': 'Resource not found.',
  'CCE.01429002': 'Resource locked by other requests.',
  'CCE.01500001': 'Internal error.',
} as const;

/** The own fields of a row; the rest follows from its class: below 500 the caller's fault, from 500 the provider's. */
type Row = Pick<ErrorRow, 'status' | 'reason' | 'message'> & Partial<ErrorRow>;

/** All errors, one row each. Every fact about an error code is here, or a test compares it with this table. */
// Lets bundlers drop the table where nothing uses it.
export const errorTable = /* @__PURE__ */ complete({
  invalid_argument: { status: 400, reason: 'BadRequest', message: 'the request is malformed', exitCode: 2 },
  content_type_not_supported: {
    status: 400,
    reason: 'BadRequest',
    cceCode: 'CCE.01400006',
    message: 'the content type or content encoding of the request is not accepted; send application/json',
  },
  unauthenticated: {
    status: 401,
    reason: 'Unauthorized',
    cceCode: 'CCE.01401001',
    message: 'the caller is not known',
  },
  forbidden: { status: 403, reason: 'Forbidden', cceCode: 'CCE.01403001', message: 'the caller may not do this' },
  not_found: {
    status: 404,
    reason: 'NotFound',
    cceCode: 'CCE.01404001',
    message: 'there is nothing under this path',
  },
  method_not_allowed: {
    status: 405,
    reason: 'MethodNotAllowed',
    message: 'the path does not offer this method',
  },
  not_acceptable: {
    status: 406,
    reason: 'NotAcceptable',
    message: 'answers are application/json only; the header Accept excludes it',
  },
  request_timeout: { status: 408, reason: 'Timeout', message: 'the request did not arrive whole in time' },
  cluster_not_ready: { status: 409, reason: 'Conflict', message: 'the cluster cannot have certificates now' },
  not_revocable: { status: 409, reason: 'Conflict', message: 'the revocation would stop nothing' },
  already_exists: { status: 409, reason: 'AlreadyExists', message: 'it exists already', wire: 'internal' },
  content_too_large: {
    status: 413,
    reason: 'RequestEntityTooLarge',
    message: 'the body of the request is too large',
  },
  too_many_requests: {
    status: 429,
    reason: 'TooManyRequests',
    cceCode: 'CCE.01429002',
    message: 'too many requests',
  },
  headers_too_large: {
    status: 431,
    reason: 'RequestHeaderFieldsTooLarge',
    message: 'the headers of the request are too large',
  },
  internal: {
    status: 500,
    reason: 'InternalError',
    message: 'the provider failed to answer; its log has the details',
  },
  authority_unusable: {
    status: 500,
    reason: 'InternalError',
    message: 'a CA cannot issue certificates',
    wire: 'internal',
  },
  data_unreadable: { status: 500, reason: 'InternalError', message: 'stored data cannot be read', wire: 'internal' },
  not_implemented: {
    status: 501,
    reason: 'NotImplemented',
    message: 'the provider does not offer this',
    messageIsSent: true,
    log: 'nothing',
    wire: 'embedder',
  },
  unavailable: {
    status: 503,
    reason: 'ServiceUnavailable',
    message: 'the provider is not available for the moment',
  },
});

function complete<Code extends string>(rows: Record<Code, Row>): Readonly<Record<Code, ErrorRow>> {
  const general = { cceCode: 'CCE.01400001', olderCode: 'CCE_CM.0004', messageIsSent: true, log: 'nothing' } as const;
  const failed = { cceCode: 'CCE.01500001', messageIsSent: false, log: 'error' } as const;
  const usual = { wire: 'contract', exitCode: 1 } as const;
  const entries = Object.entries<Row>(rows).map(([code, row]) => {
    const ofClass =
      row.status >= 500 ? failed : row.cceCode === undefined ? general : { ...general, olderCode: undefined };
    return [code, { ...usual, ...ofClass, ...row }];
  });
  return Object.fromEntries(entries) as Record<Code, ErrorRow>;
}

/** Stable names of the errors; part of the public interface. */
export type ErrorCode = keyof typeof errorTable;

/** The code of the first row with that status. */
export function codeOfStatus(status: number): ErrorCode | undefined {
  const codes = Object.keys(errorTable) as ErrorCode[];
  return codes.find((code) => errorTable[code].status === status);
}

/** An error whose message is one line for people: the refused value and the accepted ones. Holds no secret. */
export class ClusterCertError extends Error {
  override readonly name = 'ClusterCertError';
  /** When to try again, where that is known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions & { retryAfterSeconds?: number },
  ) {
    super(message, options);
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

/** The first line of the message of anything that was thrown. */
export function firstLine(thrown: unknown): string {
  const { message } = (thrown ?? {}) as { message?: unknown };
  return (typeof message === 'string' ? message : String(thrown)).split('\n', 1)[0] ?? '';
}

/** The cause at the root of an error; the error itself if it has none. */
export function rootCause(thrown: unknown): unknown {
  let root = thrown;
  // Errors may be causes of each other.
  for (let depth = 0; depth < 8; depth += 1) {
    const { cause } = (root ?? {}) as { cause?: unknown };
    if (cause === undefined || cause === null) break;
    root = cause;
  }
  return root;
}

/** Node's `code` of an error of a system call or an option; '' where there is none. */
export function systemErrorCode(thrown: unknown): string {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** A given value in quotes for a message, always on one line. */
export function quoted(value: string): string {
  return `'${value.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))}'`;
}
