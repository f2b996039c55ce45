// The URL of the page whose tables the sources of checks name, from the contract.
import { loadContract } from '../spec.js';

/** Read from the contract when a report is made. */
export function tablesUrl(): string | undefined {
  return loadContract().externalDocs?.url;
}
