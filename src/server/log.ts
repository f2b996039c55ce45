// Where the provider's log goes: JSON lines, with a net under the rule that no secret is logged.
import { pino } from 'pino';
import { firstLine } from '../errors.js';

/** What `createLog` gives; made by nothing else. */
export interface Log {
  info(message: string): void;
  info(fields: object, message: string): void;
  error(message: string): void;
  error(fields: object, message: string): void;
}

// No line has these; should one ever, they do not leave.
const secrets = new Set(['token', 'headers', 'authorization', 'privateKeyPem', 'seed']);

/** A log whose lines go to a stream, such as `process.stderr`. */
export function createLog(stream: { write(line: string): void }): Log {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: withoutSecrets },
    },
    stream,
  );
}

/** The fields as they are, or a copy without what must not leave. */
function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  let safe = fields;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const allowed = secrets.has(name) ? '[Redacted]' : isNested(value) ? withoutSecrets(value) : value;
    if (allowed !== value) safe = { ...safe, [name]: allowed };
  }
  return safe;
}

function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** An error for the log: where it went wrong, without the values of a kubeconfig that failed validation. */
export function describeError(error: unknown) {
  const { name, stack, cause } = (error ?? {}) as Partial<Error>;
  return { name, message: firstLine(error), stack, cause: cause === undefined ? undefined : firstLine(cause) };
}
