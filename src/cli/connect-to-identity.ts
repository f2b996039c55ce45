// A client of the identity service in a cloud's configuration, with its proxies and CA.
import type { CloudConfig } from '../keystone/cloud-config.js';
import { readCaFile, readCaOfCloud } from '../keystone/ca-file.js';
import { KeystoneClient } from '../keystone/keystone-client.js';
import { dispatcherFor } from './provider-fetch.js';
import type { ProxyVariables } from './proxy.js';

/** The settings of a cloud that lead to its identity service. */
export type IdentityAddress = Pick<CloudConfig, 'authUrl' | 'caFile' | 'verify'>;

/** Makes no call yet. Also gives the CA certificates that it trusts, in PEM. */
export async function connectToIdentity(
  { authUrl: url, caFile, verify }: IdentityAddress,
  proxies: ProxyVariables,
  shown?: string,
): Promise<{ keystone: KeystoneClient; caPem: string | undefined }> {
  // A file of an option is read even without TLS, because it was given on purpose.
  const ofOption = caFile !== undefined && shown !== undefined;
  const caPem = ofOption ? await readCaFile(caFile, shown) : await readCaOfCloud({ authUrl: url, caFile });
  // As the openstack command, which also uses the proxy for servers on this machine.
  const route = { caPem, verify, proxies, toLoopback: true };
  const dispatcher = await dispatcherFor(url, route, KeystoneClient.limits);
  return { keystone: new KeystoneClient({ url, caPem, dispatcher }), caPem };
}
