// The options of `serve` for an identity service (Keystone, IAM) that validates tokens.
import { quoted } from '../errors.js';
import { isGroup } from '../registry/caller.js';
import type { KeystoneIdentity } from '../identity/keystone-identity.js';
import type { Io } from './command.js';
import { type ValuesOf, optional, repeated, withDefault } from './options.js';
import { duration, text } from './readers.js';
import { readProxyVariables } from './proxy.js';
import { usageError } from './usage-error.js';

export const keystoneOptions = {
  keystone: optional({
    placeholder: 'URL',
    help: "accept tokens of this identity service (Keystone, IAM) instead of 'clustercert token add'; this service's own credentials come from OS_* variables or, with OS_CLOUD, from clouds.yaml; without any, each token authenticates its own look-up",
    read: text,
  }),
  'keystone-ca': optional({
    placeholder: 'FILE',
    help: "the CA of the identity service's certificate, in PEM",
    read: text,
  }),
  grant: repeated({
    placeholder: 'NAME[=GROUP]',
    help: 'a role of the identity service that may fetch certificates, or group:NAME for a group of a federated token, and the Kubernetes group it becomes; may be repeated (default: every role, as itself, and no group)',
    read: text,
  }),
  'token-cache': withDefault('60s', {
    placeholder: 'TIME',
    help: 'how long a response of the identity service is cached',
    read: duration({ least: 0 }),
  }),
};

/** The identity that the options describe; undefined without --keystone. */
export async function readKeystone(
  values: ValuesOf<typeof keystoneOptions>,
  environment: Io['environment'],
): Promise<KeystoneIdentity | undefined> {
  const { keystone: url, 'keystone-ca': own, grant = [], 'token-cache': cacheSeconds } = values;
  const grants = readGrants(grant);
  const cacheMs = cacheSeconds * 1000;
  if (url === undefined) {
    const useless = (['keystone-ca', 'grant'] as const).find((name) => values[name] !== undefined);
    if (useless !== undefined) throw usageError(`--${useless} goes with --keystone`);
    return undefined;
  }
  // Loaded only for such a service: it takes a sixth of the provider's start.
  const { KeystoneIdentity } = await import('../identity/keystone-identity.js');
  const { readCloudConfig } = await import('../keystone/cloud-config.js');
  const { createTokenSource } = await import('../keystone/token-source.js');
  const { connectToIdentity } = await import('./connect-to-identity.js');
  const cloud = await readCloudConfig(environment, { authUrl: url });
  const address = { authUrl: url, caFile: own ?? cloud?.caFile, verify: own !== undefined || (cloud?.verify ?? true) };
  const shown = own === undefined ? undefined : `--keystone-ca ${quoted(own)}`;
  const { keystone } = await connectToIdentity(address, readProxyVariables(environment), shown);
  const service = cloud && createTokenSource(keystone, cloud.request);
  return new KeystoneIdentity({ keystone, service, grants: grants.size === 0 ? undefined : grants, cacheMs });
}

function readGrants(texts: string[]): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const separator = text.indexOf('=');
      const [role, group] =
        separator < 0 ? [text, text.replace(/^group:/, '')] : [text.slice(0, separator), text.slice(separator + 1)];
      if (role !== '' && isGroup(group)) return [role, group];
      throw usageError(
        `--grant ${quoted(text)} is not valid; it must be a role, such as admin, or admin=system:masters, or group:NAME=GROUP`,
      );
    }),
  );
}
