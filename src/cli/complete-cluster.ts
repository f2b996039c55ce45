// Names of clusters for a shell's completion, from the provider of options and environment.
import type { Command, Io } from './command.js';
import { connect } from './connect.js';
import { connectionOptions, readConnectionSettings } from './connection-options.js';
import { listNames } from './find-cluster.js';
import { readValues } from './options.js';
import { parseArguments } from './parse-arguments.js';

/** Throws where anything is missing or wrong. */
export async function clusterNames(
  words: readonly string[],
  command: Command,
  { io, timeoutMs }: { io: Io; timeoutMs: number },
): Promise<string[]> {
  const positionals = (command.positionals ?? []).map((positional) => ({ ...positional, mayMiss: true }));
  const { given } = parseArguments('', words, { ...command, positionals });
  const settings = await readConnectionSettings(readValues(connectionOptions, given, io.environment), io.environment);
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('too late')), timeoutMs).unref();
  });
  const names = await Promise.race([late, connect({ ...settings, timeoutMs }).then(listNames)]);
  // A shell would execute some characters that a provider may send.
  return [...new Set(names)].filter((name) => /^\w[\w.-]*$/.test(name)).sort();
}
