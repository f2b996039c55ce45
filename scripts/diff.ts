// Reports what a change of the contract breaks, for whom and why, and which version it deserves.
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { NoVerdict } from './diff/document/document.js';
import { loadDocuments } from './diff/document/load.js';
import { compareContracts } from './diff/message/compare-contracts.js';
import { readExceptions, withoutIgnored } from './diff/verdict/ignore.js';
import { formats } from './diff/verdict/report.js';
import { listRules, rulesTable } from './diff/verdict/rule-list.js';
import { findSourceBreaks } from './diff/verdict/source-breaks.js';
import { audiences, failsFrom, levels, packageStep, stepOf, worstLevel } from './diff/verdict/verdict.js';

const usage = `Usage: npm run diff -- OLD NEW [options]

  --format text|json|markdown        (default: text)
  --for clients|providers            whom the exit code and the version step are for (default: clients)
  --fail-on breaks|may-break|none    from which level on the exit code is 1 (default: may-break)
  --ignore FILE                      YAML list of accepted changes, each with rule, path and reason
  --rules                            lists all rules by ID, with whom they break

OLD and NEW are files (YAML or JSON), URLs, or git revisions (spec/openapi.yaml there), as in HEAD~1.
Exit codes: 0 compatible, 1 breaks or may break on the wire for clients (or those that --for names), 2 wrong usage,
3 no verdict could be reached.
`;

class WrongUsage extends Error {}

const options = {
  format: { type: 'string', default: 'text' },
  for: { type: 'string', default: 'clients' },
  'fail-on': { type: 'string', default: 'may-break' },
  ignore: { type: 'string' },
  rules: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, allowPositionals: true, options });
  } catch (error) {
    throw new WrongUsage((error as Error).message.split('\n')[0]);
  }
}

function readArguments(argv: string[]) {
  const { values, positionals } = parse(argv);
  if (values.help === true) return { print: usage };
  if (values.rules === true) return { print: `${rulesTable()}\n` };
  const [old, now, ...more] = positionals;
  if (old === undefined || now === undefined || more.length > 0)
    throw new WrongUsage(`two documents are needed, OLD and NEW; got ${positionals.length}`);
  return {
    old,
    now,
    format: choice('format', values.format, formats),
    audience: choice('for', values.for, audiences),
    failOn: choice('fail-on', values['fail-on'], failsFrom),
    ignore: values.ignore,
  };
}

function choice<Key extends string>(option: string, value: string, choices: Record<Key, unknown>): Key {
  if (Object.hasOwn(choices, value)) return value as Key;
  throw new WrongUsage(`--${option} '${value}' is not known; choose ${Object.keys(choices).join(', ')}`);
}

async function main(argv: string[]): Promise<number> {
  const wanted = readArguments(argv);
  if ('print' in wanted) {
    process.stdout.write(wanted.print);
    return 0;
  }
  const { audience } = wanted;
  const ruleIds = new Set(listRules().map(({ id }) => id));
  const exceptions = wanted.ignore === undefined ? [] : readExceptions(wanted.ignore, ruleIds);
  const [old, now] = await loadDocuments(wanted.old, wanted.now);
  const { changes, ignored } = withoutIgnored(compareContracts(old, now), exceptions);
  const level = { clients: worstLevel(changes, 'clients'), providers: worstLevel(changes, 'providers') };
  const wireStep = stepOf(changes, audience, old.root === now.root || isDeepStrictEqual(old.root, now.root));
  const sourceBreaks = await findSourceBreaks(old, now);
  const step = audience === 'clients' ? packageStep(wireStep, sourceBreaks) : wireStep;
  const report = { old, now, audience, changes, ignored, step, wireStep, level, sourceBreaks };
  process.stdout.write(formats[wanted.format](report));
  return levels.indexOf(level[audience]) <= failsFrom[wanted.failOn] ? 1 : 0;
}

/** Also for a bug in this program: a crash is never a verdict. */
function whyNoVerdict(error: unknown): string {
  if (error instanceof NoVerdict) return error.message;
  if (error instanceof RangeError) return `the contracts are nested too deeply to be compared (${error.message})`;
  return `unexpected: ${error instanceof Error ? (error.stack ?? '') : String(error)}`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof WrongUsage;
  process.stderr.write(
    isUsage ? `error: ${error.message}\nhint: npm run diff -- --help\n` : `error: ${whyNoVerdict(error)}\n`,
  );
  process.exitCode = isUsage ? 2 : 3;
}
