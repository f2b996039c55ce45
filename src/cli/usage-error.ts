// Wrong usage of the command line.
import { ClusterCertError } from '../errors.js';

/** An error of the one who types: what was given, and what would be accepted. Exit code 2. */
export function usageError(message: string): ClusterCertError {
  return new ClusterCertError('invalid_argument', message);
}
