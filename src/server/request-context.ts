// What a handler is told besides the request.
import type { Caller } from '../registry/caller.js';

/** What a handler knows besides the request. */
export interface RequestContext {
  caller: Caller;
  /** Writes an audit line. */
  audit: (event: string, fields: Record<string, unknown>) => void;
}
