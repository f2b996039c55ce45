// The commands that keep the clusters of the embedded registry.
import { randomUUID } from 'node:crypto';
import { createAuthority } from '../certificate/create-authority.js';
import type { Cluster } from '../registry/cluster-registry.js';
import { createClusterRecord } from '../registry/cluster-registry.js';
import { ClusterCertError, quoted } from '../errors.js';
import {
  type Command,
  type OptionValues,
  writeList,
  optional,
  readFileOption,
  required,
  usageError,
} from './command.js';
import { dataOption, dataUsage, openData } from './data-option.js';

const json = { json: { type: 'boolean' } } as const;

export const clusterAdd: Command = {
  summary: 'register a cluster; prints its ID',
  usage: `cluster add --project ID --server URL [options]

  --project ID            the project that it belongs to: 32 lower-case hexadecimal digits
  --server URL            the API server inside the cloud's network
  --external-server URL   the API server at its public address (EIP)
  --name N                its name (default: cluster- and the start of its ID)
  --id UUID               its ID (default: a new one)
  --ca-cert FILE, --ca-key FILE
                          the cluster's certificate authority in PEM, such as ca.crt and ca.key of
                          kubeadm's pki folder (default: a new RSA-2048 authority)
${dataUsage}
Examples:
  clustercert cluster add --project 77b6a44cba5143ab91d13ab9a8ff44fd --server https://192.168.1.7:5443
  clustercert cluster add --project 77b6a44cba5143ab91d13ab9a8ff44fd --server https://192.168.1.7:6443 \\
    --ca-cert /etc/kubernetes/pki/ca.crt --ca-key /etc/kubernetes/pki/ca.key
`,
  options: {
    ...dataOption,
    project: { type: 'string' },
    server: { type: 'string' },
    'external-server': { type: 'string' },
    name: { type: 'string' },
    id: { type: 'string' },
    'ca-cert': { type: 'string' },
    'ca-key': { type: 'string' },
  },
  positionals: 0,
  async run(values, _positionals, io) {
    const id = optional(values, 'id') ?? randomUUID();
    const record = createClusterRecord({
      id,
      projectId: required(values, 'project'),
      name: optional(values, 'name') ?? `cluster-${id.slice(0, 8)}`,
      server: required(values, 'server'),
      externalServer: optional(values, 'external-server'),
    });
    const now = new Date();
    const authority = (await readAuthority(values)) ?? (await createAuthority({ now }));
    await openData(values).clusters.add(record, authority, { now });
    io.stdout.write(`${record.id}\n`);
    return 0;
  },
};

export const clusterList: Command = {
  summary: 'list the clusters',
  usage: `cluster list [--json]

  --json                  print an array of objects
${dataUsage}
Example:
  clustercert cluster list
`,
  options: { ...dataOption, ...json },
  positionals: 0,
  async run(values, _positionals, io) {
    const { clusters, problems } = await openData(values).clusters.list();
    for (const { message } of problems) io.stderr.write(`warning: ${message}\n`);
    writeList(io, values, clusters.map(describe), {
      ID: ({ id }) => id,
      PROJECT: ({ projectId }) => projectId,
      NAME: ({ name }) => name,
      SERVER: ({ server }) => server,
      'EXTERNAL SERVER': ({ externalServer }) => externalServer ?? '-',
    });
    return 0;
  },
};

export const clusterShow: Command = {
  summary: 'show one cluster and its certificate authority, without the key',
  usage: `cluster show ID [--json]

  --json                  print an object
${dataUsage}
Example:
  clustercert cluster show 1df09f9a-5b9e-11ef-8f52-0255ac10003e
`,
  options: { ...dataOption, ...json },
  positionals: 1,
  async run(values, [id = ''], io) {
    const cluster = await openData(values).clusters.get(id);
    if (!cluster) throw unknownCluster(id);
    const description = describe(cluster);
    const lines = Object.entries(description).map(([field, value]) => [`${field}:`, value ?? '-']);
    const width = Math.max(...lines.map(([field = '']) => field.length));
    io.stdout.write(
      values['json'] === true
        ? `${JSON.stringify(description, null, 2)}\n`
        : lines.map(([field = '', value = '']) => `${field.padEnd(width)} ${value}\n`).join(''),
    );
    return 0;
  },
};

export const clusterRemove: Command = {
  summary: 'remove a cluster and this copy of its authority',
  usage: `cluster remove ID

${dataUsage}
Example:
  clustercert cluster remove 1df09f9a-5b9e-11ef-8f52-0255ac10003e
`,
  options: dataOption,
  positionals: 1,
  async run(values, [id = ''], io) {
    if (!(await openData(values).clusters.remove(id))) throw unknownCluster(id);
    io.stderr.write(`removed cluster ${id}\n`);
    return 0;
  },
};

async function readAuthority(
  values: OptionValues,
): Promise<{ certificatePem: string; privateKeyPem: string } | undefined> {
  const certificatePem = await readFileOption(values, 'ca-cert');
  const privateKeyPem = await readFileOption(values, 'ca-key');
  if (certificatePem === undefined && privateKeyPem === undefined) return undefined;
  if (certificatePem !== undefined && privateKeyPem !== undefined) return { certificatePem, privateKeyPem };
  throw usageError('--ca-cert and --ca-key go together; give both or neither');
}

function describe({ authority, ...record }: Cluster) {
  return {
    ...record,
    authorityFingerprint: authority.fingerprint,
    authorityNotBefore: authority.notBefore.toISOString(),
    authorityNotAfter: authority.notAfter.toISOString(),
  };
}

function unknownCluster(id: string): ClusterCertError {
  return new ClusterCertError(
    'not_found',
    `cluster ${quoted(id)} does not exist; 'clustercert cluster list' shows those that do`,
  );
}
