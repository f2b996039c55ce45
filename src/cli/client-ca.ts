// A separate client CA for a cluster: the provider signs with it, and removing it from the API server's
// --client-ca-file ends all its certificates at once, including those of system:masters. Two steps, because the API
// server must trust it before it signs.
import path from 'node:path';
import { createAuthority } from '../certificate/create-authority.js';
import { ClusterCertError, quoted } from '../errors.js';
import { putFolder } from '../files/atomic-write.js';
import { defineCommand } from './command.js';
import { dataOption, withData } from './data-folder.js';
import { optional, required } from './options.js';
import { file, readTextFile } from './readers.js';
import { unknownCluster } from './revocable-cluster.js';

const cluster = { name: 'CLUSTER', help: "its ID, as 'clustercert cluster list' shows it" };
const [certificateName, keyName, bundleName] = ['client-ca.crt', 'client-ca.key', 'client-ca-bundle.crt'];

export const clientCaNew = defineCommand({
  summary: 'make a client CA, which the API server must trust before it signs',
  positionals: [cluster],
  options: {
    output: optional({
      placeholder: 'DIR',
      help: 'the new folder for its files (default: client-ca- and the ID, in the current folder)',
      read: file,
    }),
    ...dataOption,
  },
  about: [
    'Nothing changes yet. Give the bundle, which also holds the present CA, to the API server as --client-ca-file (it reads the file again when it changes), then run cluster client-ca use.',
  ],
  examples: ['cluster client-ca new 1df09f9a-5b9e-11ef-8f52-0255ac10003e'],
  async run({ data, 'key-file': keyFile, ...given }, [id = ''], io) {
    const found = await withData({ data, keyFile }, ({ clusters }) => clusters.get(id));
    if (!found) throw unknownCluster(id);
    const now = new Date();
    const { certificatePem, privateKeyPem } = await createAuthority({
      now,
      commonName: `clustercert ${found.id.slice(0, 8)} ${now.toISOString().slice(0, 19)}Z`,
    });
    const output = given.output ?? `client-ca-${found.id}`;
    const files = {
      [certificateName]: certificatePem,
      [keyName]: privateKeyPem,
      [bundleName]: certificatePem + found.authority.certificatePem,
    };
    if (!(await putFolder(path.resolve(output), files)))
      throw new ClusterCertError('already_exists', `${quoted(output)} exists; choose another folder with --output`);
    io.stdout.write(`${path.join(output, bundleName)}\n`);
    io.stderr.write(
      [
        `1. give ${path.join(output, bundleName)} to the API server as --client-ca-file, with whatever else it trusts`,
        `2. clustercert cluster client-ca use ${found.id} --folder ${output}`,
        '3. when everybody has a new kubeconfig, remove the old CA from --client-ca-file: its certificates end at once',
        '',
      ].join('\n'),
    );
    return 0;
  },
});

export const clientCaUse = defineCommand({
  summary: 'sign with the client CA that cluster client-ca new made',
  positionals: [cluster],
  options: {
    folder: required({ placeholder: 'DIR', help: 'the folder that client-ca new wrote', read: file }),
    ...dataOption,
  },
  about: ["The CA of the API server's certificate stays as it is."],
  examples: ['cluster client-ca use 1df09f9a-5b9e-11ef-8f52-0255ac10003e --folder client-ca'],
  async run({ folder, data, 'key-file': keyFile }, [id = ''], io) {
    const read = async (name: string) => (await readTextFile(path.join(folder, name), '--folder')) ?? '';
    const authority = { certificatePem: await read(certificateName), privateKeyPem: await read(keyName) };
    const changed = await withData({ data, keyFile }, async ({ clusters }) => {
      const found = await clusters.get(id);
      if (!found) throw unknownCluster(id);
      const serverCertificatePem = found.authority.serverCertificatePem;
      return clusters.set(found.id, { authority, serverCertificatePem }, { now: new Date() });
    });
    if (!changed) throw unknownCluster(id);
    io.stderr.write(
      `cluster ${changed.id} signs with ${path.join(folder, certificateName)} from now on; its key is kept with the cluster, so ${path.join(folder, keyName)} can be removed\n`,
    );
    return 0;
  },
});
