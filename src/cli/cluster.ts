// The commands that keep the clusters of the embedded registry.
import { randomUUID } from 'node:crypto';
import { createAuthority } from '../certificate/create-authority.js';
import { checkAuthority, faultOf } from '../certificate/check-authority.js';
import type { Cluster, ClusterChanges } from '../registry/cluster-registry.js';
import { createClusterRecord } from '../registry/cluster-registry.js';
import { ClusterCertError, quoted } from '../errors.js';
import { type Io, defineCommand } from './command.js';
import { dataOption, withData, withExistingData } from './data-folder.js';
import { isDemo } from './demo.js';
import { flag, optional, required } from './options.js';
import { readTextFile, text } from './readers.js';
import { writeList } from './table.js';
import { assertTogether, usageError } from './usage-error.js';

const serverCaHelp =
  "the CA of the API server's certificate in PEM, where it is not the one that signs clients, as in k3s and RKE2 (server-ca.crt)";

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
    'server-ca': optional({ placeholder: 'FILE', help: serverCaHelp, read: text }),
    ...dataOption,
  },
  examples: [
    'cluster add --project 77b6a44cba5143ab91d13ab9a8ff44fd --server https://192.168.1.7:5443',
    'cluster add --project 77b6a44cba5143ab91d13ab9a8ff44fd --server https://192.168.1.7:6443 --ca-cert /etc/kubernetes/pki/ca.crt --ca-key /etc/kubernetes/pki/ca.key',
  ],
  async run({ data, 'key-file': keyFile, ...given }, _positionals, io) {
    const id = given.id ?? randomUUID();
    const record = createClusterRecord({
      id,
      projectId: given.project,
      name: given.name ?? `cluster-${id.slice(0, 8)}`,
      server: given.server,
      externalServer: given['external-server'],
    });
    const now = new Date();
    const own = (await readAuthority(given)) ?? (await createAuthority({ now }));
    const serverCertificatePem = await readTextFile(given['server-ca'], '--server-ca');
    const authority = { ...own, ...(serverCertificatePem !== undefined && { serverCertificatePem }) };
    await withData({ data, keyFile }, async ({ clusters, location }) => {
      if (await isDemo(clusters, record.projectId))
        io.stderr.write(
          "warning: this is the demo's project: whoever has its token gets certificates of this cluster\n",
        );
      const { warnings } = checkAuthority(authority, { now });
      const namesakes = (await clusters.listRecords(record.projectId)).filter(({ name }) => name === record.name);
      await clusters.add(record, authority, { now });
      for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`);
      for (const { id: other } of namesakes)
        io.stderr.write(`warning: cluster ${other} of this project has the same name, ${quoted(record.name)}\n`);
      io.stderr.write(`added cluster ${quoted(record.name)} in ${location}\n`);
    });
    io.stdout.write(`${record.id}\n`);
    return 0;
  },
});

export const clusterList = defineCommand({
  summary: 'list the clusters',
  options: { json: flag('print an array of objects'), ...dataOption },
  examples: ['cluster list'],
  async run({ json, data, 'key-file': keyFile }, _positionals, io) {
    const { clusters, problems } = await withExistingData({ data, keyFile }, (store) => store.clusters.list());
    for (const { message } of problems) io.stderr.write(`warning: ${message}\n`);
    for (const cluster of clusters) warnOfAuthority(cluster, io);
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
  async run({ json, data, 'key-file': keyFile }, [id = ''], io) {
    const cluster = await withData({ data, keyFile }, ({ clusters }) => clusters.get(id));
    if (!cluster) throw unknownCluster(id);
    warnOfAuthority(cluster, io);
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

export const clusterSet = defineCommand({
  summary: 'change the name, the addresses or the CA of a cluster; its ID stays',
  positionals: [{ name: 'ID' }],
  options: {
    name: optional({ placeholder: 'N', help: 'another name', read: text }),
    server: optional({ placeholder: 'URL', help: "another address inside the cloud's network", read: text }),
    'external-server': optional({
      placeholder: 'URL',
      help: "another public address (EIP); '' for none any more",
      read: text,
    }),
    'ca-cert': optional({ placeholder: 'FILE', help: 'another certificate authority; with --ca-key', read: text }),
    'ca-key': optional({ placeholder: 'FILE', help: 'its private key', read: text }),
    'server-ca': optional({
      placeholder: 'FILE',
      help: "another CA of the API server's certificate; '' for the certificate authority itself",
      read: text,
    }),
    ...dataOption,
  },
  examples: ['cluster set 1df09f9a-5b9e-11ef-8f52-0255ac10003e --server https://192.168.1.9:5443'],
  async run({ data, 'key-file': keyFile, ...given }, [id = ''], io) {
    const { name, server, 'external-server': external, 'server-ca': serverCa } = given;
    const authority = await readAuthority(given);
    const serverPem = serverCa === '' ? null : await readTextFile(serverCa, '--server-ca');
    const changes: ClusterChanges = {
      ...(name !== undefined && { name }),
      ...(server !== undefined && { server }),
      ...(external !== undefined && { externalServer: external === '' ? null : external }),
      ...(authority && { authority }),
      ...(serverPem !== undefined && { serverCertificatePem: serverPem }),
    };
    if (Object.keys(changes).length === 0)
      throw usageError(
        'there is nothing to change; give --name, --server, --external-server, --ca-cert or --server-ca',
      );
    await withData({ data, keyFile }, async ({ clusters, location }) => {
      if (!(await clusters.set(id, changes, { now: new Date() }))) throw unknownCluster(id);
      io.stderr.write(`changed cluster ${id} in ${location}\n`);
    });
    return 0;
  },
});

export const clusterRemove = defineCommand({
  summary: 'remove a cluster and this copy of its authority',
  positionals: [{ name: 'ID' }],
  options: dataOption,
  examples: ['cluster remove 1df09f9a-5b9e-11ef-8f52-0255ac10003e'],
  async run({ data, 'key-file': keyFile }, [id = ''], io) {
    await withData({ data, keyFile }, async ({ clusters, location }) => {
      if (!(await clusters.remove(id))) throw unknownCluster(id);
      io.stderr.write(`removed cluster ${id} from ${location}\n`);
    });
    return 0;
  },
});

async function readAuthority(
  values: Partial<Record<'ca-cert' | 'ca-key', string | undefined>>,
): Promise<{ certificatePem: string; privateKeyPem: string } | undefined> {
  assertTogether(values, 'ca-cert', 'ca-key');
  const certificatePem = await readTextFile(values['ca-cert'], '--ca-cert');
  const privateKeyPem = await readTextFile(values['ca-key'], '--ca-key');
  return certificatePem === undefined || privateKeyPem === undefined ? undefined : { certificatePem, privateKeyPem };
}

/** Warns of an authority that has expired, or was registered when less was checked. */
function warnOfAuthority({ id, authority }: Cluster, { stderr }: Pick<Io, 'stderr'>): void {
  const fault = faultOf(authority, { now: new Date() });
  if (fault !== undefined) stderr.write(`warning: cluster ${id} has an authority that would be refused: ${fault}\n`);
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
