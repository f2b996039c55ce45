// Readers of option values: from text to a typed value, or wrong usage that names the option and what it accepts.
import { readFile } from 'node:fs/promises';
import { ClusterCertError, firstLine, quoted } from '../errors.js';
import type { Reader } from './options.js';
import { usageError } from './usage-error.js';
import { urlOf } from '../url.js';

export const text: Reader<string> = (value) => value;

/** The name of a file or a folder, not empty. */
export const file: Reader<string> = (value, label) =>
  value === '' ? fail(`${label} is empty; it must be a file`) : value;

/** A whole number within limits. */
export function wholeNumber({ least, most }: { least: number; most: number }): Reader<number> {
  return (value, label) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= least && number <= most) return number;
    return fail(`${label} ${quoted(value)} is not valid; it must be a whole number from ${least} to ${most}`);
  };
}

const secondsPerUnit: Record<string, number> = { s: 1, m: 60, h: 60 * 60, d: 24 * 60 * 60 };
const mostDays = 100 * 366;
const mostSeconds = mostDays * 24 * 60 * 60;

/** Seconds of a text such as `24h`; `0` needs no unit. */
export function duration({ least }: { least: number }): Reader<number> {
  return (value, label) => {
    const [, amount, unit = 's'] = /^(\d{1,9})([smhd])$/.exec(value) ?? /^(0)$/.exec(value) ?? [];
    const seconds = amount === undefined ? NaN : Number(amount) * (secondsPerUnit[unit] ?? NaN);
    if (seconds >= least && seconds <= mostSeconds) return seconds;
    const limits = `from ${least === 0 ? '0' : `${least}s`} to ${mostDays}d`;
    return fail(
      `${label} ${quoted(value)} is not valid; it must be a number with a unit, such as 30s, 15m, 24h or 365d, ${limits}`,
    );
  };
}

/** An address to listen on: `127.0.0.1:9464`, `[::1]:9464`, or a port alone for 127.0.0.1. */
export const hostAndPort: Reader<{ host: string; port: number }> = (value, label) => {
  const [, inBrackets, name, port] = /^(?:(?:\[([\da-f:.]+)\]|([^\s:[\]/]+)):)?(\d{1,5})$/i.exec(value) ?? [];
  if (port !== undefined && Number(port) <= 65_535)
    return { host: inBrackets ?? name ?? '127.0.0.1', port: Number(port) };
  return fail(
    `${label} ${quoted(value)} is not valid; it must be HOST:PORT, such as 127.0.0.1:9464 or [::1]:9464, or a port alone`,
  );
};

/** A moment, as RFC 3339 writes it. */
export const time: Reader<Date> = (value, label) => {
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)
    ? new Date(value)
    : new Date(NaN);
  if (!Number.isNaN(moment.getTime())) return moment;
  return fail(`${label} ${quoted(value)} is not valid; it must be a time such as 2027-01-31T12:00:00Z`);
};

/** One of several words. */
export function oneOf<Word extends string>(accepted: readonly Word[]): Reader<Word> {
  return (value, label) =>
    accepted.find((word) => word === value) ??
    fail(`${label} ${quoted(value)} is not known; it must be one of ${accepted.join(', ')}`);
}

/** The base URL of a provider, without a slash at its end. */
export const endpointUrl: Reader<string> = (value, label) => {
  const url = urlOf(value);
  const right =
    url &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  const [, root, path] = /^(.*?)(\/api\/v3(?:\/.*)?)$/.exec(right ? value : '') ?? [];
  if (path !== undefined) return fail(`${label} ends in ${quoted(path)}; give the endpoint without /api/v3: ${root}`);
  // Schemes are alike in any case (RFC 3986, section 3.1).
  if (right) return value.replace(/\/+$/, '').replace(/^https?/i, (scheme) => scheme.toLowerCase());
  return fail(
    `${label} is not valid; it must be a URL such as https://cce.example.com, without user, query and fragment`,
  );
};

/** The text of a file that an option names; undefined when the option is left out. */
export async function readTextFile(name: string | undefined, label: string): Promise<string | undefined> {
  if (name === undefined) return undefined;
  try {
    return await readFile(name, 'utf8');
  } catch (cause) {
    throw new ClusterCertError('not_found', `${label} ${quoted(name)} cannot be read: ${firstLine(cause)}`, { cause });
  }
}

function fail(message: string): never {
  throw usageError(message);
}
