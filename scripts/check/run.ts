// Runs the programs of the checks.
import { spawnSync } from 'node:child_process';

/** Thrown by a step that cannot run on this machine; its message says why. */
export class NotRun extends Error {}

/** Runs a program in the project's folder, its output shown; throws when it fails. */
export function run(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, REDOCLY_TELEMETRY: 'off' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`'${[command, ...args].join(' ')}' ended with exit code ${status ?? 'none'}`);
}

/** Runs a program in another folder and gives its standard output. */
export function capture(folder: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  if (error) throw error;
  if (status === 0) return stdout;
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ENOTCACHED/.test(stderr))
    throw new NotRun('the package registry is not reachable');
  throw new Error(`'${[command, ...args].join(' ')}' ended with exit code ${status ?? 'none'}: ${stderr}`);
}
