// Puts a credential into a header. The errors of `Headers` itself would show the value.
import { ClusterCertError } from '../errors.js';

/** Sets the header; throws `invalid_argument`, without the value, for one that no header can carry. */
export function setCredential(headers: Headers, name: string, value: string): void {
  if (!/^[!-~]+\s*$/.test(value)) {
    throw new ClusterCertError('invalid_argument', `${name} is not valid; it must be visible ASCII`);
  }
  headers.set(name, value);
}
