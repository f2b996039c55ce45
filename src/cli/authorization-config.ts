// The command that gives a cluster's API server the revocations: prints its AuthorizationConfiguration, or keeps a file
// current.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type FileRevocations,
  createAuthorizationConfig,
  readRevocations,
} from '../authorization/authorization-config.js';
import { ClusterCertError, systemErrorCode, firstLine, quoted } from '../errors.js';
import { putFile } from '../files/atomic-write.js';
import type { ClusterRevocations } from '../registry/revocations.js';
import { type Io, defineCommand } from './command.js';
import { flag, optional, required } from './options.js';
import { file, readTextFile } from './readers.js';
import { revocableCluster, revocableOptions, withRevocable } from './revocable-cluster.js';
import { usageError } from './usage-error.js';

const pollMs = 1000;

export const authorizationConfig = defineCommand({
  summary: 'print the configuration that makes an API server refuse revoked certificates',
  positionals: [revocableCluster],
  options: {
    'webhook-kubeconfig': required({
      placeholder: 'PATH',
      help: 'the path, as the API server sees it, of a kubeconfig whose server is https://PROVIDER/authorization/revoked',
      read: file,
    }),
    base: optional({
      placeholder: 'FILE',
      help: "an AuthorizationConfiguration of your own; ours is put in front of it (default: Node and RBAC, as kubeadm's)",
      read: file,
    }),
    output: optional({ placeholder: 'FILE', help: 'write it to a file, all at once', read: file }),
    watch: flag('with --output: write it again whenever something is revoked, until the command is stopped'),
    ...revocableOptions,
  },
  about: [
    'Needs Kubernetes 1.32 or newer and an API server whose flags you set: --authorization-config=FILE. Mount the folder that the file is in, not the file. A file that the API server cannot read keeps the one before in force.',
    'Writing over a file never takes entries back: after a restore from an older backup, they stay in the file and are named.',
  ],
  examples: [
    'authorization-config 1df09f9a-5b9e-11ef-8f52-0255ac10003e --webhook-kubeconfig /etc/kubernetes/clustercert/webhook.kubeconfig --output /etc/kubernetes/clustercert/authorization.yaml --watch',
  ],
  async run({ base: baseFile, output, watch, 'webhook-kubeconfig': webhookKubeconfig, ...place }, [id = ''], io) {
    if (watch && output === undefined) throw usageError('--watch goes with --output');
    const stopped = watch ? io.untilStopped() : undefined;
    const base = await readTextFile(baseFile, '--base');
    return withRevocable(id, place, io, async (found, { revocations }) => {
      const current = () => revocations.listRevocations(found.id);
      const options = { webhookKubeconfig, base };
      if (output === undefined) {
        io.stdout.write(createAuthorizationConfig(await current(), options));
        return 0;
      }
      await write(output, await current(), options, io);
      if (stopped) await follow(output, current, options, { io, stopped });
      return 0;
    });
  },
});

interface Options {
  webhookKubeconfig: string;
  base: string | undefined;
}

async function follow(
  output: string,
  current: () => Promise<ClusterRevocations>,
  options: Options,
  { io, stopped }: { io: Io; stopped: Promise<void> },
): Promise<void> {
  let written: ClusterRevocations | undefined;
  let isStopped = false;
  let wake: () => void = () => undefined;
  void stopped.then(() => {
    isStopped = true;
    wake();
  });
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it changes while this waits
  while (!isStopped) {
    try {
      const now = await current();
      // The same object while nothing changes.
      if (now !== written) await write(output, now, options, io);
      written = now;
    } catch (error) {
      // The content of the file stays in force.
      io.stderr.write(`error: ${firstLine(error)}\n`);
    }
    await new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, pollMs).unref();
    });
  }
}

/** Writes the file if it would change, never with fewer entries than it has already. */
async function write(output: string, revocations: ClusterRevocations, options: Options, io: Io): Promise<void> {
  const before = await readFile(output, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return '';
    throw new ClusterCertError('data_unreadable', `${quoted(output)} cannot be read: ${firstLine(error)}`);
  });
  const { users, credentials, forgotten } = withEntriesOf(readRevocations(before), revocations);
  for (const what of forgotten)
    io.stderr.write(
      `warning: the data do not know that ${what} was revoked, as after restoring an older backup; it stays in ${quoted(output)}\n`,
    );
  const after = createAuthorizationConfig({ users, credentials }, options);
  if (after === before) return;
  await putFile(path.resolve(output), after);
  io.stderr.write(`wrote ${output}: ${users.length} users, ${credentials.length} certificates\n`);
}

function withEntriesOf(inFile: FileRevocations, known: ClusterRevocations) {
  const now = new Date();
  const newest = (userId: string) => known.users.find((user) => user.userId === userId)?.generation ?? 0;
  const users = inFile.users.filter(({ userId, generation }) => generation > newest(userId));
  const credentials = inFile.credentials.filter(
    ({ credentialId, until }) =>
      until > now && known.credentials.every((credential) => credential.credentialId !== credentialId),
  );
  const isKept = (userId: string) => users.some((user) => user.userId === userId);
  return {
    users: [...known.users.filter(({ userId }) => !isKept(userId)), ...users],
    credentials: [...known.credentials, ...credentials],
    forgotten: [
      ...users.map(({ userId }) => `user ${quoted(userId)}`),
      ...credentials.map(({ credentialId }) => credentialId),
    ],
  };
}
