// What a command of the program is: rows of options, words, and one short function.
import type { OptionTable, ValuesOf } from './options.js';

/** What a command may touch of the process it runs in. */
export interface Io {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: { write(text: string): unknown };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** All that comes from standard input. */
  readStdin(): Promise<Uint8Array>;
  /** Resolves when the process is asked to end. */
  untilStopped(): Promise<void>;
  /** Calls back on each SIGHUP, which ends nothing then. */
  onHangup?(act: () => void): void;
}

export interface Positional {
  /** How it is called in the help, such as `CLUSTER`. */
  name: string;
  /** One line of help; none where `about` tells of it. */
  help?: string;
  mayMiss?: boolean;
  /** What it may be, for completion. */
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

/** A command whose options are read: `run` gets their values with their types. */
export type Command = CommandDescription;

/** Describes a command, with the types of its options known to its `run`. */
export function defineCommand<Table extends OptionTable>(description: CommandDescription<Table>): Command {
  // The values that `run` gets are always those of this very table.
  return description;
}
