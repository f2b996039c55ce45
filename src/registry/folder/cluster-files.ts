// The files of one cluster: its record and its authority, under the names that kubeadm and k3s use. A change of several
// files takes effect at one moment: until all are written, the record also holds the new authority.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parameterPatterns } from '../../../generated/parameters.js';
import type { AuthorityFiles } from '../../certificate/authority.js';
import { isMissing, putFile, putFolder, removeEntry } from '../../files/atomic-write.js';
import { type ClusterRecord, createClusterRecord } from '../cluster-registry.js';
import { assertSeed, withSeed } from '../stored-authority.js';

const recordFile = 'cluster.json';
const certificateFile = 'ca.crt';
const privateKeyFile = 'ca.key';
const serverCertificateFile = 'server-ca.crt';
const seedFile = 'seed';

/** All files of a cluster. */
export const clusterFiles = [recordFile, certificateFile, privateKeyFile, serverCertificateFile, seedFile] as const;

/** The files that nobody else may read. */
export const secretFiles = [privateKeyFile, seedFile] as const;

/** Whether a folder of that name can be a cluster's: IDs are looked up in lower case. */
export function isClusterId(name: string): boolean {
  return parameterPatterns.cluster_id.test(name) && name === name.toLowerCase();
}

/** The file of a cluster's record. */
export function recordFileOf(folder: string): string {
  return path.join(folder, recordFile);
}

/** The record in the text of `cluster.json`; the folder's name is the ID. */
export function parseRecord(text: string, id: string): ClusterRecord {
  return createClusterRecord({ ...(JSON.parse(text) as object), id });
}

/** The authority in a cluster's folder. Throws `data_unreadable` for a seed that is too short. */
export async function readAuthority(folder: string): Promise<AuthorityFiles> {
  const unfinished = await readUnfinished(folder);
  if (unfinished) return unfinished;
  const read = (name: string) => readFile(path.join(folder, name), 'utf8');
  const [certificatePem, privateKeyPem, serverCertificatePem, seed] = await Promise.all([
    read(certificateFile),
    read(privateKeyFile),
    readServerCertificate(folder),
    readFile(path.join(folder, seedFile)).catch(undefinedIfMissing),
  ]);
  assertSeed(seed);
  return {
    certificatePem,
    privateKeyPem,
    ...(serverCertificatePem !== undefined && { serverCertificatePem }),
    ...(seed && { seed }),
  };
}

/** Writes a new cluster's folder, whole or not at all; false when one of that name is there. */
export async function createFolder(folder: string, record: ClusterRecord, authority: AuthorityFiles): Promise<boolean> {
  const { certificatePem, privateKeyPem, serverCertificatePem, seed } = withSeed(authority);
  return putFolder(folder, {
    [recordFile]: recordText(record),
    [certificateFile]: certificatePem,
    [privateKeyFile]: privateKeyPem,
    ...(serverCertificatePem !== undefined && { [serverCertificateFile]: serverCertificatePem }),
    [seedFile]: seed,
  });
}

/**
 * Puts a changed record in place, with the new authority if one is given. A reader finds the old or the new cluster,
 * also meanwhile and after a kill half-way.
 */
export async function changeFolder(folder: string, record: ClusterRecord, authority?: AuthorityFiles): Promise<void> {
  const after = authority ?? (await readUnfinished(folder));
  const recordTo = path.join(folder, recordFile);
  if (after) {
    await putFile(recordTo, recordText(record, after));
    await writeAuthority(folder, after);
  }
  await putFile(recordTo, recordText(record));
}

async function writeAuthority(folder: string, authority: AuthorityFiles): Promise<void> {
  const { certificatePem, privateKeyPem, serverCertificatePem, seed } = authority;
  const file = (name: string) => path.join(folder, name);
  await putFile(file(certificateFile), certificatePem);
  await putFile(file(privateKeyFile), privateKeyPem);
  if (seed) await putFile(file(seedFile), seed);
  if (serverCertificatePem === undefined) await removeEntry(file(serverCertificateFile));
  else await putFile(file(serverCertificateFile), serverCertificatePem);
}

/** The CA of the API server's certificate, where it is not the authority itself. */
export async function readServerCertificate(folder: string): Promise<string | undefined> {
  const unfinished = await readUnfinished(folder);
  if (unfinished) return unfinished.serverCertificatePem;
  return readFile(path.join(folder, serverCertificateFile), 'utf8').catch(undefinedIfMissing);
}

/** The authority of a change whose files are not all written yet; it takes effect as soon as the record has it. */
export async function readUnfinished(folder: string): Promise<AuthorityFiles | undefined> {
  const text = await readFile(recordFileOf(folder), 'utf8').catch(undefinedIfMissing);
  const { unfinished } = (text === undefined ? {} : JSON.parse(text)) as { unfinished?: UnfinishedAuthority };
  if (!unfinished) return undefined;
  const { seed, ...files } = unfinished;
  return { ...files, ...(seed !== undefined && { seed: Buffer.from(seed, 'base64') }) };
}

/** In its JSON form. */
type UnfinishedAuthority = Omit<AuthorityFiles, 'seed'> & { seed?: string };

/** The folder's name is the ID. */
function recordText(record: ClusterRecord, authority?: AuthorityFiles): string {
  const unfinished = authority && {
    ...authority,
    seed: authority.seed && Buffer.from(authority.seed).toString('base64'),
  };
  return `${JSON.stringify({ ...record, id: undefined, unfinished }, null, 2)}
`;
}

function undefinedIfMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

/** The project of a record, even of a damaged one; undefined where none can be found. */
export async function readOwner(folder: string): Promise<string | undefined> {
  const text = await readFile(recordFileOf(folder), 'utf8').catch(() => '');
  return /"projectId"\s*:\s*"([0-9a-f]{32})"/.exec(text)?.[1];
}
