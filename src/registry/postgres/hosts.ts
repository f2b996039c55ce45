// The hosts of a database, one or several, as lists of names, addresses and ports say.
import { existsSync } from 'node:fs';
import { ClusterCertError } from '../../errors.js';

export interface Host {
  /** As it was named: a password file and a certificate go by it. A path is a folder with a socket. */
  readonly name: string;
  /** Where to connect to, when that is not looked up by the name. */
  readonly address: string | undefined;
  readonly port: number;
}

// Where servers of Debian and those built from source have their socket.
const socketFolders = ['/var/run/postgresql', '/tmp'];

/**
 * Throws `invalid_argument` for lists that do not fit each other.
 * Source: PostgreSQL 15, libpq, 34.1.1.3 Specifying Multiple Hosts.
 */
export function readHosts(find: (name: string) => string | undefined): readonly Host[] {
  const [names, addresses] = [listOf(find('host')), listOf(find('hostaddr'))];
  const ports = listOf(find('port'));
  const count = Math.max(names.length, addresses.length, 1);
  if (names.length > 0 && addresses.length > 0 && names.length !== addresses.length)
    refuse(`the database has ${names.length} hosts and ${addresses.length} addresses (hostaddr); give as many of each`);
  if (ports.length > 1 && ports.length !== count)
    refuse(`the database has ${count} hosts and ${ports.length} ports; give one port, or one for each host`);
  return Array.from({ length: count }, (_, index) => {
    const port = portOf((ports.length > 1 ? ports[index] : ports[0]) || '5432');
    const address = addresses[index] || undefined;
    return { name: names[index] || address || usualHost(port), address, port };
  });
}

const listOf = (text: string | undefined) => (text === undefined ? [] : text.split(','));

function usualHost(port: number): string {
  return socketFolders.find((folder) => existsSync(`${folder}/.s.PGSQL.${port}`)) ?? 'localhost';
}

function portOf(text: string): number {
  const port = /^\s*\d+\s*$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) refuse('the port of the database is not valid; it must be 1 to 65535');
  return port;
}

/** Whether messages to that host stay on this machine. */
export function isHere({ name, address }: Host): boolean {
  return /^(\/|localhost$|127\.|::1$)/.test(address ?? name);
}

/** For messages and URLs. */
export function shownHost({ name, port }: Host): string {
  const host = name.includes(':') ? `[${name}]` : name.startsWith('/') ? encodeURIComponent(name) : name;
  return `${host}:${port}`;
}

function refuse(message: string): never {
  throw new ClusterCertError('invalid_argument', message);
}
