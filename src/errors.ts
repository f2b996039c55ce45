// The one error class of the project and the union of all its codes. Which HTTP status or exit code a code
// becomes is decided where it leaves the program, not here.

/** Stable names of what can go wrong; part of the public interface. */
export type ErrorCode =
  | 'invalid_argument'
  | 'content_type_not_supported'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'request_timeout'
  | 'already_exists'
  | 'content_too_large'
  | 'headers_too_large'
  | 'too_many_requests'
  | 'authority_unusable'
  | 'data_unreadable'
  | 'internal'
  | 'unavailable';

/** An error whose message is one line for people: what was refused and what would be accepted. Holds no secret. */
export class ClusterCertError extends Error {
  override readonly name = 'ClusterCertError';
  /** When it is worth trying again, where that is known. */
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

/** The `code` that Node gives the errors of system calls and options; '' where there is none. */
export function errorCode(thrown: unknown): string {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** A value that somebody gave, in quotes for a message: on one line, whatever it holds. */
export function quoted(value: string): string {
  return `'${value.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))}'`;
}
