// TLS towards the database by libpq's names: sslmode, sslrootcert, sslcert and sslkey, their variables and default files.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { ClusterCertError, quoted, systemErrorCode } from '../../errors.js';

// `prefer` and `allow` fall back from one kind of connection to the other, which pg does not; nobody should rely on them.
const modes = ['disable', 'require', 'verify-ca', 'verify-full'];

/** TLS options of a connection; false for none. Throws `invalid_argument`. */
export function readTls(
  find: (name: string) => string | undefined,
  environment: NodeJS.ProcessEnv,
  host: string,
): ConnectionOptions | false {
  const mode = find('sslmode') ?? 'disable';
  if (!modes.includes(mode))
    throw new ClusterCertError(
      'invalid_argument',
      `sslmode ${quoted(mode)} is not offered; accepted: ${modes.join(', ')}`,
    );
  // A local socket has no TLS.
  if (mode === 'disable' || host.startsWith('/')) return false;
  const read = (name: string, usual: string) => {
    const place = find(name) ?? usualFile(usual, environment);
    return place === undefined || place === 'system' ? undefined : readFile(place, name);
  };
  const ca = read('sslrootcert', 'root.crt');
  const [cert, key] = [read('sslcert', 'postgresql.crt'), read('sslkey', 'postgresql.key')];
  const own = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  if (mode === 'verify-full') return own;
  if (mode === 'verify-ca' || ca) return { ...own, checkServerIdentity: () => undefined };
  return { ...own, rejectUnauthorized: false };
}

function usualFile(name: string, { HOME: home }: NodeJS.ProcessEnv): string | undefined {
  const file = path.join(home || homedir(), '.postgresql', name);
  return existsSync(file) ? file : undefined;
}

function readFile(file: string, name: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const message = `${name} ${quoted(file)} cannot be read: ${systemErrorCode(error)}`;
    throw new ClusterCertError('invalid_argument', message);
  }
}
