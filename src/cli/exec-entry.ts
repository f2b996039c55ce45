// `get --exec`: the user entry of a kubeconfig that makes kubectl call `clustercert credential`. It names the cloud and
// holds no secret; the secrets that the call needs are reported.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { claimsOf } from '../inspect/read-token.js';
import { hasProgram, lastingFolders } from '../kubeconfig/find-program.js';
import { programFile } from '../spec.js';
import type { Io } from './command.js';
import type { ConnectionSettings, OfEachSetting } from './connection-options.js';
import type { Credentials } from './credentials.js';
import { usageError } from './usage-error.js';

export interface Place {
  endpoint: string;
  projectId: string;
  clusterId: string;
}

export interface ExecDescription {
  entryFor: (place: Place) => Record<string, unknown>;
  /** For people, one line each. */
  notes: string[];
}

// The one version that every kubectl from 1.20 on accepts; v1 came with 1.22.
const apiVersion = 'client.authentication.k8s.io/v1beta1';

// Every variable of the cloud except secrets is carried: this version read it, or the next one may.
const secretVariable = /PASSWORD|SECRET|TOKEN|PASSCODE|ACCESS_KEY/;
/** Variables of another kind of call, which a cloud does not need. */
const foreignVariables = ['OS_ACCESS_KEY', 'OS_SECRET_KEY', 'OS_SECURITY_TOKEN'];
const pathVariables = ['OS_CACERT', 'OS_CERT', 'OS_KEY', 'OS_CLIENT_CONFIG_FILE', 'OS_CLIENT_SECURE_FILE'];
/** Node's additional CAs. */
const trustVariables = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
/** The CAs for a cloud that names none itself. */
const commonTrustVariables = ['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'];
const defaultTimeoutMs = 30_000;

/** The part of a setting that goes into the entry, and the variables that kubectl's environment must hold. */
interface Carried {
  args?: string[];
  env?: [string, string][];
  needs?: readonly string[];
}

/** One for each setting of a call, so that kubectl's call has the same settings. */
const carried: OfEachSetting<Carried> = {
  // The entry has the values that the call found; see `entryFor`.
  endpoint: () => ({}),
  projectId: () => ({}),
  credentials: ({ credentials }) => ({ env: passedVariables(credentials), needs: neededVariables(credentials) }),
  // kubectl is called from anywhere.
  caFile: ({ caFile }) => (caFile === undefined ? {} : { args: ['--ca', path.resolve(caFile.file)] }),
  // kubectl may need another proxy, or none: it passes its own environment on.
  proxies: ({ proxies: { httpProxy, httpsProxy } }) => ({
    needs: [...(httpsProxy === undefined ? [] : ['HTTPS_PROXY']), ...(httpProxy === undefined ? [] : ['HTTP_PROXY'])],
  }),
  timeoutMs: ({ timeoutMs }) => (timeoutMs === defaultTimeoutMs ? {} : { args: ['--timeout', `${timeoutMs / 1000}s`] }),
};

/** Throws `invalid_argument` for credentials that kubectl's call would not find. */
export async function describeExec(
  settings: ConnectionSettings,
  environment: Io['environment'],
): Promise<ExecDescription> {
  const { credentials } = settings;
  if (credentials.kind === 'token' && credentials.fromCommandLine) {
    throw usageError('--token does not go with --exec, which keeps no token; set CLUSTERCERT_TOKEN, OS_CLOUD or such');
  }
  const parts = [...Object.values(carried).map((carry) => carry(settings)), trustOf(settings, environment)];
  const needed = parts.flatMap(({ needs = [] }) => needs);
  const program = await findProgram(environment);
  const hint = `clustercert fetches short-lived certificates: npm install --global cce-clustercert`;
  const needs = needed.length === 0 ? '' : `${needed.join(' and ')} in the environment of kubectl`;
  const options = parts.flatMap(({ args = [] }) => args);
  const variables = parts.flatMap(({ env = [] }) => env);
  return {
    entryFor: ({ clusterId, endpoint, projectId }) => ({
      exec: {
        apiVersion,
        args: [...program.args, 'credential', clusterId, '--endpoint', endpoint, '--project', projectId, ...options],
        command: program.command,
        env: variables.map(([name, value]) => ({ name, value })),
        installHint: needs === '' ? hint : `${hint}. It needs ${needs}.`,
        interactiveMode: 'Never',
        provideClusterInfo: false,
      },
    }),
    notes: [...(needs === '' ? [] : [`note: kubectl will need ${needs}${endOfToken(credentials)}`]), ...program.notes],
  };
}

/** The names of the secrets that the call needs. */
function neededVariables(credentials: Credentials): readonly string[] {
  if (credentials.kind === 'token') return ['CLUSTERCERT_TOKEN'];
  if (credentials.kind === 'access key') return credentials.variables;
  return namesIn(credentials.variables).filter((name) => secretVariable.test(name));
}

function passedVariables(credentials: Credentials): [string, string][] {
  if (credentials.kind !== 'cloud') return [];
  const { cloud, variables } = credentials;
  const passed = namesIn(variables)
    .filter((name) => !secretVariable.test(name))
    .map((name) => [name, absolute(name, variables[name] ?? '')] as const);
  // kubectl is called from anywhere.
  const fixed = {
    ...Object.fromEntries(passed),
    ...(cloud.file !== undefined && { OS_CLIENT_CONFIG_FILE: path.resolve(cloud.file) }),
    ...(cloud.caFile !== undefined && !path.isAbsolute(cloud.caFile) && { OS_CACERT: path.resolve(cloud.caFile) }),
  };
  return Object.entries(fixed);
}

const namesIn = (variables: Readonly<Record<string, string>>) =>
  Object.keys(variables).filter((name) => !foreignVariables.includes(name));

const absolute = (name: string, value: string) => (pathVariables.includes(name) ? path.resolve(value) : value);

function trustOf({ credentials }: ConnectionSettings, environment: Io['environment']): Carried {
  const names = [...trustVariables, ...(credentials.kind === 'cloud' ? commonTrustVariables : [])];
  const env = names.flatMap((name): [string, string][] => {
    const value = environment[name];
    return value ? [[name, path.resolve(value)]] : [];
  });
  return { env, needs: environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' ? ['NODE_TLS_REJECT_UNAUTHORIZED'] : [] };
}

/** The end of a token that is a JSON Web Token. */
function endOfToken(credentials: Credentials): string {
  const { exp } = credentials.kind === 'token' ? claimsOf(credentials.token) : {};
  return exp === undefined ? '' : `; this token ends ${exp}`;
}

/** The program's name if kubectl will find it, else its path. */
async function findProgram({
  PATH = '',
}: Io['environment']): Promise<{ command: string; args: string[]; notes: string[] }> {
  if (await hasProgram(lastingFolders(PATH), 'clustercert')) return { command: 'clustercert', args: [], notes: [] };
  const program = fileURLToPath(programFile);
  const cached = /[\\/]_npx[\\/]/.test(program)
    ? ['note: that is in a cache which npm may empty; to keep it: npm install --global cce-clustercert']
    : [];
  return {
    command: process.execPath,
    args: [program],
    notes: [`note: clustercert is not on PATH; kubectl will run ${program}`, ...cached],
  };
}
