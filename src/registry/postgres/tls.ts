// TLS towards the database by libpq's names: sslmode, sslrootcert, sslcert, sslkey and so on, their variables and default files.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { ConnectionOptions, SecureVersion } from 'node:tls';
import { ClusterCertError, quoted, systemErrorCode } from '../../errors.js';

/** TLS options of a connection; false for none. */
export type Tls = ConnectionOptions | false;

type Find = (name: string) => string | undefined;

/** The attempts of each mode, in their order. */
const modes: Readonly<Record<string, readonly ('clear' | 'tls')[]>> = {
  disable: ['clear'],
  allow: ['clear', 'tls'],
  prefer: ['tls', 'clear'],
  require: ['tls'],
  'verify-ca': ['tls'],
  'verify-full': ['tls'],
};

// As libpq spells them.
const versions: Readonly<Record<string, SecureVersion>> = {
  tlsv1: 'TLSv1',
  'tlsv1.1': 'TLSv1.1',
  'tlsv1.2': 'TLSv1.2',
  'tlsv1.3': 'TLSv1.3',
};

/**
 * How a connection to a host may be made, best first. Throws `invalid_argument`.
 * Source: PostgreSQL 15, libpq, 34.19 SSL Support.
 */
export function readTls(find: Find, environment: NodeJS.ProcessEnv, host: string): readonly Tls[] {
  const isSystem = find('sslrootcert') === 'system';
  const mode = find('sslmode') ?? (isSystem ? 'verify-full' : 'prefer');
  const kinds =
    modes[mode] ?? refuse(`sslmode ${quoted(mode)} is not known; accepted: ${Object.keys(modes).join(', ')}`);
  if (isSystem && mode !== 'verify-full')
    refuse(
      `sslrootcert=system needs sslmode=verify-full, not ${quoted(mode)}, which would accept anybody's certificate`,
    );
  // A socket of this machine carries no TLS.
  if (host.startsWith('/')) return [false];
  return kinds.map((kind) => (kind === 'tls' ? optionsOf(mode, find, environment) : false));
}

function optionsOf(mode: string, find: Find, environment: NodeJS.ProcessEnv): ConnectionOptions {
  const given = find('sslrootcert');
  const usual = usualFile('root.crt', environment);
  const ca =
    given === 'system'
      ? undefined
      : given !== undefined
        ? read(given, 'sslrootcert')
        : usual && read(usual, 'sslrootcert');
  const options = {
    ...(ca && { ca }),
    ...clientCertificate(find, environment),
    ...revocationList(find),
    ...versionsOf(find),
  };
  if (mode === 'verify-full') return options;
  if (mode === 'verify-ca' || ca) return { ...options, checkServerIdentity: () => undefined };
  return { ...options, rejectUnauthorized: false };
}

/** A certificate that is not there is not sent; one that is there needs its key. */
function clientCertificate(find: Find, environment: NodeJS.ProcessEnv): ConnectionOptions {
  const certificate = find('sslcert') ?? usualFile('postgresql.crt', environment);
  if (certificate === undefined || !existsSync(certificate)) return {};
  const key = find('sslkey') ?? usualFile('postgresql.key', environment);
  if (key === undefined) refuse(`sslcert ${quoted(certificate)} is there, and its key is not; sslkey names it`);
  assertPrivate(key);
  const passphrase = find('sslpassword');
  return { cert: read(certificate, 'sslcert'), key: read(key, 'sslkey'), ...(passphrase && { passphrase }) };
}

/** A key of root may be read by its group, which a server's user can be in. */
function assertPrivate(key: string): void {
  const info = statSync(key, { throwIfNoEntry: false });
  if (!info || process.platform === 'win32') return;
  const others = info.uid === 0 ? 0o037 : 0o077;
  if (info.isFile() && (info.mode & others) === 0) return;
  refuse(`sslkey ${quoted(key)} may be read by others, so it is not used; its mode must be 0600`);
}

function revocationList(find: Find): ConnectionOptions {
  const file = find('sslcrl');
  return file !== undefined && existsSync(file) ? { crl: read(file, 'sslcrl') } : {};
}

function versionsOf(find: Find): ConnectionOptions {
  const version = (name: string) => {
    const text = find(name);
    if (text === undefined) return undefined;
    return versions[text.toLowerCase()] ?? refuse(`${name} ${quoted(text)} is not known; accepted: TLSv1 to TLSv1.3`);
  };
  const [minVersion, maxVersion] = [version('ssl_min_protocol_version'), version('ssl_max_protocol_version')];
  return { ...(minVersion && { minVersion }), ...(maxVersion && { maxVersion }) };
}

function usualFile(name: string, { HOME: home }: NodeJS.ProcessEnv): string | undefined {
  const file = path.join(home || homedir(), '.postgresql', name);
  return existsSync(file) ? file : undefined;
}

function read(file: string, name: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    return refuse(`${name} ${quoted(file)} cannot be read: ${systemErrorCode(error)}`);
  }
}

function refuse(message: string): never {
  throw new ClusterCertError('invalid_argument', message);
}
