// Parses a URL postgres://… as libpq does: the first @ ends the password, which may hold # and ?, and + is not a space.
import { ClusterCertError, quoted } from '../../errors.js';

const shape = 'it must look like postgres://USER@HOST:PORT/DATABASE';

/**
 * The parameters of a URL, by libpq's names. Throws `invalid_argument`, without repeating a possible password. Source:
 * PostgreSQL 15, libpq, 34.1.1.2 Connection URIs.
 */
export function readConnectionUrl(location: string): Map<string, string> {
  const given = new Map<string, string>();
  const put = (name: string, text: string) => {
    if (text !== '') given.set(name, decode(text));
  };
  const text = location.replace(/^[a-z]+:\/\//i, '');
  const [, credentials, rest = ''] = /^(?:([^@/]*)@)?(.*)$/s.exec(text) ?? [];
  if (credentials !== undefined) {
    const colon = credentials.indexOf(':');
    put('user', colon < 0 ? credentials : credentials.slice(0, colon));
    put('password', colon < 0 ? '' : credentials.slice(colon + 1));
  }
  const [, server = '', database = '', query] = /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest) ?? [];
  const hosts = server.split(',').map((one) => {
    const [, address, name, port = ''] = /^(?:\[([^\]]+)\]|([^:[]*))(?::(.*))?$/s.exec(one) ?? [];
    if (address === undefined && name === undefined) refuse(`the host of the database cannot be read; ${shape}`);
    return { host: address ?? name ?? '', port };
  });
  for (const name of ['host', 'port'] as const)
    if (hosts.some((one) => one[name] !== '')) put(name, hosts.map((one) => one[name]).join(','));
  put('dbname', database);
  for (const [key, value] of parametersOf(query ?? '')) given.set(key, value);
  return given;
}

function* parametersOf(query: string): Iterable<[string, string]> {
  for (const pair of query.split('&').filter((each) => each !== '')) {
    const [key = '', value, ...more] = pair.split('=');
    const name = decode(key);
    if (value === undefined) refuse(`the URL of the database has ${quoted(name)} without a value`);
    if (more.length > 0)
      refuse(`the URL of the database has a second = behind ${quoted(name)}; write %3D for one in a value`);
    // The form of the drivers of Java.
    yield name === 'ssl' && value === 'true' ? ['sslmode', 'require'] : [name, decode(value)];
  }
}

function decode(part: string): string {
  try {
    const text = decodeURIComponent(part);
    if (!text.includes('\0')) return text;
  } catch {
    // Reported below.
  }
  return refuse('the URL of the database has a % that escapes nothing; write %25 for a percent sign');
}

function refuse(message: string): never {
  throw new ClusterCertError('invalid_argument', message);
}
