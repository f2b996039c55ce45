// The command line as a function: finds the command, runs it, turns errors into one line and an exit code.
import { ClusterCertError, errorTable, firstLine, quoted } from '../errors.js';
import { ClusterCertRequestError } from '../client/or-throw.js';
import type { Io } from './command.js';
import { commands, commandsOf, groups } from './commands.js';
import { commandHelp, exampleLines, fold, helpLines } from './help.js';
import { hintFor } from './hints.js';
import { nearest } from './nearest.js';
import { readValues } from './options.js';
import { parseArguments } from './parse-arguments.js';
import { usageError } from './usage-error.js';
import { loadContract } from '../spec.js';

/** Runs the program. Exit codes: 0 done, 1 refused or failed, 2 wrong usage; a command may have more of its own. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [first = '', ...rest] = argv;
  // Called by shells, not by people: prints candidates only.
  if (first === '__complete') return (await import('./complete.js')).complete(rest, io);
  const name = findCommand(argv);
  try {
    return await dispatch(name, argv, io);
  } catch (error) {
    const wrongUsage = isWrongUsage(error);
    io.stderr.write(`error: ${firstLine(error)}\n`);
    const hint = wrongUsage ? ['clustercert', name, '--help'].filter(Boolean).join(' ') : hintFor(error);
    if (hint !== undefined) io.stderr.write(`hint: ${hint}\n`);
    return wrongUsage ? 2 : 1;
  }
}

async function dispatch(name: string, argv: readonly string[], io: Io): Promise<number> {
  const command = await commands[name]?.();
  const [first = ''] = argv;
  if (first === 'help' || asksForHelp(argv)) {
    const group = first === 'help' ? argv[1] : first;
    io.stdout.write(command ? commandHelp(name, command) : await overview(group));
    return 0;
  }
  if (['version', '--version', '-v', '-V'].includes(first)) {
    // The package's version follows the contract's.
    io.stdout.write(`${loadContract().info.version}\n`);
    return 0;
  }
  if (!command) throw noCommand(argv);
  const { given, positionals } = parseArguments(name, argv.slice(name.split(' ').length), command);
  return command.run(readValues(command.options, given, io.environment), positionals, io);
}

/** Words after `--` are not options. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.slice(0, end).some((word) => word === '--help' || word === '-h');
}

/** The longest run of leading words that names a command; '' when there is none. */
function findCommand(argv: readonly string[]): string {
  const words = argv[0] === 'help' ? argv.slice(1) : argv;
  const names = [3, 2, 1].map((count) => words.slice(0, count).join(' '));
  return names.find((name) => Object.hasOwn(commands, name)) ?? '';
}

function noCommand(argv: readonly string[]): Error {
  const [word, second] = argv;
  if (word === undefined) return usageError('a command is missing');
  const inGroup = commandsOf(word);
  const given = inGroup.length > 0 && second !== undefined ? `${word} ${second}` : word;
  const known = inGroup.length === 0 ? '' : `; there are ${inGroup.join(', ')}`;
  return usageError(`there is no command ${quoted(given)}${known}${suggestion(word, second)}`);
}

/** The nearest command, or the nearest of the word's own. */
function suggestion(word: string, second = ''): string {
  const words = Object.keys(commands).map((name) => name.split(' ')[0] ?? '');
  const own = commandsOf(word).map((name) => name.slice(word.length + 1));
  const near = own.length > 0 ? nearest(second, own) : nearest(word, [...words, 'help', 'version']);
  if (near === undefined) return '';
  return `; did you mean '${own.length > 0 ? `${word} ${near}` : near}'?`;
}

/** The main help, or that of a word with several commands, such as `cluster`. */
async function overview(word: string | undefined): Promise<string> {
  const own = word === undefined ? [] : commandsOf(word);
  if (own.length > 0) {
    return `Usage: clustercert ${word ?? ''} COMMAND [options]\n\nCommands:\n${await listOf(own)}\n${more}`;
  }
  const parts = [];
  for (const [title, members] of Object.entries(groups))
    parts.push(`${title}:\n${await listOf(Object.keys(members))}\n`);
  return `Usage: clustercert COMMAND [options]

${fold('Hands out the certificates of Kubernetes clusters as kubeconfig files, by the API of the CCE family of clouds.')}

${parts.join('')}${more}
Examples:
${overviewExamples.map((example) => `${exampleLines(example)}\n`).join('')}`;
}

const overviewExamples = [
  'serve',
  'cluster add --project 77b6a44cba5143ab91d13ab9a8ff44fd --server https://192.168.1.7:5443',
  'token add --project 77b6a44cba5143ab91d13ab9a8ff44fd --user alice',
];

const more = "'clustercert COMMAND --help' shows the options of a command.\n";

async function listOf(names: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const name of names) lines.push(...helpLines(name, (await commands[name]?.())?.summary ?? ''));
  return lines.map((line) => `${line}\n`).join('');
}

/** A request that a provider refuses is not wrong usage of the command line. */
function isWrongUsage(error: unknown): boolean {
  if (error instanceof ClusterCertRequestError || !(error instanceof ClusterCertError)) return false;
  return errorTable[error.code].exitCode === 2;
}
