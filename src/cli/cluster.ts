// The commands that keep the clusters of the embedded registry.
import { randomUUID } from 'node:crypto';
import { createAuthority } from '../certificate/create-authority.js';
import type { Cluster } from '../registry/cluster-registry.js';
import { createClusterRecord } from '../registry/cluster-registry.js';
import { ClusterCertError, quoted } from '../errors.js';
import { defineCommand } from './command.js';
import { dataOption, withData } from './data-folder.js';
import { isDemo } from './demo.js';
import { flag, optional, required } from './options.js';
import { readTextFile, text } from './readers.js';
import { writeList } from './table.js';
import { usageError } from './usage-error.js';

export const clusterAdd = defineCommand({
  summary: 'register a cluster; prints its ID',
  options: {
    project: required({
      placeholder: 'ID',
      help: 'the project that it belongs to: 32 lower-case hexadecimal digits',
      read: text,
    }),
    server: required({ placeholder: 'URL', help: "the API server inside the cloud's network", read: text }),
    'external-server': optional({
      placeholder: 'URL',
      help: 'the API server at its public address (EIP)',
      read: text,
    }),
    name: optional({
      placeholder: 'N',
      help: 'its name (default: cluster- and the start of its ID)',
      read: text,
    }),
    id: optional({ placeholder: 'UUID', help: 'its ID (default: a new one)', read: text }),
    'ca-cert': optional({
      placeholder: 'FILE',
      help: "the cluster's certificate authority in PEM, such as ca.crt of kubeadm's pki folder; with --ca-key (default: a new RSA-2048 authority)",
      read: text,
    }),
    'ca-key': optional({ placeholder: 'FILE', help: 'its private key in PEM, such as ca.key', read: text }),
    ...dataOption,
  },
  examples: [
    'cluster add --project 77b6a44cba5143ab91d13ab9a8ff44fd --server https://192.168.1.7:5443',
    'cluster add --project 77b6a44cba5143ab91d13ab9a8ff44fd --server https://192.168.1.7:6443 --ca-cert /etc/kubernetes/pki/ca.crt --ca-key /etc/kubernetes/pki/ca.key',
  ],
  async run({ data, ...given }, _positionals, io) {
    const id = given.id ?? randomUUID();
    const record = createClusterRecord({
      id,
      projectId: given.project,
      name: given.name ?? `cluster-${id.slice(0, 8)}`,
      server: given.server,
      externalServer: given['external-server'],
    });
    const now = new Date();
    const files = { certificate: given['ca-cert'], key: given['ca-key'] };
    const authority = (await readAuthority(files)) ?? (await createAuthority({ now }));
    await withData(data, async ({ clusters }) => {
      if (await isDemo(clusters, record.projectId))
        io.stderr.write(
          "warning: this is the demo's project: whoever has its token gets certificates of this cluster\n",
        );
      await clusters.add(record, authority, { now });
    });
    io.stdout.write(`${record.id}\n`);
    return 0;
  },
});

export const clusterList = defineCommand({
  summary: 'list the clusters',
  options: { json: flag('print an array of objects'), ...dataOption },
  examples: ['cluster list'],
  async run({ json, data }, _positionals, io) {
    const { clusters, problems } = await withData(data, (store) => store.clusters.list());
    for (const { message } of problems) io.stderr.write(`warning: ${message}\n`);
    writeList(io, { json }, clusters.map(describe), {
      ID: ({ id }) => id,
      PROJECT: ({ projectId }) => projectId,
      NAME: ({ name }) => name,
      SERVER: ({ server }) => server,
      'EXTERNAL SERVER': ({ externalServer }) => externalServer ?? '-',
    });
    return 0;
  },
});

export const clusterShow = defineCommand({
  summary: 'show one cluster and its certificate authority, without the key',
  positionals: [{ name: 'ID' }],
  options: { json: flag('print an object'), ...dataOption },
  examples: ['cluster show 1df09f9a-5b9e-11ef-8f52-0255ac10003e'],
  async run({ json, data }, [id = ''], io) {
    const cluster = await withData(data, ({ clusters }) => clusters.get(id));
    if (!cluster) throw unknownCluster(id);
    const description = describe(cluster);
    const lines = Object.entries(description).map(([field, value]) => [`${field}:`, value ?? '-']);
    const width = Math.max(...lines.map(([field = '']) => field.length));
    io.stdout.write(
      json
        ? `${JSON.stringify(description, null, 2)}\n`
        : lines.map(([field = '', value = '']) => `${field.padEnd(width)} ${value}\n`).join(''),
    );
    return 0;
  },
});

export const clusterRemove = defineCommand({
  summary: 'remove a cluster and this copy of its authority',
  positionals: [{ name: 'ID' }],
  options: dataOption,
  examples: ['cluster remove 1df09f9a-5b9e-11ef-8f52-0255ac10003e'],
  async run({ data }, [id = ''], io) {
    if (!(await withData(data, ({ clusters }) => clusters.remove(id)))) throw unknownCluster(id);
    io.stderr.write(`removed cluster ${id}\n`);
    return 0;
  },
});

async function readAuthority(files: {
  certificate: string | undefined;
  key: string | undefined;
}): Promise<{ certificatePem: string; privateKeyPem: string } | undefined> {
  const certificatePem = await readTextFile(files.certificate, '--ca-cert');
  const privateKeyPem = await readTextFile(files.key, '--ca-key');
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
