// Times of certificates (RFC 5280, section 4.1.2.5), as Go reads them: UTCTime may have an offset and lack the seconds;
// a fraction is refused.
import { type DerReader, tags } from './der-reader.js';

const zone = '(Z|[+-](?:[01]\\d|2[0-4])[0-5]\\d)';
const utcTime = new RegExp(`^(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)?${zone}$`);
const generalizedTime = new RegExp(`^(\\d{4})(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)${zone}$`);

/** The next time. */
export function readTime(reader: DerReader): Date {
  const { tag, content } = reader.element();
  if (tag !== tags.utcTime && tag !== tags.generalizedTime)
    throw new Error('a time is neither UTCTime nor GeneralizedTime');
  const match = (tag === tags.utcTime ? utcTime : generalizedTime).exec(content.toString('latin1'));
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', offset = 'Z'] = match ?? [];
  const fullYear = year.length === 4 ? Number(year) : yearOf(Number(year));
  const [date, time] = [`${String(fullYear).padStart(4, '0')}-${month}-${day}`, `${hour}:${minute}:${second}`];
  const asUtc = new Date(`${date}T${time}Z`);
  // An offset of zero is written Z. A date that does not exist, such as 30 February, would become another one.
  const isRight =
    match &&
    !/^[+-]0000$/.test(offset) &&
    !Number.isNaN(asUtc.getTime()) &&
    asUtc.toISOString().startsWith(`${date}T${time}`);
  if (!isRight) throw new Error('a time is malformed');
  return new Date(asUtc.getTime() - offsetMs(offset));
}

/** Two digits: 1950 to 2049. */
function yearOf(digits: number): number {
  return digits < 50 ? 2000 + digits : 1900 + digits;
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3));
  return (offset.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
