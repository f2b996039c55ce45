// `get --exec`: the user entry of a kubeconfig that makes kubectl call `clustercert credential`. It names the cloud and
// holds no secret; what secrets that call needs is said.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
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

// The one version that all of kubectl 1.20 to the newest take; v1 came with 1.22.
const apiVersion = 'client.authentication.k8s.io/v1beta1';

/** What names a cloud, a user or a project. */
const openVariables = [
  'OS_AUTH_URL',
  'OS_AUTH_TYPE',
  'OS_USERNAME',
  'OS_USER_ID',
  'OS_USER_DOMAIN_ID',
  'OS_USER_DOMAIN_NAME',
  'OS_DOMAIN_ID',
  'OS_DOMAIN_NAME',
  'OS_DEFAULT_DOMAIN',
  'OS_PROJECT_ID',
  'OS_PROJECT_NAME',
  'OS_PROJECT_DOMAIN_ID',
  'OS_PROJECT_DOMAIN_NAME',
  'OS_TENANT_ID',
  'OS_TENANT_NAME',
  'OS_APPLICATION_CREDENTIAL_ID',
  'OS_APPLICATION_CREDENTIAL_NAME',
  'OS_CACERT',
];
const secretVariables = ['OS_PASSWORD', 'OS_APPLICATION_CREDENTIAL_SECRET'];

/** What of a part of the settings goes into the entry, and what kubectl's environment must hold. */
interface Carried {
  args?: string[];
  env?: [string, string][];
  needs?: readonly string[];
}

/** One for each part of what a call takes, so that the call that kubectl makes takes the same. */
const carried: OfEachSetting<Carried> = {
  // The entry has what the call found out; see `entryFor`.
  endpoint: () => ({}),
  projectId: () => ({}),
  credentials: ({ credentials }) => ({ env: passedVariables(credentials), needs: neededVariables(credentials) }),
  // kubectl is called from anywhere.
  caFile: ({ caFile }) => (caFile === undefined ? {} : { args: ['--ca', path.resolve(caFile)] }),
  // kubectl needs the same proxy for itself and hands its environment on.
  proxies: () => ({}),
  timeoutMs: () => ({}),
};

/** Throws `invalid_argument` for credentials that kubectl would not find again. */
export function describeExec(settings: ConnectionSettings, environment: Io['environment']): ExecDescription {
  const { credentials } = settings;
  if (credentials.kind === 'token' && credentials.fromCommandLine) {
    throw usageError('--token does not go with --exec, which keeps no token; set CLUSTERCERT_TOKEN, OS_CLOUD or such');
  }
  const parts = Object.values(carried).map((carry) => carry(settings));
  const needed = parts.flatMap(({ needs = [] }) => needs);
  const program = findProgram(environment);
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
    notes: [
      ...(needs === '' ? [] : [`note: kubectl will need ${needs}`]),
      ...(program.args[0] === undefined
        ? []
        : [`note: clustercert is not on PATH; kubectl will run ${program.args[0]}`]),
    ],
  };
}

/** The secrets that the call has to find, by name. */
function neededVariables(credentials: Credentials): readonly string[] {
  if (credentials.kind === 'token') return ['CLUSTERCERT_TOKEN'];
  if (credentials.kind === 'access key') return credentials.variables;
  return secretVariables.filter((name) => credentials.variables[name] !== undefined);
}

function passedVariables(credentials: Credentials): [string, string][] {
  if (credentials.kind !== 'cloud') return [];
  const { cloud, variables } = credentials;
  const chosen = variables['OS_CLOUD'] === undefined ? openVariables : ['OS_CLOUD'];
  const passed = chosen.flatMap((name) => {
    const value = variables[name];
    return value === undefined
      ? []
      : ([[name, name === 'OS_CACERT' ? path.resolve(value) : value]] as [[string, string]]);
  });
  // kubectl is called from anywhere.
  return cloud.file === undefined ? passed : [...passed, ['OS_CLIENT_CONFIG_FILE', path.resolve(cloud.file)]];
}

/** By its name where kubectl finds it by that, else by where it is. */
function findProgram({ PATH = '' }: Io['environment']): { command: string; args: string[] } {
  const names = process.platform === 'win32' ? ['clustercert.cmd', 'clustercert.exe'] : ['clustercert'];
  const candidates = PATH.split(path.delimiter).flatMap((folder) => names.map((name) => path.join(folder, name)));
  if (candidates.some(isExecutable)) return { command: 'clustercert', args: [] };
  return { command: process.execPath, args: [fileURLToPath(programFile)] };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
