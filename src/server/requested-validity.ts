// The requested validity of a certificate, from the body of createClusterCert.
import type { components } from '../../generated/types.js';
import { type Validity, cutAt, fiveYearsAfter, forDays, maximumValidity, until } from '../certificate/validity.js';
import { ClusterCertError } from '../errors.js';

export interface ValidityLimits {
  /** The longest validity in days; undefined for five calendar years. */
  maximumDays: number | undefined;
  now: Date;
}

type Requested = components['schemas']['ClusterCertDuration'];

const leastMinutesAhead = 15;
const dayMs = 24 * 60 * 60 * 1000;

/** Throws `invalid_argument`, naming the field, for a validity that is not offered. */
export function requestedValidity(
  { duration, expire_at: expireAt }: Requested,
  { maximumDays, now }: ValidityLimits,
): Validity {
  const maximum = maximumValidity(maximumDays);
  if (expireAt !== undefined) return until(checkExpiry(expireAt, { maximumDays, now }));
  if (duration === undefined) throw invalid('duration or expire_at must be given');
  if (duration === -1) return maximum;
  if (maximumDays !== undefined && duration > maximumDays) {
    throw invalid(`duration ${duration} is not valid; it must be at most ${maximumDays}, or -1 for the maximum`);
  }
  return cutAt(forDays(duration), maximum);
}

function checkExpiry(text: string, { maximumDays, now }: ValidityLimits): Date {
  const time = readTime(text);
  if (Number.isNaN(time.getTime()))
    throw invalid(`expire_at '${text}' is not a time such as 2030-01-01 16:00:00 +0000 UTC`);
  const least = new Date(now.getTime() + leastMinutesAhead * 60_000);
  const most = maximumDays === undefined ? fiveYearsAfter(now) : new Date(now.getTime() + maximumDays * dayMs);
  if (time >= least && time <= most) return time;
  const longest = maximumDays === undefined ? 'five years' : `${maximumDays} days`;
  throw invalid(`expire_at '${text}' is not valid; it must be from ${leastMinutesAhead} minutes to ${longest} ahead`);
}

/** Reads Go's format of times, which the API documents, and RFC 3339. The end of a certificate has whole seconds. */
function readTime(text: string): Date {
  const [, day, time, sign = '', hours = '', minutes = ''] =
    /^(\S{10})[ T](\d\d:\d\d:\d\d)(?:\.\d+)? ?(?:Z|([+-])(\d\d):?(\d\d)(?: [A-Z]+)?)$/.exec(text) ?? [];
  const offset = sign === '' ? 'Z' : `${sign}${hours}:${minutes}`;
  const read = new Date(`${day ?? ''}T${time ?? ''}${offset}`);
  // Date would turn 30 February into 2 March.
  return daysInMonth(day ?? '') ? read : new Date(NaN);
}

function daysInMonth(day: string): boolean {
  const read = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(day);
}

function invalid(message: string): ClusterCertError {
  return new ClusterCertError('invalid_argument', message);
}
