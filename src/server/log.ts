// The provider's log: JSON lines, or lines for people on a terminal, with a safety net for the rule that no secret is
// logged. The lines of one turn of the event loop are written at once, before its responses are sent.
import { pino } from 'pino';
import { firstLine } from '../errors.js';
import { readable } from './readable-log.js';

/** Lines about one request. */
export type RequestLog = Record<'info' | 'error', (fields: object, message: string) => void>;

/** The result of `createLog`, which alone can make one. */
export interface Log {
  info(message: string): void;
  info(fields: object, message: string): void;
  warn(message: string): void;
  error(message: string): void;
  error(fields: object, message: string): void;
  /** A log whose lines all begin with the same fields, without undefined ones. */
  child(fields: object): RequestLog;
  /**
   * Calls back once all lines so far are written, so that a response is sent after its audit line, though lines are
   * batched.
   */
  whenWritten(act: () => void): void;
}

/** The destination of lines, such as `process.stderr`. */
export interface LogStream {
  /** Gets one or more whole lines; calls back once they are written, or cannot be. */
  write(lines: string, written?: () => void): unknown;
  /** The length that is not written yet; undefined or 0 after `write` means that the lines are out. */
  readonly writableLength?: number | undefined;
  /** A terminal, where people read. */
  isTTY?: boolean | undefined;
}

// No line has these fields; if one ever did, they would not be written.
const secrets = new Set(['token', 'headers', 'authorization', 'privateKeyPem', 'seed']);
// Callers choose some values; a line has only a few of them.
const mostCharacters = 2_000;

/**
 * A log that writes to a stream; on a terminal, lines for people.
 *
 * @example
 * import { createLog } from 'cce-clustercert/server';
 *
 * const lines: string[] = [];
 * const log = createLog({ write: (text: string) => lines.push(text) });
 * log.info({ clusterId: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' }, 'cluster added');
 * log.whenWritten(() => console.log(lines.join('')));
 */
export function createLog(stream: LogStream): Log {
  const lines = new GatheredLines(stream);
  const log = pino(
    {
      base: null,
      timestamp,
      formatters: { level: (level) => ({ level }), log: presentable },
    },
    lines,
  );
  return Object.assign(log, { whenWritten: (act: () => void) => lines.whenWritten(act) });
}

let [stampedAt, stamp] = [0, ''];

/** As pino's own `isoTime`, written out once in a millisecond. */
function timestamp(): string {
  const now = Date.now();
  if (now !== stampedAt) [stampedAt, stamp] = [now, `,"time":"${new Date(now).toISOString()}"`];
  return stamp;
}

// Lines that wait for a reader, in characters; there are seldom many, because responses wait for their lines.
const mostBacklog = 8 * 1024 * 1024;

const unwritten = new Set<GatheredLines>();
// Also if the process ends by an uncaught error.
process.on('exit', () => unwritten.forEach((lines) => lines.flush()));

/** Batches the lines of a turn: a system call for each would cost more than making the line. */
class GatheredLines {
  readonly #stream: LogStream;
  #lines = '';
  #waiting: (() => void)[] = [];
  /** Characters that were not written yet. */
  #backlog = 0;
  #dropped = 0;

  constructor(stream: LogStream) {
    this.#stream = stream;
  }

  write(line: string): void {
    if (this.#backlog > mostBacklog) {
      this.#dropped += 1;
      return;
    }
    this.#flushLater();
    if (this.#dropped > 0) this.#lines += this.#droppedLine();
    this.#lines += this.#stream.isTTY === true ? readable(line) : line;
  }

  whenWritten(act: () => void): void {
    // Its line was dropped, so there is no response; the connection ends by the idle limit.
    if (this.#backlog > mostBacklog) return;
    this.#flushLater();
    this.#waiting.push(act);
  }

  flush(): void {
    unwritten.delete(this);
    const [lines, waiting] = [this.#lines, this.#waiting];
    [this.#lines, this.#waiting] = ['', []];
    let isWaiting = true;
    const written = () => {
      if (!isWaiting) return;
      isWaiting = false;
      this.#backlog -= lines.length;
      for (const act of waiting) act();
    };
    this.#backlog += lines.length;
    try {
      if (lines !== '') this.#stream.write(lines, written);
    } finally {
      // A pipe that nobody reads is full; Node would buffer the rest without bound.
      if (lines === '' || (this.#stream.writableLength ?? 0) === 0) written();
    }
  }

  #droppedLine(): string {
    const [level, time, msg, dropped] = [
      'error',
      new Date(),
      'log lines were dropped: nobody read them',
      this.#dropped,
    ];
    this.#dropped = 0;
    const line = `${JSON.stringify({ level, time, msg, dropped })}\n`;
    return this.#stream.isTTY === true ? readable(line) : line;
  }

  #flushLater(): void {
    if (unwritten.has(this)) return;
    unwritten.add(this);
    setImmediate(() => this.flush());
  }
}

/** The fields, or a copy without secret ones and with long values cut. */
function presentable(fields: Record<string, unknown>): Record<string, unknown> {
  let safe = fields;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const allowed = secrets.has(name) ? '[Redacted]' : isNested(value) ? presentable(value) : cut(value);
    if (allowed !== value) safe = { ...safe, [name]: allowed };
  }
  return safe;
}

function cut(value: unknown): unknown {
  return typeof value === 'string' && value.length > mostCharacters ? `${value.slice(0, mostCharacters)}…` : value;
}

function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** An error for the log: its place, without the values of a kubeconfig that failed validation. */
export function describeError(error: unknown) {
  const { name, stack, cause } = (error ?? {}) as Partial<Error>;
  return { name, message: firstLine(error), stack, cause: cause === undefined ? undefined : firstLine(cause) };
}
