// The commands that end certificates, and those that make a cluster's API server enforce this.
import { X509Certificate, createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { assertEnforced, assertStoppable } from '../authorization/revoke.js';
import { ClusterCertError, firstLine, quoted } from '../errors.js';
import { revocationModes } from '../registry/cluster-registry.js';
import { groupsOf } from '../registry/groups-of-user.js';
import { isCredentialId } from '../registry/revocations.js';
import { defineCommand } from './command.js';
import { dataOption, withData } from './data-folder.js';
import { flag, optional } from './options.js';
import { time, text } from './readers.js';
import { revocableCluster, revocableOptions, unknownCluster, withRevocable } from './revocable-cluster.js';
import { writeList } from './table.js';
import { usageError } from './usage-error.js';

const cluster = { name: 'CLUSTER', help: "its ID, as 'clustercert cluster list' shows it" };
const dayMs = 24 * 60 * 60 * 1000;
// The longest that a certificate can be valid: five years with two leap days, and the re-use window.
const longestDays = 1829;

export const revoke = defineCommand({
  summary: 'end the certificates of a user in a cluster, or one certificate',
  positionals: [revocableCluster],
  options: {
    user: optional({ placeholder: 'ID', help: 'end all certificates that the user has got so far', read: text }),
    credential: optional({
      placeholder: 'ID',
      help: 'end one certificate by its ID, X509SHA256=…, as the audit line, inspect and the audit log of the API server show it',
      read: text,
    }),
    until: optional({
      placeholder: 'TIME',
      help: 'with --credential: when the certificate ends by itself, such as 2027-01-31T12:00:00Z (default: the latest possible)',
      read: time,
    }),
    kubeconfig: optional({
      placeholder: 'FILE',
      help: 'end the certificates in a kubeconfig of the cluster',
      read: text,
    }),
    ...revocableOptions,
  },
  about: [
    'The cluster must enforce revocations: see cluster revocation and authorization-config. The API server then refuses revoked certificates; the user may fetch new ones. Open watches continue, for an hour at most by default.',
    'For a cluster of a management cluster, give --clusters kubernetes with the options that serve has, and the same --data.',
  ],
  examples: [
    'revoke 1df09f9a-5b9e-11ef-8f52-0255ac10003e --user alice',
    'revoke 1df09f9a-5b9e-11ef-8f52-0255ac10003e --kubeconfig stolen.yaml',
  ],
  async run({ user, credential, until, kubeconfig, ...place }, [id = ''], io) {
    if ([user, credential, kubeconfig].filter((given) => given !== undefined).length !== 1)
      throw usageError(
        `give one of --user, --credential and --kubeconfig${place.clusters === undefined ? '' : '; the kubeconfig of the management cluster is --management-kubeconfig'}`,
      );
    if (until && credential === undefined) throw usageError('--until goes with --credential');
    const credentials = await credentialsOf({ credential, until, kubeconfig });
    await withRevocable(id, place, io, async (found, store) => {
      assertEnforced(found);
      if (user !== undefined) {
        assertStoppable(user, await groupsOf(store, { projectId: found.projectId, userId: user }));
        const generation = await store.revocations.revokeUser(found.id, user);
        io.stderr.write(`revoked the certificates of ${user}; the next ones are of generation ${generation}\n`);
      }
      for (const each of credentials) {
        assertStoppable(each.userId ?? each.credentialId, each.groups);
        await store.revocations.revokeCredential(found.id, each);
        io.stderr.write(`revoked ${each.credentialId}, which ends at ${each.until.toISOString()}\n`);
      }
      if (found.revocation === 'authorization-file')
        io.stderr.write("note: it takes effect once 'clustercert authorization-config' has written the file again\n");
    });
    return 0;
  },
});

export const revocations = defineCommand({
  summary: 'list the revocations of a cluster',
  positionals: [revocableCluster],
  options: { json: flag('print an object with users and credentials'), ...revocableOptions },
  examples: ['revocations 1df09f9a-5b9e-11ef-8f52-0255ac10003e'],
  async run({ json, ...place }, [id = ''], io) {
    const revoked = await withRevocable(id, place, io, (found, { revocations }) =>
      revocations.listRevocations(found.id),
    );
    if (json) {
      io.stdout.write(`${JSON.stringify(revoked, null, 2)}\n`);
      return 0;
    }
    const rows = [
      ...revoked.users.map(({ userId, generation, revokedAt }) => ({
        what: `user ${userId}`,
        detail: `generation ${generation}`,
        revokedAt,
        until: undefined,
      })),
      ...revoked.credentials.map(({ credentialId, revokedAt, until }) => ({
        what: credentialId,
        detail: '-',
        revokedAt,
        until,
      })),
    ];
    writeList(io, { json }, rows, {
      REVOKED: ({ what }) => what,
      DETAIL: ({ detail }) => detail,
      AT: ({ revokedAt }) => revokedAt.toISOString(),
      UNTIL: ({ until }) => until?.toISOString() ?? 'for ever',
    });
    return 0;
  },
});

export const clusterRevocation = defineCommand({
  summary: 'set how the API server of a cluster enforces revocations',
  positionals: [cluster, { name: 'MODE', help: `none, ${revocationModes.join(' or ')}` }],
  options: dataOption,
  about: [
    'authorization-file: the API server reads the file that authorization-config writes. Only revoked users depend on the provider.',
    'webhook: the API server asks the provider about every request that is not in its cache.',
    'none: revocations are refused, because they would stop nothing.',
    'For a cluster of a management cluster, the annotation clustercert/revocation of its Cluster object sets this instead.',
  ],
  examples: ['cluster revocation 1df09f9a-5b9e-11ef-8f52-0255ac10003e authorization-file'],
  async run({ data, 'key-file': keyFile }, [id = '', mode = ''], io) {
    const known = revocationModes.find((name) => name === mode) ?? (mode === 'none' ? null : undefined);
    if (known === undefined)
      throw usageError(`mode ${quoted(mode)} is not valid; it must be none, ${revocationModes.join(' or ')}`);
    const changed = await withData({ data, keyFile }, ({ clusters }) =>
      clusters.set(id, { revocation: known }, { now: new Date() }),
    );
    if (!changed) throw unknownCluster(id);
    io.stderr.write(`cluster ${changed.id} enforces revocations by: ${changed.revocation ?? 'none'}\n`);
    return 0;
  },
});

interface Revoked {
  credentialId: string;
  until: Date;
  userId?: string;
  groups: string[];
}

async function credentialsOf(given: {
  credential: string | undefined;
  until: Date | undefined;
  kubeconfig: string | undefined;
}): Promise<Revoked[]> {
  const { credential, kubeconfig, until = new Date(Date.now() + longestDays * dayMs) } = given;
  if (credential !== undefined) {
    // Inspect and the API server's audit log show the prefix; people may omit it.
    const credentialId = credential.includes('=') ? credential : `X509SHA256=${credential.toLowerCase()}`;
    if (!isCredentialId(credentialId))
      throw usageError(
        `--credential ${quoted(credential)} is not valid; it must be X509SHA256= and 64 hexadecimal digits`,
      );
    return [{ credentialId, until, groups: [] }];
  }
  return kubeconfig === undefined ? [] : readCertificates(kubeconfig);
}

/** The client certificates in a kubeconfig. */
async function readCertificates(file: string): Promise<Revoked[]> {
  const refuse = (reason: string): never => {
    throw new ClusterCertError('invalid_argument', `--kubeconfig ${quoted(file)} ${reason}`);
  };
  const content = await readFile(file, 'utf8').catch((error: unknown) => refuse(`cannot be read: ${firstLine(error)}`));
  let users: unknown;
  try {
    ({ users } = parse(content, { version: '1.1', logLevel: 'silent' }) as { users?: unknown });
  } catch {
    // The library's message may show a secret.
    return refuse('is no kubeconfig');
  }
  const found = (Array.isArray(users) ? users : []).flatMap((entry: { user?: Record<string, unknown> } | null) => {
    const text = entry?.user?.['client-certificate-data'];
    return typeof text === 'string' ? [Buffer.from(text, 'base64')] : [];
  });
  if (found.length === 0) return refuse('holds no client certificate; give --user or --credential');
  return found.map((pem) => {
    try {
      return describe(new X509Certificate(pem));
    } catch {
      return refuse('holds a client certificate that cannot be read');
    }
  });
}

function describe({ raw, validTo, subject }: X509Certificate): Revoked {
  const lines = subject.split('\n');
  const values = (name: string) => lines.flatMap((line) => (line.startsWith(name) ? [line.slice(name.length)] : []));
  const [userId] = values('CN=');
  return {
    credentialId: `X509SHA256=${createHash('sha256').update(raw).digest('hex')}`,
    until: new Date(validTo),
    groups: values('O='),
    ...(userId !== undefined && { userId }),
  };
}
