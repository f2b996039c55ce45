// The files of one cluster: its record and its authority, under the names that kubeadm and k3s use. Reads them and changes
// them in an order in which every moment gives a working cluster.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AuthorityFiles } from '../../certificate/authority.js';
import { ClusterCertError } from '../../errors.js';
import { isMissing, putFile, putFolder, removeEntry } from '../../files/atomic-write.js';
import { type ClusterRecord, createClusterRecord } from '../cluster-registry.js';

const recordFile = 'cluster.json';
const certificateFile = 'ca.crt';
const privateKeyFile = 'ca.key';
const serverCertificateFile = 'server-ca.crt';
const seedFile = 'seed';
const seedBytes = 32;

/** Every file that a cluster's data are read from. */
export const clusterFiles = [recordFile, certificateFile, privateKeyFile, serverCertificateFile, seedFile] as const;

/** Those of them that nobody else may read. */
export const secretFiles = [privateKeyFile, seedFile] as const;

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
  const read = (name: string) => readFile(path.join(folder, name), 'utf8');
  const [certificatePem, privateKeyPem, serverCertificatePem, seed] = await Promise.all([
    read(certificateFile),
    read(privateKeyFile),
    readServerCertificate(folder),
    readFile(path.join(folder, seedFile)).catch(undefinedIfMissing),
  ]);
  if (seed && seed.length < seedBytes)
    throw new ClusterCertError('data_unreadable', `its seed has fewer than ${seedBytes} bytes`);
  return {
    certificatePem,
    privateKeyPem,
    ...(serverCertificatePem !== undefined && { serverCertificatePem }),
    ...(seed && { seed }),
  };
}

/** Writes a new cluster's folder, whole or not at all; false when one of that name is there. */
export async function createFolder(folder: string, record: ClusterRecord, authority: AuthorityFiles): Promise<boolean> {
  const { certificatePem, privateKeyPem, serverCertificatePem, seed = randomBytes(seedBytes) } = authority;
  return putFolder(folder, {
    [recordFile]: recordText(record),
    [certificateFile]: certificatePem,
    [privateKeyFile]: privateKeyPem,
    ...(serverCertificatePem !== undefined && { [serverCertificateFile]: serverCertificatePem }),
    [seedFile]: seed,
  });
}

/** Puts a changed record in place. */
export async function writeRecord(folder: string, record: ClusterRecord): Promise<void> {
  await putFile(path.join(folder, recordFile), recordText(record));
}

/**
 * Puts another authority in place. Between the first and the last step the old and the new certificates stand together, so
 * that the key, which changes in one step, always finds its own.
 */
export async function replaceAuthority(folder: string, authority: AuthorityFiles): Promise<void> {
  const { certificatePem, privateKeyPem, seed = randomBytes(seedBytes) } = authority;
  const file = (name: string) => path.join(folder, name);
  const before = await readFile(file(certificateFile), 'utf8').catch(undefinedIfMissing);
  await putFile(file(certificateFile), `${certificatePem.trimEnd()}\n${before ?? ''}`);
  await putFile(file(privateKeyFile), privateKeyPem);
  await putFile(file(seedFile), seed);
  await putFile(file(certificateFile), certificatePem);
}

/** What clients trust the API server by, where it is not the authority itself. */
export async function readServerCertificate(folder: string): Promise<string | undefined> {
  return readFile(path.join(folder, serverCertificateFile), 'utf8').catch(undefinedIfMissing);
}

/** Puts what clients trust the API server by in place. */
export async function writeServerCertificate(folder: string, serverCertificatePem: string): Promise<void> {
  await putFile(path.join(folder, serverCertificateFile), serverCertificatePem);
}

/** From then on clients trust the API server by the authority itself. */
export async function removeServerCertificate(folder: string): Promise<void> {
  await removeEntry(path.join(folder, serverCertificateFile));
}

/** The folder's name is the ID. */
function recordText(record: ClusterRecord): string {
  return `${JSON.stringify({ ...record, id: undefined }, null, 2)}
`;
}

function undefinedIfMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

/** The project that a record names, also where the record is damaged; undefined where it names none that can be told. */
export async function readOwner(folder: string): Promise<string | undefined> {
  const text = await readFile(recordFileOf(folder), 'utf8').catch(() => '');
  return /"projectId"\s*:\s*"([0-9a-f]{32})"/.exec(text)?.[1];
}
