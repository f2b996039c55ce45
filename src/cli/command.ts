// A command of the program: rows of options, positional words, and one short function.
import type { OptionTable, ValuesOf } from './options.js';

/** The parts of the process that a command may use. */
export interface Io {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: { write(text: string): unknown };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The whole of standard input. */
  readStdin(): Promise<Uint8Array>;
  /** Resolves when the process is asked to end. */
  untilStopped(): Promise<void>;
  /** Calls back on each SIGHUP, which then does not end the process. */
  onHangup?(act: () => void): void;
}

export interface Positional {
  /** Its name in the help, such as `CLUSTER`. */
  name: string;
  /** One line of help; none where `about` describes it. */
  help?: string;
  mayMiss?: boolean;
  /** Its possible values, for completion. */
  choices?: readonly string[];
}

export interface CommandDescription<Table extends OptionTable = OptionTable> {
  /** One line. */
  summary: string;
  positionals?: readonly Positional[];
  options: Table;
  /** Paragraphs between the usage line and the options. */
  about?: readonly string[];
  /** Paragraphs after the options. */
  notes?: readonly string[];
  /** Command lines, without the name of the program. */
  examples: readonly string[];
  run(values: ValuesOf<Table>, positionals: string[], io: Io): Promise<number>;
}

/** A command with typed options: `run` gets their values. */
export type Command = CommandDescription;

/** Describes a command so that `run` knows the types of its options. */
export function defineCommand<Table extends OptionTable>(description: CommandDescription<Table>): Command {
  // `run` always gets values of this very table.
  return description;
}
