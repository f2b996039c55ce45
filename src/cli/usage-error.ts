// Wrong usage of the command line.
import { ClusterCertError } from '../errors.js';

/** An error of the user: the given value and the accepted ones. Exit code 2. */
export function usageError(message: string): ClusterCertError {
  return new ClusterCertError('invalid_argument', message);
}

/** Refuses one of two options without the other. */
export function assertTogether<Name extends string>(
  values: Readonly<Partial<Record<Name, unknown>>>,
  one: Name,
  other: Name,
): void {
  if ((values[one] === undefined) !== (values[other] === undefined))
    throw usageError(`--${one} and --${other} go together; give both or neither`);
}
