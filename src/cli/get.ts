// The command that fetches a cluster's certificates as a kubeconfig: to standard output, into a file of its own, or into
// a kubeconfig that is there (merge.ts).
import { realpath, stat } from 'node:fs/promises';
import { putFile } from '../files/atomic-write.js';
import { ClusterCertError, firstLine, quoted } from '../errors.js';
import type { Kubeconfig } from '../kubeconfig/assemble-kubeconfig.js';
import { fetchCertificates, findCluster, lacksPost } from './cluster-look-up.js';
import {
  type Command,
  type Io,
  type OptionValues,
  optional,
  readNumber,
  readOutput,
  usageError,
  withoutValue,
} from './command.js';
import { accessOptions, accessUsage, readAccess } from './provider-access.js';
import { type Connection, connect } from './provider-connection.js';

const contextNames = ['internal', 'external', 'externalTLSVerify'];
const formats = ['yaml', 'json'];

export const get: Command = {
  summary: "fetch a cluster's certificates as a kubeconfig",
  usage: `get CLUSTER [options]

CLUSTER is the ID or the name of a cluster. Without --merge the kubeconfig goes to standard output and nothing else does.

Options:
  --duration DAYS         certificates for so many days, or --duration=-1 for as many as the provider gives
                          (POST; without it GET, and as long as the provider likes)
  --context NAME          the current context: internal, external or externalTLSVerify (default:
                          the provider's choice)
  --format FORMAT         yaml or json (default: yaml)
  --output FILE           write to a file that only its owner can read
  --merge[=FILE]          put the cluster into a kubeconfig that is there and keep all else in it:
                          FILE, else the file of $KUBECONFIG that kubectl would write to, else
                          ~/.kube/config. A FILE is joined by an equals sign
  --alias NAME            with --merge: call the contexts NAME-internal and so on, instead of
                          CLUSTER-PROJECT-internal
  --keep-context          with --merge: leave the current context as it is
  --dry-run               with --merge: show the difference, secrets hidden, and write nothing
  --exec                  keep no key in the kubeconfig: kubectl calls 'clustercert credential' for
                          short-lived ones
${accessUsage}
Exit codes: 0 done, 1 refused or failed, 2 wrong usage.

Examples:
  clustercert get prod --merge
  clustercert get prod --merge --exec --alias prod
  clustercert get 1df09f9a-5b9e-11ef-8f52-0255ac10003e --endpoint http://127.0.0.1:8080 \\
    --project 77b6a44cba5143ab91d13ab9a8ff44fd --duration 7 --output kubeconfig.yaml
`,
  options: {
    ...accessOptions,
    duration: { type: 'string' },
    context: { type: 'string' },
    format: { type: 'string' },
    output: { type: 'string' },
    merge: { type: 'string' },
    alias: { type: 'string' },
    'keep-context': { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    exec: { type: 'boolean' },
  },
  optionalValues: ['merge'],
  positionals: 1,
  async run(values, [cluster = ''], io) {
    const wish = readWish(values);
    const access = await readAccess(values, io.environment);
    // What else merging and --exec need is loaded only for those who want it.
    const { describeExec } = values['exec'] === true ? await import('./exec-entry.js') : {};
    const exec = describeExec?.(access, io.environment);
    const connection = await connect(access);
    const clusterId = await findCluster(connection, cluster);
    const fetched = choose(await fetchFor(connection, clusterId, wish), wish.context);
    const place = { endpoint: connection.endpoint, projectId: connection.projectId, clusterId };
    const user = exec?.entryFor(place);
    if (wish.merge === undefined) {
      const kubeconfig = user ? { ...fetched, users: fetched.users.map(({ name }) => ({ name, user })) } : fetched;
      await write(io, wish.output, await format(kubeconfig, wish.format));
    } else {
      const { merge } = await import('./merge.js');
      await merge({ connection, clusterId, fetched, user }, { ...wish, file: wish.merge }, io);
    }
    for (const note of exec?.notes ?? []) io.stderr.write(`${note}\n`);
    return 0;
  },
};

interface Wish {
  durationDays: number | undefined;
  context: string | undefined;
  format: string;
  output: string | undefined;
  /** Undefined without --merge; '' where it names no file. */
  merge: string | undefined;
  alias: string | undefined;
  keepContext: boolean;
  dryRun: boolean;
}

function readWish(values: OptionValues): Wish {
  const given = optional(values, 'merge');
  const merge = given === withoutValue ? '' : given;
  if (given === '') throw usageError('--merge= is empty; it must be a file, or --merge alone');
  const useless = merge === undefined ? ['alias', 'keep-context', 'dry-run'] : ['format', 'output'];
  const misplaced = useless.find((name) => values[name] !== undefined);
  if (misplaced !== undefined) {
    throw usageError(`--${misplaced} ${merge === undefined ? 'goes with --merge' : 'does not go with --merge'}`);
  }
  if (values['exec'] === true && values['duration'] !== undefined) {
    throw usageError('--duration does not go with --exec, whose certificates live for a day');
  }
  const alias = optional(values, 'alias');
  if (alias !== undefined && !/^\S+$/.test(alias))
    throw usageError(`--alias ${quoted(alias)} is not valid; it must be a word`);
  return {
    durationDays: readDays(values),
    context: oneOf(values, 'context', contextNames),
    format: oneOf(values, 'format', formats) ?? 'yaml',
    output: readOutput(values),
    merge,
    alias,
    keepContext: values['keep-context'] === true,
    dryRun: values['dry-run'] === true,
  };
}

function readDays(values: OptionValues): number | undefined {
  const text = optional(values, 'duration');
  if (text === undefined) return undefined;
  return text === '-1' ? -1 : readNumber(values, 'duration', { least: 1, most: 1827 });
}

function oneOf(values: OptionValues, name: string, accepted: string[]): string | undefined {
  const value = optional(values, name);
  if (value === undefined || accepted.includes(value)) return value;
  throw usageError(`--${name} ${quoted(value)} is not known; it must be one of ${accepted.join(', ')}`);
}

async function fetchFor(connection: Connection, clusterId: string, { durationDays }: Wish): Promise<Kubeconfig> {
  try {
    return await fetchCertificates(connection, clusterId, { durationDays });
  } catch (error) {
    if (durationDays === undefined || !lacksPost(error)) throw error;
    const message = `the provider does not offer --duration (POST): ${firstLine(error)}`;
    throw new ClusterCertError('unavailable', message, { cause: error });
  }
}

function choose(kubeconfig: Kubeconfig, context: string | undefined): Kubeconfig {
  if (context === undefined) return kubeconfig;
  const found = kubeconfig.contexts.find(({ name }) => name === context);
  if (found) return { ...kubeconfig, 'current-context': found.name };
  const names = kubeconfig.contexts.map(({ name }) => name).join(', ');
  throw new ClusterCertError('not_found', `the cluster has no context ${quoted(context)}; it has ${names}`);
}

async function format(kubeconfig: unknown, as: string): Promise<string> {
  if (as === 'json') return `${JSON.stringify(kubeconfig, null, 2)}\n`;
  const { stringify } = await import('yaml');
  return stringify(kubeconfig, { lineWidth: 0 });
}

async function write(io: Io, output: string | undefined, text: string): Promise<void> {
  if (output === undefined) {
    io.stdout.write(text);
    return;
  }
  try {
    const existing = await stat(output).catch(() => undefined);
    if (existing && !existing.isFile()) throw new Error('it is not a file');
    // A link is followed, so that it goes on to be one.
    await putFile(existing ? await realpath(output) : output, text);
  } catch (cause) {
    const message = `--output ${quoted(output)} cannot be written: ${firstLine(cause)}`;
    throw new ClusterCertError('data_unreadable', message, { cause });
  }
}
