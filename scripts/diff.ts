// Says what a change of the contract breaks, for whom and why, and which version it deserves.
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { compareContracts } from './diff/message/compare-contracts.js';
import { NoVerdict } from './diff/document/document.js';
import { loadDocument } from './diff/document/load.js';
import { formats } from './diff/verdict/report.js';
import { findSourceBreaks } from './diff/verdict/source-breaks.js';
import { audiences, isBreaking, stepOf, type Audience } from './diff/verdict/verdict.js';

const usage = `Usage: npm run diff -- OLD NEW [--format text|json|markdown] [--for clients|providers]

OLD and NEW are files (YAML or JSON), URLs, or git revisions (spec/openapi.yaml there), as in HEAD~1.
Exit codes: 0 compatible, 1 breaking on the wire for clients (or those that --for names), 2 wrong usage,
3 no verdict could be reached.
`;

class WrongUsage extends Error {}

function readArguments(argv: string[]) {
  const options = { format: { type: 'string', default: 'text' }, for: { type: 'string', default: 'clients' } } as const;
  const parsed = (() => {
    try {
      return parseArgs({ args: argv, allowPositionals: true, options: { ...options, help: { type: 'boolean' } } });
    } catch (error) {
      throw new WrongUsage((error as Error).message.split('\n')[0]);
    }
  })();
  const { values, positionals } = parsed;
  if (values.help === true) return 'help';
  const [old, now, ...more] = positionals;
  if (old === undefined || now === undefined || more.length > 0)
    throw new WrongUsage(`two documents are needed, OLD and NEW; got ${positionals.length}`);
  return { old, now, format: choice('format', values.format, formats), audience: choice('for', values.for, audiences) };
}

function choice<Key extends string>(option: string, value: string, choices: Record<Key, unknown>): Key {
  if (Object.hasOwn(choices, value)) return value as Key;
  throw new WrongUsage(`--${option} '${value}' is not known; choose ${Object.keys(choices).join(', ')}`);
}

async function main(argv: string[]): Promise<number> {
  const wanted = readArguments(argv);
  if (wanted === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  const audience: Audience = wanted.audience;
  const [old, now] = await Promise.all([loadDocument(wanted.old), loadDocument(wanted.now)]);
  const changes = compareContracts(old, now);
  const breaking = {
    clients: changes.some((change) => isBreaking(change, 'clients')),
    providers: changes.some((change) => isBreaking(change, 'providers')),
  };
  const step = stepOf(changes, audience, isDeepStrictEqual(old.root, now.root));
  const sourceBreaks = await findSourceBreaks(old, now);
  process.stdout.write(formats[wanted.format]({ old, now, audience, changes, step, breaking, sourceBreaks }));
  return breaking[audience] ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof WrongUsage) {
    process.stderr.write(`error: ${error.message}\nhint: npm run diff -- --help\n`);
    process.exitCode = 2;
  } else {
    // Also for a mistake in this program: a crash is never a verdict.
    const message =
      error instanceof NoVerdict
        ? error.message
        : `unexpected: ${error instanceof Error ? (error.stack ?? '') : String(error)}`;
    process.stderr.write(`error: ${message}\n`);
    process.exitCode = 3;
  }
}
