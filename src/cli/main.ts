// The command line as a function: finds the command, runs it, turns errors into one line and an exit code.
import { parseArgs } from 'node:util';
import { errorCode, firstLine, quoted } from '../errors.js';
import { ClusterCertRequestError } from '../client/or-throw.js';
import { type Command, type Io, markMissingValues, usageError } from './command.js';
import { loadContract } from '../spec.js';

/** Each loads its own file, so that a command waits for nothing that it does not use. */
const commands: Record<string, () => Promise<Command>> = {
  serve: async () => (await import('./serve.js')).serve,
  'cluster add': async () => (await import('./cluster.js')).clusterAdd,
  'cluster list': async () => (await import('./cluster.js')).clusterList,
  'cluster show': async () => (await import('./cluster.js')).clusterShow,
  'cluster remove': async () => (await import('./cluster.js')).clusterRemove,
  'token add': async () => (await import('./token.js')).tokenAdd,
  'token list': async () => (await import('./token.js')).tokenList,
  'token revoke': async () => (await import('./token.js')).tokenRevoke,
  'access-key add': async () => (await import('./access-key.js')).accessKeyAdd,
  'access-key list': async () => (await import('./access-key.js')).accessKeyList,
  'access-key revoke': async () => (await import('./access-key.js')).accessKeyRevoke,
  inspect: async () => (await import('./inspect.js')).inspect,
  verify: async () => (await import('./verify.js')).verify,
  get: async () => (await import('./get.js')).get,
  credential: async () => (await import('./credential.js')).credential,
};

/** Runs the program. Exit codes: 0 done, 1 refused or failed, 2 wrong usage; a command may have more of its own. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
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
  if (argv.includes('--help') || argv.includes('-h') || argv[0] === 'help') {
    io.stdout.write(command ? `Usage: clustercert ${command.usage}` : await overview());
    return 0;
  }
  if (argv[0] === '--version') {
    // The package's version follows the contract's.
    io.stdout.write(`${loadContract().info.version}\n`);
    return 0;
  }
  if (!command) throw noCommand(argv);
  const args = markMissingValues(argv.slice(name.split(' ').length), command);
  const { values, positionals } = parseArgs({ args, options: command.options, allowPositionals: true });
  const { positionals: most, optionalPositionals = 0 } = command;
  const least = most - optionalPositionals;
  if (positionals.length < least || positionals.length > most) {
    const count = least === most ? String(most) : `at most ${most}`;
    throw usageError(`'${name}' takes ${count} argument${most === 1 ? '' : 's'}, not ${positionals.length}`);
  }
  return command.run(values, positionals, io);
}

/** The longest run of leading words that names a command; '' when there is none. */
function findCommand(argv: readonly string[]): string {
  const words = argv[0] === 'help' ? argv.slice(1) : argv;
  return [words.slice(0, 2).join(' '), words[0] ?? ''].find((name) => Object.hasOwn(commands, name)) ?? '';
}

function noCommand(argv: readonly string[]): Error {
  const [group] = argv;
  if (group === undefined) return usageError('a command is missing');
  const inGroup = Object.keys(commands).filter((name) => name.startsWith(`${group} `));
  const known = inGroup.length === 0 ? '' : `; there are ${inGroup.join(', ')}`;
  return usageError(`there is no command ${quoted(argv.slice(0, 2).join(' '))}${known}`);
}

async function overview(): Promise<string> {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines: string[] = [];
  for (const [name, load] of Object.entries(commands))
    lines.push(`  ${name.padEnd(width)}  ${(await load()).summary}\n`);
  return `Usage: clustercert COMMAND [options]

Hands out the certificates of Kubernetes clusters as kubeconfig files, by the API of the CCE family of clouds.

Commands:
${lines.join('')}
'clustercert COMMAND --help' shows the options of a command.

Examples:
  clustercert serve
  clustercert cluster add --project 77b6a44cba5143ab91d13ab9a8ff44fd --server https://192.168.1.7:5443
  clustercert token add --project 77b6a44cba5143ab91d13ab9a8ff44fd --user alice
`;
}

/** A provider that finds a request wrong is another matter than a command line that is. */
function isWrongUsage(error: unknown): boolean {
  if (error instanceof ClusterCertRequestError) return false;
  return errorCode(error) === 'invalid_argument' || errorCode(error).startsWith('ERR_PARSE_ARGS');
}

function hintFor(error: unknown): string | undefined {
  return errorCode(error) === 'EADDRINUSE' ? 'choose another port with --port; 0 takes a free one' : undefined;
}
