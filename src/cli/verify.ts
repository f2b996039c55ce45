// The command that runs the contract kit against a provider.
import { writeFile } from 'node:fs/promises';
import { type ContractCase, type Input, type Target, contractCases, verify as runCases } from '../verify/index.js';
import { type Reporter, prettyWriter, report, reporters, summaryLine } from '../verify/report.js';
import { ClusterCertError, firstLine, quoted } from '../errors.js';
import {
  type Command,
  type Io,
  type OptionValues,
  checkEndpoint,
  optional,
  readDuration,
  readOutput,
  usageError,
} from './command.js';

const exitCodes = { passed: 0, findings: 1, unreachable: 3 };

export const verify: Command = {
  summary: 'test any provider of the API against the contract',
  usage: `verify --endpoint URL --project ID --cluster ID --token TOKEN [options]

Sends requests to a provider of this API and judges its answers, each by the table and row of the API page (or the rule
of an RFC or of Kubernetes) that it has to keep. What was not checked for want of an input is listed as such.

Options:
  --endpoint URL           base URL of the provider, without /api/v3
  --project ID             a project
  --cluster ID             a cluster of the project
  --token TOKEN            a token for the project
  --other-token TOKEN      a token of another user
  --expired-token TOKEN    a token that was valid once
  --other-project ID       a project that the token is not for
  --other-cluster ID       another cluster, of the same project or of the other one
  --eip-cluster ID         a cluster of the project whose API server has a public address
  --access-key AK, --secret-key SK
                           an access key pair for the project
  --only PATTERN           run the checks whose name, operation or source matches this regular expression
  --list                   list the checks and run none
  --timeout TIME           for each request (default: 5s)
  --reporter NAME          pretty, json, junit or markdown (default: pretty)
  --output FILE            write the report to a file

Each option can come from the environment too: CLUSTERCERT_TOKEN for --token, CLUSTERCERT_SECRET_KEY for --secret-key
and so on. Secrets are better off there, since every user of the machine can see command lines.

Exit codes: 0 every check passed, 1 findings, 2 wrong usage, 3 the provider could not be reached.

Examples:
  clustercert verify --endpoint http://127.0.0.1:8080 --project 77b6a44cba5143ab91d13ab9a8ff44fd \\
    --cluster 1df09f9a-5b9e-11ef-8f52-0255ac10003e --reporter junit --output clustercert.xml
  clustercert verify --list --only 'Table 7'
`,
  options: {
    endpoint: { type: 'string' },
    project: { type: 'string' },
    cluster: { type: 'string' },
    token: { type: 'string' },
    'other-token': { type: 'string' },
    'expired-token': { type: 'string' },
    'other-project': { type: 'string' },
    'other-cluster': { type: 'string' },
    'eip-cluster': { type: 'string' },
    'access-key': { type: 'string' },
    'secret-key': { type: 'string' },
    only: { type: 'string' },
    list: { type: 'boolean' },
    timeout: { type: 'string', default: '5s' },
    reporter: { type: 'string', default: 'pretty' },
    output: { type: 'string' },
  },
  positionals: 0,
  run: async (values, _positionals, io) => {
    const cases = chooseCases(values);
    if (values['list'] === true) {
      for (const { name, source } of cases) io.stdout.write(`${name}  [${source}]\n`);
      return exitCodes.passed;
    }
    const reporter = readReporter(values);
    const target = readTarget(values, io);
    const output = readOutput(values);
    const live = reporter === 'pretty' && output === undefined && io.stdout.isTTY === true;
    const pretty = prettyWriter({ colour: (io.environment['NO_COLOR'] ?? '') === '' });
    const result = await runCases(cases, target, (one) => {
      if (live) io.stdout.write(pretty.write(one));
    });
    if (!result.reachable) {
      if (reporter !== 'pretty') await write(io, output, report(result, reporter));
      io.stderr.write(`error: ${new URL(target.endpoint).origin} cannot be reached: ${result.reason ?? ''}\n`);
      return exitCodes.unreachable;
    }
    await write(io, output, live ? pretty.end(result) : report(result, reporter));
    if (output !== undefined) io.stderr.write(`${summaryLine(result)}\n`);
    return result.cases.some(({ outcome }) => outcome === 'failed') || noVerdict(result.cases)
      ? exitCodes.findings
      : exitCodes.passed;
  },
};

