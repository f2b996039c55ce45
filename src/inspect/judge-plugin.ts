// Checks programs and libraries that get a credential on demand. They are looked for, never run.
import path from 'node:path';
import { hasProgram, lastingFolders } from '../kubeconfig/find-program.js';
import type { Remarks } from './finding.js';
import type { UserFields } from './parse-kubeconfig.js';

const group = 'client.authentication.k8s.io';

interface Surroundings {
  folder: string;
  remarks: Remarks;
  /** PATH. */
  searchPath: string;
  /** Whether the user has another credential. */
  spare: boolean;
}

/** A credential plugin must be complete, and its program must exist. */
export async function judgeExec(
  { command = '', apiVersion = '', interactiveMode = '', env = [] }: NonNullable<UserFields['exec']>,
  { folder, remarks, searchPath, spare }: Surroundings,
): Promise<void> {
  if (apiVersion === `${group}/v1alpha1`)
    remarks.error(`exec has apiVersion ${apiVersion}, which only kubectl before 1.24 accepts; use v1beta1`);
  else if (![`${group}/v1`, `${group}/v1beta1`].includes(apiVersion))
    remarks.error(`exec needs apiVersion ${group}/v1 or ${group}/v1beta1`);
  if (apiVersion === `${group}/v1`) remarks.warning('exec has apiVersion v1, which kubectl knows since 1.22');
  if (env.some(({ name = '' }) => name === ''))
    remarks.error('exec has a variable without a name; kubectl refuses that');
  if (apiVersion === `${group}/v1` && interactiveMode === '')
    remarks.error('exec needs interactiveMode with apiVersion v1');
  if (!['', 'Never', 'IfAvailable', 'Always'].includes(interactiveMode))
    remarks.error('exec has an interactiveMode that is not Never, IfAvailable or Always');
  if (command === '') remarks.error('exec needs a command');
  else if (!(await isThere(command, { folder, searchPath })))
    remarks[spare ? 'warning' : 'error'](`exec runs '${command}', which is not installed here`);
}

/** A command with a slash is relative to the kubeconfig's folder; any other is searched on the PATH of later calls. */
async function isThere(
  command: string,
  { folder, searchPath }: { folder: string; searchPath: string },
): Promise<boolean> {
  const hasFolder = command.includes('/') || command.includes(path.sep);
  return hasProgram(hasFolder ? [folder] : lastingFolders(searchPath), command);
}

/** Of the libraries that were built into kubectl, one is left. */
export function judgeAuthProvider(
  { name = '', config = {} }: NonNullable<UserFields['auth-provider']>,
  remarks: Remarks,
): void {
  if (name !== 'oidc') {
    remarks.error(`auth-provider '${name}' is not in kubectl (gcp and azure: since 1.26); use an exec plugin`);
    return;
  }
  for (const needed of ['idp-issuer-url', 'client-id'])
    if (typeof config[needed] !== 'string' || config[needed] === '')
      remarks.error(`auth-provider oidc needs ${needed}`);
}
