// The options of `serve` that make an identity service (Keystone, IAM) decide which tokens are valid.
import { quoted } from '../errors.js';
import { isName } from '../registry/caller.js';
import type { KeystoneIdentity } from '../identity/keystone-identity.js';
import { type Io, type OptionValues, optional, readDuration, usageError } from './command.js';

export const keystoneOptions = {
  keystone: { type: 'string' },
  'keystone-ca': { type: 'string' },
  grant: { type: 'string', multiple: true },
  'token-cache': { type: 'string', default: '60s' },
} as const;

/** The identity that the options describe; undefined without --keystone. */
export async function readKeystone(
  values: OptionValues,
  environment: Io['environment'],
): Promise<KeystoneIdentity | undefined> {
  const url = optional(values, 'keystone');
  const grants = readGrants((values['grant'] as string[] | undefined) ?? []);
  const cacheMs = readDuration(values, 'token-cache', { least: 0 }) * 1000;
  if (url === undefined) {
    const useless = ['keystone-ca', 'grant'].find((name) => values[name] !== undefined);
    if (useless !== undefined) throw usageError(`--${useless} goes with --keystone`);
    return undefined;
  }
  // Loaded for those alone who have such a service: it takes a sixth of the time that the provider takes to start.
  const { KeystoneIdentity } = await import('../identity/keystone-identity.js');
  const { readCaFile } = await import('../keystone/ca-file.js');
  const { readCloudConfig } = await import('../keystone/cloud-config.js');
  const { KeystoneClient } = await import('../keystone/keystone-client.js');
  const { createTokenSource } = await import('../keystone/token-source.js');
  const cloud = await readCloudConfig(environment, { authUrl: url });
  const own = optional(values, 'keystone-ca');
  const file = own ?? cloud?.caFile;
  const shown = own === undefined ? undefined : `--keystone-ca ${quoted(own)}`;
  const caPem = file === undefined ? undefined : await readCaFile(file, shown);
  const keystone = new KeystoneClient({ url, caPem });
  const service = cloud && createTokenSource(keystone, cloud.request);
  return new KeystoneIdentity({ keystone, service, grants: grants.size === 0 ? undefined : grants, cacheMs });
}

function readGrants(texts: string[]): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const separator = text.indexOf('=');
      const [role, group] = separator < 0 ? [text, text] : [text.slice(0, separator), text.slice(separator + 1)];
      if (role !== '' && isName(group)) return [role, group];
      throw usageError(
        `--grant ${quoted(text)} is not valid; it must be a role or group, such as admin, or admin=system:masters`,
      );
    }),
  );
}
