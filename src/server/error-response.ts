// The response for any thrown value, as the contract's ErrorStatus by the table of errors. Details that are not for the
// caller are left out.
import type { components } from '../../generated/types.js';
import { ClusterCertError, type ErrorCode, type ErrorRow, cceSentences, codeOfStatus, errorTable } from '../errors.js';

type ErrorStatus = components['schemas']['ErrorStatus'];

export interface ErrorResponse {
  status: number;
  headers: Record<string, string>;
  body: ErrorStatus;
}

// Short, because the usual reason is a restart of the provider or of its identity service.
const retryAfterSeconds = 5;

/** The response for anything that was thrown while a request was served. */
export function toErrorResponse(thrown: unknown): ErrorResponse {
  const code = codeOnTheWire(thrown);
  const { status, reason, cceCode, olderCode, message }: ErrorRow = errorTable[code];
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
      errorCode: cceCode,
      errorMessage: cceSentences[cceCode],
      error_code: olderCode ?? cceCode,
      error_msg: text,
    },
  };
}

/** Whether the error is logged too, besides the line of its request. */
export function isLogged(thrown: unknown): boolean {
  return errorTable[codeOnTheWire(thrown)].log === 'error';
}

/** Why a request was refused or failed, for operators; callers may see less. */
export function reasonOf(thrown: unknown): ErrorCode {
  return thrown instanceof ClusterCertError ? thrown.code : codeOfHttpError(thrown);
}

function codeOnTheWire(thrown: unknown): ErrorCode {
  const code = reasonOf(thrown);
  return errorTable[code].wire === 'internal' ? 'internal' : code;
}

/** The validator and the body parser throw errors with a `status`. */
function codeOfHttpError(thrown: unknown): ErrorCode {
  const status = (thrown as { status?: unknown } | undefined)?.status;
  if (typeof status !== 'number' || status < 400 || status >= 500) return 'internal';
  if (status === 415) return 'content_type_not_supported';
  const code = codeOfStatus(status);
  return code && errorTable[code].wire === 'contract' ? code : 'invalid_argument';
}

/** Replacements for messages of the validator that mean nothing to a caller. */
const plainer: Record<string, string> = {
  'must NOT have additional properties': 'is no field of this request',
  'must NOT be valid': 'has a value that the contract excludes; its description says which are accepted',
};

/** The text of our own errors and of the validator's findings; nothing about failures of the provider. */
function messageForCaller(thrown: unknown, code: ErrorCode): string | undefined {
  if (thrown instanceof ClusterCertError) return errorTable[code].messageIsSent ? thrown.message : undefined;
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
