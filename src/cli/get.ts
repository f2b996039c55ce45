// The command that fetches a cluster's certificates as a kubeconfig: to standard output, into a file of its own, or
// into an existing kubeconfig (merge.ts).
import { stat, writeFile } from 'node:fs/promises';
import { ClusterCertError, firstLine, quoted } from '../errors.js';
import type { Kubeconfig } from '../kubeconfig/assemble-kubeconfig.js';
import { type Io, defineCommand } from './command.js';
import { type Connection, connect } from './connect.js';
import { connectionNotes, connectionOptions, readConnectionSettings } from './connection-options.js';
import { fetchCertificates, findCluster, lacksPost } from './find-cluster.js';
import { type Option, type Reader, type ValuesOf, flag, optional } from './options.js';
import { file, oneOf, wholeNumber } from './readers.js';
import { usageError } from './usage-error.js';

const contextNames = ['internal', 'external', 'externalTLSVerify'] as const;
const formats = ['yaml', 'json'] as const;

const days: Reader<number> = (text, label) => (text === '-1' ? -1 : wholeNumber({ least: 1, most: 1827 })(text, label));

const alias: Reader<string> = (text, label) => {
  if (/^\S+$/.test(text)) return text;
  throw usageError(`${label} ${quoted(text)} is not valid; it must be a word`);
};

/** Undefined without --merge; '' where it names no file. */
const merge: Option<string | undefined> = {
  placeholder: 'FILE',
  valueMayMiss: true,
  help: 'put the cluster into an existing kubeconfig and keep everything else in it: FILE, joined by an equals sign, else the file of $KUBECONFIG that kubectl would write to, else ~/.kube/config',
  read: (given) => {
    if (given.at(-1) === '') throw usageError('--merge= is empty; it must be a file, or --merge alone');
    return given.length === 0 ? undefined : (given.at(-1) ?? '');
  },
};

const options = {
  duration: optional({
    placeholder: 'DAYS',
    help: 'certificates for this many days, or --duration=-1 for as many as the provider gives (by POST; without it by GET, for as long as the provider decides)',
    read: days,
  }),
  context: optional({
    placeholder: 'NAME',
    help: "the current context: internal, external or externalTLSVerify (default: the provider's choice)",
    choices: contextNames,
    read: oneOf(contextNames),
  }),
  format: optional({
    placeholder: 'FORMAT',
    help: 'yaml or json (default: yaml)',
    choices: formats,
    read: oneOf(formats),
  }),
  output: optional({
    placeholder: 'FILE',
    help: 'write to a file that only its owner can read; - for standard output',
    read: file,
  }),
  merge,
  alias: optional({
    placeholder: 'NAME',
    help: 'with --merge: call the contexts NAME-internal and so on, instead of CLUSTER-PROJECT-internal',
    read: alias,
  }),
  'keep-context': flag('with --merge: leave the current context as it is'),
  'dry-run': flag('with --merge: show the difference, secrets hidden, and write nothing'),
  exec: flag("keep no key in the kubeconfig: kubectl calls 'clustercert credential' for short-lived ones"),
  ...connectionOptions,
};

export const get = defineCommand({
  summary: "fetch a cluster's certificates as a kubeconfig",
  positionals: [{ name: 'CLUSTER' }],
  about: [
    'CLUSTER is the ID or the name of a cluster. Without --merge, standard output gets the kubeconfig and nothing else.',
  ],
  options,
  notes: [...connectionNotes, 'Exit codes: 0 done, 1 refused or failed, 2 wrong usage.'],
  examples: [
    'get prod --merge',
    'get prod --merge --exec --alias prod',
    'get 1df09f9a-5b9e-11ef-8f52-0255ac10003e --endpoint http://127.0.0.1:8080 --project 77b6a44cba5143ab91d13ab9a8ff44fd --duration 7 --output kubeconfig.yaml',
  ],
  async run(values, [cluster = ''], io) {
    assertTogether(values);
    const settings = await readConnectionSettings(values, io.environment);
    // The code for merging and --exec is loaded only where it is used.
    const exec = values.exec
      ? await (await import('./exec-entry.js')).describeExec(settings, io.environment)
      : undefined;
    const connection = await connect(settings);
    const clusterId = await findCluster(connection, cluster);
    const fetched = choose(await fetchFor(connection, clusterId, values), values.context);
    const place = { endpoint: connection.endpoint, projectId: connection.projectId, clusterId };
    const user = exec?.entryFor(place);
    if (values.merge === undefined) {
      const kubeconfig = user ? { ...fetched, users: fetched.users.map(({ name }) => ({ name, user })) } : fetched;
      await write(io, values.output, await format(kubeconfig, values.format ?? 'yaml'));
    } else {
      const { merge: mergeInto } = await import('./merge.js');
      const { alias: name, 'keep-context': keepContext, 'dry-run': dryRun } = values;
      const wish = { file: values.merge, alias: name, keepContext, dryRun };
      await mergeInto({ connection, clusterId, fetched, user }, wish, io);
    }
    if (exec && !values['dry-run']) {
      // A cached credential may have the CA or the rights that this call is to renew.
      const { dropKept } = await import('./credential-cache.js');
      await dropKept({ cluster: clusterId, endpoint: place.endpoint, projectId: place.projectId }, io.environment);
    }
    for (const note of exec?.notes ?? []) io.stderr.write(`${note}\n`);
    if (exec && connection.tokenEnds) io.stderr.write(`note: that token ends ${connection.tokenEnds.toISOString()}\n`);
    return 0;
  },
});

/** Refuses options that would have no effect beside others, rather than ignoring them. */
function assertTogether(values: ValuesOf<typeof options>): void {
  const merging = values.merge !== undefined;
  const useless = merging ? (['format', 'output'] as const) : (['alias', 'keep-context', 'dry-run'] as const);
  const misplaced = useless.find((name) => values[name] !== undefined && values[name] !== false);
  if (misplaced !== undefined) {
    throw usageError(`--${misplaced} ${merging ? 'does not go with --merge' : 'goes with --merge'}`);
  }
  if (values.exec && values.duration !== undefined) {
    throw usageError('--duration does not go with --exec, whose certificates live for a day');
  }
}

async function fetchFor(
  connection: Connection,
  clusterId: string,
  { duration: durationDays }: { duration: number | undefined },
): Promise<Kubeconfig> {
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
  const { renderBlock } = await import('../kubeconfig/render-yaml.js');
  return `${renderBlock(kubeconfig)}\n`;
}

/** Writes to standard output, named or by default, to a file, or to a path such as a pipe. */
async function write(io: Io, output: string | undefined, text: string): Promise<void> {
  if (output === undefined || output === '-' || output === '/dev/stdout') {
    io.stdout.write(text);
    return;
  }
  try {
    const { expandHome, writeKubeconfig } = await import('../kubeconfig/kubeconfig-file.js');
    const target = expandHome(output, io.environment);
    const existing = await stat(target).catch(() => undefined);
    if (existing?.isFIFO() === true || existing?.isCharacterDevice() === true) await writeFile(target, text);
    else await writeKubeconfig(target, text, { isPrivate: true });
  } catch (cause) {
    const message = `--output ${quoted(output)} cannot be written: ${firstLine(cause)}`;
    throw new ClusterCertError('data_unreadable', message, { cause });
  }
}
