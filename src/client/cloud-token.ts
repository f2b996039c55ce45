// A token for the client from an identity service (Keystone, IAM), which is found as the openstack command finds it.
// Needs Node; the rest of the client does not.
import { ClusterCertError } from '../errors.js';
import { readCaOfCloud } from '../keystone/ca-file.js';
import { readCloudConfig } from '../keystone/cloud-config.js';
import { KeystoneClient } from '../keystone/keystone-client.js';
import type { Authentication } from './create-client.js';
import { renewingToken } from './tokens.js';

/**
 * Authentication with tokens for `createClient`: by the OS_* variables or, with OS_CLOUD, by
 * clouds.yaml. Gets a new token before the last one runs out or when it was refused. Throws `invalid_argument` when credentials are missing.
 *
 * @example
 * import { createClient } from 'cce-clustercert';
 * import { cloudToken } from 'cce-clustercert/cloud-token';
 *
 * const token = await cloudToken({ OS_CLOUD: 'my-cloud' });
 * export const client = createClient({ endpoint: 'https://cce.example.com', token });
 */
export async function cloudToken(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Authentication> {
  const cloud = await readCloudConfig(environment);
  if (!cloud) {
    throw new ClusterCertError(
      'invalid_argument',
      'there are no credentials; set OS_CLOUD, or OS_AUTH_URL with OS_USERNAME and OS_PASSWORD, or with OS_APPLICATION_CREDENTIAL_ID and _SECRET',
    );
  }
  const keystone = new KeystoneClient({ url: cloud.authUrl, caPem: await readCaOfCloud(cloud) });
  return renewingToken(() => keystone.issueToken(cloud.request));
}
