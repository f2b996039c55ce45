// Named connections of libpq: sections of ~/.pg_service.conf, or of the file that PGSERVICEFILE names.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { ClusterCertError, quoted, systemErrorCode } from '../../errors.js';

/**
 * The parameters of a service. Throws `invalid_argument` where no file has it.
 * Source: PostgreSQL 15, libpq, 34.17 The Connection Service File.
 */
export function readService(name: string, environment: NodeJS.ProcessEnv): Map<string, string> {
  for (const file of filesOf(environment)) {
    const found = sectionOf(readText(file), name, file);
    if (found) return found;
  }
  throw new ClusterCertError('invalid_argument', `the service ${quoted(name)} is in no connection service file`);
}

function filesOf({ PGSERVICEFILE: file, PGSYSCONFDIR: folder, HOME: home }: NodeJS.ProcessEnv): string[] {
  const own = file || path.join(home || homedir(), '.pg_service.conf');
  const shared = path.join(folder || '/etc/postgresql-common', 'pg_service.conf');
  return [own, shared].filter((each) => each === file || existsSync(each));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ClusterCertError(
      'invalid_argument',
      `the connection service file ${quoted(file)} cannot be read: ${systemErrorCode(error)}`,
    );
  }
}

function sectionOf(text: string, name: string, file: string): Map<string, string> | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const start = lines.indexOf(`[${name}]`);
  if (start < 0) return undefined;
  const given = new Map<string, string>();
  for (const [index, line] of lines.slice(start + 1).entries()) {
    if (line.startsWith('[')) break;
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    if (equals < 1)
      throw new ClusterCertError(
        'invalid_argument',
        `line ${start + index + 2} of the connection service file ${quoted(file)} is no KEY=VALUE`,
      );
    // The first of several counts.
    const key = line.slice(0, equals);
    if (!given.has(key)) given.set(key, line.slice(equals + 1));
  }
  return given;
}
