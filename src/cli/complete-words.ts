// The candidates at the cursor of a command line, from the rows of the commands and their options.
import type { Command, Io } from './command.js';
import { commands } from './commands.js';
import { written } from './help.js';
import type { Option } from './options.js';

export interface Completion {
  kind: 'words' | 'files' | 'folders';
  /** With descriptions; '' where there is none. */
  candidates: readonly [word: string, what: string][];
}

const none: Completion = { kind: 'words', candidates: [] };

/** The candidates for the last of the words, which may be empty; the name of the program is not among them. */
export async function completeWords(words: readonly string[], io: Io): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const found = await completeAt(before, current, io);
  return { ...found, candidates: found.candidates.filter(([word]) => word.startsWith(current)) };
}

async function completeAt(before: readonly string[], current: string, io: Io): Promise<Completion> {
  const words = before[0] === 'help' ? before.slice(1) : before;
  const name = words
    .map((_, index) => words.slice(0, index + 1).join(' '))
    .findLast((one) => Object.hasOwn(commands, one));
  if (name === undefined) return completeCommand(words);
  if (before[0] === 'help') return none;
  const command = await commands[name]?.();
  return command ? completeArgument(command, words.slice(name.split(' ').length), { current, io }) : none;
}

/** The next word of the commands that begin with these. */
async function completeCommand(words: readonly string[]): Promise<Completion> {
  const candidates = new Map<string, string>();
  for (const name of Object.keys(commands)) {
    const parts = name.split(' ');
    if (words.some((word, index) => parts[index] !== word)) continue;
    const isWhole = parts.length === words.length + 1;
    candidates.set(parts[words.length] ?? '', isWhole ? ((await commands[name]?.())?.summary ?? '') : '');
  }
  if (words.length === 0) candidates.set('help', 'show the help').set('version', 'show the version');
  return { kind: 'words', candidates: [...candidates] };
}

interface Cursor {
  current: string;
  io: Io;
}

function completeArgument(
  command: Command,
  words: readonly string[],
  cursor: Cursor,
): Completion | Promise<Completion> {
  const { options } = command;
  const rowOf = (word: string) => (Object.hasOwn(options, word.slice(2)) ? options[word.slice(2)] : undefined);
  const { current } = cursor;
  const takesNext = (word = '') => {
    const row = word.startsWith('--') ? rowOf(word) : undefined;
    return row?.placeholder !== undefined && row.valueMayMiss !== true ? row : undefined;
  };
  const [, joined] = /^(--[^=]+)=/.exec(current) ?? [];
  if (joined !== undefined) return valueOf(rowOf(joined), `${joined}=`);
  const open = takesNext(words.at(-1));
  if (open !== undefined && takesNext(words.at(-2)) === undefined) return valueOf(open, '');
  if (current.startsWith('-')) return { kind: 'words', candidates: optionsLeft(options, words) };
  const given = words.filter((word, index) => !word.startsWith('-') && takesNext(words[index - 1]) === undefined);
  const positional = (command.positionals ?? [])[given.length];
  if (positional?.name === 'CLUSTER') return completeCluster(words, command, cursor.io);
  if (positional?.choices) return { kind: 'words', candidates: positional.choices.map((word) => [word, '']) };
  if (positional?.name === 'FILE') return { ...none, kind: 'files' };
  return none;
}

function valueOf(row: Option<unknown> | undefined, prefix: string): Completion {
  if (row?.choices) return { kind: 'words', candidates: row.choices.map((word) => [prefix + word, '']) };
  if (row?.placeholder === 'FILE') return { ...none, kind: 'files' };
  return row?.placeholder === 'DIR' ? { ...none, kind: 'folders' } : none;
}

/** The options that can still be given, each with the start of its help. */
function optionsLeft(options: Command['options'], words: readonly string[]): [string, string][] {
  const given = new Set(words.map((word) => word.replace(/=.*/, '')));
  const left = Object.entries(options).filter(([name, { multiple }]) => multiple === true || !given.has(`--${name}`));
  const rows = left.map(([name, row]): [string, string] => {
    const [shown = ''] = row.help.split(/[;\n]|: /);
    return [
      `--${name}`,
      row.placeholder === undefined ? shown : `${written(name, row).split(/[ =]/)[1] ?? ''}: ${shown}`,
    ];
  });
  return [...rows, ['--help', 'show the help']];
}

// A shell waits for this.
const patienceMs = 2000;

/** Names of the provider's clusters; silently none where it cannot be called. */
async function completeCluster(words: readonly string[], command: Command, io: Io): Promise<Completion> {
  const { clusterNames } = await import('./complete-cluster.js');
  const names = await clusterNames(words, command, { io, timeoutMs: patienceMs }).catch(() => []);
  return { kind: 'words', candidates: names.map((name) => [name, 'cluster']) };
}
