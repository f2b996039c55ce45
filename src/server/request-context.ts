// The context of a request for its handler.
import type { Caller } from '../registry/caller.js';

/** The facts for a handler besides the request itself. */
export interface RequestContext {
  caller: Caller;
  /** Writes an audit line. */
  audit: (event: string, fields: Record<string, unknown>) => void;
}
