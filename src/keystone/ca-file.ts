// Reads the CA certificates for an identity service from a file.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ClusterCertError, firstLine } from '../errors.js';
import type { CloudConfig } from './cloud-config.js';

/** The text of a CA file, which errors call `shown`. Throws `data_unreadable` for one without a certificate in PEM. */
export async function readCaFile(file: string, shown = `the CA file '${file}' of the cloud`): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ClusterCertError('not_found', `${shown} cannot be read: ${firstLine(cause)}`, { cause });
  });
  // TLS accepts any text, and then trusts nobody.
  try {
    new X509Certificate(text);
  } catch (cause) {
    throw new ClusterCertError('data_unreadable', `${shown} has no certificate in it; PEM is accepted`, { cause });
  }
  return text;
}

/**
 * The CA certificates of a cloud's identity service, in PEM. Without TLS no file is read, so a missing one is no error,
 * as for the openstack command.
 */
export async function readCaOfCloud({
  authUrl,
  caFile,
}: Pick<CloudConfig, 'authUrl' | 'caFile'>): Promise<string | undefined> {
  return caFile === undefined || /^http:/i.test(authUrl) ? undefined : readCaFile(caFile);
}
