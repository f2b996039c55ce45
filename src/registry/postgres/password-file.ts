// Finds passwords in ~/.pgpass, or in the file that PGPASSFILE names, as libpq does.
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { ClusterCertError, quoted, systemErrorCode } from '../../errors.js';

export interface PasswordOf {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** The path of the password file. */
export function passwordFileOf(named: string | undefined, { HOME: home }: NodeJS.ProcessEnv): string {
  return named || path.join(home || homedir(), '.pgpass');
}

/**
 * The password of the first line that fits; undefined where none does. Throws `unavailable` for a file that may not be used.
 * Source: PostgreSQL 15, libpq, 34.16 The Password File.
 */
export function findPassword(file: string, { host, port, database, user }: PasswordOf): string | undefined {
  const text = readSafely(file);
  // libpq's name for the socket of this machine.
  const asked = [host.startsWith('/var/run/postgresql') ? 'localhost' : host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    if (fields && asked.every((value, index) => fields[index] === '*' || unescaped(fields[index]) === value))
      return unescaped(fields[4]);
  }
  return undefined;
}

function readSafely(file: string): string {
  const refuse = (why: string): never => {
    throw new ClusterCertError('unavailable', `the password file ${quoted(file)} ${why}`);
  };
  try {
    const info = statSync(file, { throwIfNoEntry: false });
    if (!info) return '';
    if (!info.isFile()) return refuse('is not a file');
    if (process.platform !== 'win32' && (info.mode & 0o077) !== 0)
      return refuse('may be read by others, so it is not used; its mode must be 0600');
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof ClusterCertError) throw error;
    return refuse(`cannot be read: ${systemErrorCode(error)}`);
  }
}

/** host:port:database:user:password; the password is all of the rest. */
function fieldsOf(line: string): string[] | undefined {
  const field = String.raw`((?:\\.|[^:\\])*)`;
  return new RegExp(`^${field}:${field}:${field}:${field}:(.+)$`).exec(line)?.slice(1);
}

const unescaped = (text = '') => text.replace(/\\(.)/g, '$1');
