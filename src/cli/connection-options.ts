// The settings of a call to a provider, read from options and environment, without a call, for every command that calls
// a provider.
import { quoted } from '../errors.js';
import { type Credentials, readCredentials } from './credentials.js';
import type { Io } from './command.js';
import { type ValuesOf, missingOption, optional, withDefault } from './options.js';
import { type ProxyVariables, readProxyVariables } from './proxy.js';
import { duration, endpointUrl, file, text } from './readers.js';
import { usageError } from './usage-error.js';

export const connectionOptions = {
  endpoint: optional({
    placeholder: 'URL',
    help: 'the provider, without /api/v3',
    variable: 'CLUSTERCERT_ENDPOINT',
    read: endpointUrl,
  }),
  project: optional({ placeholder: 'ID', help: 'the project', variable: 'CLUSTERCERT_PROJECT', read: text }),
  token: optional({
    placeholder: 'TOKEN',
    help: 'a token for it; every user of the machine can see command lines, so set CLUSTERCERT_TOKEN instead',
    read: text,
  }),
  ca: optional({
    placeholder: 'FILE',
    help: "the CA of the provider's certificate, in PEM, such as that of a company",
    variable: 'CLUSTERCERT_CA',
    read: file,
  }),
  timeout: withDefault('30s', {
    placeholder: 'TIME',
    help: 'for a call to the provider',
    read: duration({ least: 1 }),
  }),
};

export const connectionNotes = [
  'The first credentials found are used:',
  [
    '  1. a token: --token or CLUSTERCERT_TOKEN',
    '  2. an access key: CLUSTERCERT_ACCESS_KEY and CLUSTERCERT_SECRET_KEY',
    '  3. a cloud of clouds.yaml: OS_CLOUD',
    '  4. an access key: HUAWEICLOUD_SDK_AK and _SK, HW_ACCESS_KEY and HW_SECRET_KEY, or',
    '     OS_ACCESS_KEY and OS_SECRET_KEY, each with its ..._SECURITY_TOKEN where it is a temporary one',
    '  5. a user or application credential: OS_AUTH_URL, OS_USERNAME, OS_PASSWORD and so on, as the',
    '     openstack command takes them',
  ].join('\n'),
  'With 3 and 5 the identity service gives project and endpoint (type ccev2.0 of its catalogue); otherwise give both. The project may also be HUAWEICLOUD_SDK_PROJECT_ID, HW_PROJECT_ID or OS_PROJECT_ID.',
];

/**
 * All settings of a call to a provider. A result that is cached, or a call that is repeated later, depends on each of
 * them.
 */
export interface ConnectionSettings {
  credentials: Credentials;
  /** Undefined if it comes from the identity service's catalogue. */
  endpoint: string | undefined;
  projectId: string | undefined;
  /** File with the CA certificates for the provider, instead of the system's. */
  caFile: { file: string; from: string } | undefined;
  proxies: ProxyVariables;
  timeoutMs: number;
}

/** One entry for each setting; the compiler reports a missing one when a setting is added. */
export type OfEachSetting<Value> = {
  [Name in keyof ConnectionSettings]-?: (settings: ConnectionSettings) => Value;
};

type Environment = Io['environment'];

/** Reads options and environment. Throws `invalid_argument` for missing or incomplete settings. */
export async function readConnectionSettings(
  values: ValuesOf<typeof connectionOptions>,
  environment: Environment,
): Promise<ConnectionSettings> {
  const { endpoint, ca, timeout } = values;
  const credentials = await readCredentials(values, environment);
  const cloud = credentials.kind === 'cloud';
  const own = credentials.kind === 'access key' ? credentials.projectId : undefined;
  const projectId = values.project ?? own ?? (cloud ? undefined : firstOf(environment, projectVariables));
  // Only an identity service gives these, and it is not called with a token or an access key.
  const why = credentials.kind === 'access key' ? ` (the access key of ${credentials.from} is used)` : '';
  if (!cloud && endpoint === undefined) throw missingOption('endpoint', connectionOptions.endpoint, why);
  if (!cloud && projectId === undefined) throw missingOption('project', connectionOptions.project, why);
  if (projectId !== undefined && !/^[0-9a-f]{32}$/.test(projectId)) {
    throw usageError(`--project ${quoted(projectId)} is not valid; it must be 32 lower-case hexadecimal digits`);
  }
  const proxies = readProxyVariables(environment);
  const caFile = caOf(ca, environment);
  return { credentials, endpoint, projectId, caFile, proxies, timeoutMs: timeout * 1000 };
}

function caOf(ca: string | undefined, { SSL_CERT_FILE: common }: Environment): ConnectionSettings['caFile'] {
  if (ca !== undefined) return { file: ca, from: '--ca' };
  return common ? { file: common, from: 'SSL_CERT_FILE' } : undefined;
}

const projectVariables = ['HUAWEICLOUD_SDK_PROJECT_ID', 'HW_PROJECT_ID', 'OS_PROJECT_ID'];

/** An empty variable counts as none. */
function firstOf(environment: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
}
