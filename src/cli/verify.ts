// The command that runs the contract kit against a provider.
import { writeFile } from 'node:fs/promises';
import { type ContractCase, type Input, type Target, contractCases, verify as runCases } from '../verify/index.js';
import { prettyWriter, report, reporters, summaryLine } from '../verify/report.js';
import { ClusterCertError, firstLine, quoted } from '../errors.js';
import { type Io, defineCommand } from './command.js';
import { type ValuesOf, flag, missingOption, optional, withDefault } from './options.js';
import { duration, endpointUrl, file, oneOf, text } from './readers.js';
import { usageError } from './usage-error.js';

const exitCodes = { passed: 0, findings: 1, unreachable: 3 };

/** An input that may come from the environment, where secrets are better off. */
function input(name: string, placeholder: string, help: string) {
  const variable = `CLUSTERCERT_${name.toUpperCase().replaceAll('-', '_')}`;
  return optional({ placeholder, help, variable, read: sendable });
}

/** IDs go into paths and tokens into headers as they are. */
function sendable(value: string, label: string): string {
  const isToken = label.toLowerCase().endsWith('token');
  if (/^[\x21-\x7e]+$/.test(value) && (isToken || !/[/?#]/.test(value))) return value;
  throw usageError(`${label} has a character that cannot be sent; it must be printable ASCII without spaces`);
}

const options = {
  endpoint: optional({
    placeholder: 'URL',
    help: 'base URL of the provider, without /api/v3',
    variable: 'CLUSTERCERT_ENDPOINT',
    read: endpointUrl,
  }),
  project: input('project', 'ID', 'a project'),
  cluster: input('cluster', 'ID', 'a cluster of the project'),
  token: input('token', 'TOKEN', 'a token for the project'),
  'other-token': input('other-token', 'TOKEN', 'a token of another user'),
  'expired-token': input('expired-token', 'TOKEN', 'a token that was valid once'),
  'other-project': input('other-project', 'ID', 'a project that the token is not for'),
  'other-cluster': input('other-cluster', 'ID', 'another cluster, of the same project or of the other one'),
  'eip-cluster': input('eip-cluster', 'ID', 'a cluster of the project whose API server has a public address'),
  'access-key': input('access-key', 'AK', 'an access key for the project; with --secret-key'),
  'secret-key': optional({
    placeholder: 'SK',
    help: 'the secret of that access key',
    variable: 'CLUSTERCERT_SECRET_KEY',
    read: text,
  }),
  only: optional({
    placeholder: 'PATTERN',
    help: 'run the checks whose name, operation or source matches this regular expression',
    read: text,
  }),
  list: flag('list the checks and run none'),
  timeout: withDefault('5s', { placeholder: 'TIME', help: 'for each request', read: duration({ least: 1 }) }),
  reporter: withDefault('pretty', {
    placeholder: 'NAME',
    help: 'pretty, json, junit or markdown',
    choices: reporters,
    read: oneOf(reporters),
  }),
  output: optional({ placeholder: 'FILE', help: 'write the report to a file', read: file }),
};

type Values = ValuesOf<typeof options>;

export const verify = defineCommand({
  summary: 'test any provider of the API against the contract',
  about: [
    'Sends requests to a provider of this API and judges its answers, each by the table and row of the API page (or the rule of an RFC or of Kubernetes) that it has to keep. What was not checked for want of an input is listed as such. Endpoint, project, cluster and token are needed.',
  ],
  options,
  notes: [
    'Secrets are better off in the environment, since every user of the machine can see command lines.',
    'Exit codes: 0 every check passed, 1 findings, 2 wrong usage, 3 the provider could not be reached.',
  ],
  examples: [
    'verify --endpoint http://127.0.0.1:8080 --project 77b6a44cba5143ab91d13ab9a8ff44fd --cluster 1df09f9a-5b9e-11ef-8f52-0255ac10003e --reporter junit --output clustercert.xml',
    "verify --list --only 'Table 7'",
  ],
  run: async (values, _positionals, io) => {
    const cases = chooseCases(values.only);
    if (values.list) {
      for (const { name, source } of cases) io.stdout.write(`${name}  [${source}]\n`);
      return exitCodes.passed;
    }
    const { reporter, output } = values;
    const target = readTarget(values);
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
});

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

function chooseCases(only: string | undefined): ContractCase[] {
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

function readTarget(values: Values): Target {
  const needed = (name: 'endpoint' | 'project' | 'cluster' | 'token'): string => {
    const value = values[name];
    if (value === undefined) throw missingOption(name, options[name]);
    return value;
  };
  const optionalInputs: Record<Exclude<Input, 'accessKey'>, keyof Values> = {
    otherToken: 'other-token',
    expiredToken: 'expired-token',
    otherProjectId: 'other-project',
    otherClusterId: 'other-cluster',
    eipClusterId: 'eip-cluster',
  };
  const inputs = Object.entries(optionalInputs).flatMap(([key, name]) => {
    const value = values[name];
    return value === undefined ? [] : [[key, value]];
  });
  const { 'access-key': id, 'secret-key': secret } = values;
  if ((id === undefined) !== (secret === undefined)) throw usageError('--access-key and --secret-key belong together');
  return {
    endpoint: needed('endpoint'),
    projectId: needed('project'),
    clusterId: needed('cluster'),
    token: needed('token'),
    ...(Object.fromEntries(inputs) as Partial<Target>),
    ...(id !== undefined && secret !== undefined && { accessKey: { id, secret } }),
    timeoutMs: values.timeout * 1000,
  };
}
