// Where the provider's log goes: JSON lines, with a net under the rule that no secret is logged.
import { pino } from 'pino';

/** What `createLog` gives; made by nothing else. */
export interface Log {
  info(message: string): void;
  info(fields: object, message: string): void;
  error(message: string): void;
  error(fields: object, message: string): void;
}

// No line has these; should one ever, they do not leave.
const secrets = ['token', 'headers', 'authorization', 'privateKeyPem', 'seed'];

/** A log whose lines go to a stream, such as `process.stderr`. */
export function createLog(stream: { write(line: string): void }): Log {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: secrets.flatMap((name) => [name, `*.${name}`]),
    },
    stream,
  );
}
