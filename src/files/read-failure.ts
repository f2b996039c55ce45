// Why a file cannot be read: its content is damaged, or the system cannot read it at the moment.
import { ClusterCertError, systemErrorCode, firstLine } from '../errors.js';

// A missing file, or a folder in its place, needs repair. Any other error of a system call, such as too many open
// files, a disk error or missing rights, says nothing about the content.
const damage = ['ENOENT', 'ENOTDIR', 'EISDIR'];

/**
 * The error for something that cannot be read: `unavailable` while the system fails to read it, `data_unreadable` when
 * its content is damaged. Shows no part of the content.
 */
export function readFailure(what: string, cause: unknown): ClusterCertError {
  const { syscall } = (cause ?? {}) as { syscall?: unknown };
  const isSystem = typeof syscall === 'string' && !damage.includes(systemErrorCode(cause));
  const passing = isSystem || (cause instanceof ClusterCertError && cause.code === 'unavailable');
  // A parser's message may show a part of its input.
  const because = cause instanceof SyntaxError ? 'it is not JSON' : firstLine(cause);
  return new ClusterCertError(passing ? 'unavailable' : 'data_unreadable', `${what} cannot be read: ${because}`);
}

/** Whether the system, not the content, was the reason. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof ClusterCertError && error.code === 'unavailable';
}
