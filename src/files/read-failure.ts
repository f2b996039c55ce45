// What a file that cannot be read means: its content is damaged, or the system cannot read it at the moment.
import { ClusterCertError, systemErrorCode, firstLine } from '../errors.js';

// There is no such file, or a folder stands in its place: somebody has to mend that. Anything else that a system call says,
// such as too many open files, a disk error or missing rights, says nothing of the content.
const damage = ['ENOENT', 'ENOTDIR', 'EISDIR'];

/**
 * The error of something that cannot be read: `unavailable` while the system fails to read it, `data_unreadable` when its content
 * is damaged. Shows no piece of the content.
 */
export function readFailure(what: string, cause: unknown): ClusterCertError {
  const { syscall } = (cause ?? {}) as { syscall?: unknown };
  const isSystem = typeof syscall === 'string' && !damage.includes(systemErrorCode(cause));
  const passing = isSystem || (cause instanceof ClusterCertError && cause.code === 'unavailable');
  // A parser's message may show a piece of what it reads.
  const because = cause instanceof SyntaxError ? 'it is not JSON' : firstLine(cause);
  return new ClusterCertError(passing ? 'unavailable' : 'data_unreadable', `${what} cannot be read: ${because}`);
}

/** Whether that, and nothing else, was in the way. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof ClusterCertError && error.code === 'unavailable';
}