/** Nothing passed: a provider of which nothing could be judged is not right. */
const noVerdict = (cases: { outcome: string; reason?: string }[]) =>
  cases.length > 0 &&
  cases.every(({ outcome, reason = '' }) => outcome === 'not checked' && !reason.startsWith('needs '));

async function write(io: Io, file: string | undefined, text: string): Promise<void> {
  if (file === undefined) {
    io.stdout.write(text);
    return;
  }
  await writeFile(file, text).catch((cause: unknown) => {
    throw new ClusterCertError('data_unreadable', `--output ${quoted(file)} cannot be written: ${firstLine(cause)}`, {
      cause,
    });
  });
}

function chooseCases(values: OptionValues): ContractCase[] {
  const only = optional(values, 'only');
  if (only === undefined) return [...contractCases];
  let pattern: RegExp;
  try {
    pattern = new RegExp(only, 'i');
  } catch {
    throw usageError(`--only ${quoted(only)} is not a regular expression`);
  }
  const chosen = contractCases.filter(({ name, operationId, source }) =>
    [name, operationId, source].some((text) => pattern.test(text)),
  );
  if (chosen.length === 0) throw usageError(`--only ${quoted(only)} matches no check; --list shows them all`);
  return chosen;
}

function readReporter(values: OptionValues): Reporter {
  const name = optional(values, 'reporter') ?? '';
  const reporter = reporters.find((one) => one === name);
  if (reporter) return reporter;
  throw usageError(`--reporter ${quoted(name)} is not known; it must be one of ${reporters.join(', ')}`);
}

function readTarget(values: OptionValues, io: Io): Target {
  const given = (name: string) => {
    const value = optional(values, name) ?? io.environment[`CLUSTERCERT_${name.toUpperCase().replaceAll('-', '_')}`];
    return value === '' ? undefined : value;
  };
  const needed = (name: string) => {
    const value = given(name);
    if (value !== undefined) return value;
    throw usageError(`option --${name} is missing`);
  };
  const optionalInputs: Record<Exclude<Input, 'accessKey'>, string> = {
    otherToken: 'other-token',
    expiredToken: 'expired-token',
    otherProjectId: 'other-project',
    otherClusterId: 'other-cluster',
    eipClusterId: 'eip-cluster',
  };
  const inputs = Object.entries(optionalInputs).flatMap(([key, name]) => {
    const value = given(name);
    return value === undefined ? [] : [[key, checkSendable(name, value)]];
  });
  const [id, secret] = [given('access-key'), given('secret-key')];
  if ((id === undefined) !== (secret === undefined)) throw usageError('--access-key and --secret-key belong together');
  return {
    endpoint: checkEndpoint(needed('endpoint')),
    projectId: checkSendable('project', needed('project')),
    clusterId: checkSendable('cluster', needed('cluster')),
    token: checkSendable('token', needed('token')),
    ...(Object.fromEntries(inputs) as Partial<Target>),
    ...(id !== undefined && secret !== undefined && { accessKey: { id: checkSendable('access-key', id), secret } }),
    timeoutMs: readDuration(values, 'timeout', { least: 1 }) * 1000,
  };
}

/** IDs go into paths and tokens into headers as they are. */
function checkSendable(name: string, value: string): string {
  if (/^[\x21-\x7e]+$/.test(value) && (name.endsWith('token') || !/[/?#]/.test(value))) return value;
  throw usageError(`--${name} has a character that cannot be sent; it must be printable ASCII without spaces`);
}
