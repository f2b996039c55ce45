// Faults of expire_at, the chosen end of a certificate, each in a provider that is right otherwise.
import { type Change, errorReply } from '../small-provider.js';
import { type RealisticFault, day, instead, isPost, sent } from './changes.js';

const goTime = (time: Date) => `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
/** NaN without an end in UTC. */
const daysUntil = (end: unknown) => (Date.parse(`${String(end).slice(0, 19).replace(' ', 'T')}Z`) - Date.now()) / day;

function takingSoon(): Change {
  let days = NaN;
  const isSoon = () => days > 0 && days < 0.01;
  return {
    call: (call) => {
      days = daysUntil(sent(call).expire_at);
      if (isSoon()) call.body = '{"duration":1}';
    },
    decide: (one) => {
      if (isSoon()) one.days = days;
    },
  };
}

/** Reads the documented form, by its parts: date, time, sign, hours and minutes of the zone. */
const reading = (read: (parts: string[]) => string): Change => ({
  decide: (one, call) => {
    const parts = /^(\S+) (\S+) ([+-])(\d\d)(\d\d)/.exec(String(sent(call).expire_at));
    if (isPost(call) && parts) one.days = (Date.parse(read(parts.slice(1))) - Date.now()) / day;
  },
});

export const endFaults: Record<string, RealisticFault> = {
  'expire_at is read in the form of RFC 3339 alone': [
    {
      call: (call) => {
        const end = sent(call).expire_at;
        if (typeof end !== 'string') return;
        const time = /^\d{4}-\d\d-\d\dT/.test(end) ? new Date(end) : undefined;
        call.body = JSON.stringify({ expire_at: time ? goTime(time) : 'unreadable' });
      },
    },
    /post-chosen-end[^]*documented form/,
  ],
  'an end one minute ahead is taken': [takingSoon(), /post-chosen-end[^]*15 minutes ahead/],
  'an end and a duration at once are refused': [
    instead(
      (call) => sent(call).duration !== undefined && sent(call).expire_at !== undefined,
      errorReply(400, 'CCE.01400001', 'x'),
    ),
    /post-chosen-end/,
  ],
  'an end within the hour is refused': [
    instead((call) => daysUntil(sent(call).expire_at) < 1 / 24, errorReply(400, 'CCE.01400001', 'x')),
    /post-chosen-end/,
  ],
  'an end in more than a year is refused': [
    instead((call) => daysUntil(sent(call).expire_at) > 366, errorReply(400, 'CCE.01400001', 'x')),
    /post-chosen-end/,
  ],
  'the minutes of a zone are dropped': [
    reading(([date, time, sign, hours]) => `${date}T${time}${sign}${hours}:00`),
    /post-chosen-end/,
  ],
  'the sign of a zone is dropped': [
    reading(([date, time, , hours, minutes]) => `${date}T${time}+${hours}:${minutes}`),
    /post-chosen-end/,
  ],
  'the duration -1 wins over an end': [
    {
      decide: (one, call) => {
        if (sent(call).duration === -1 && sent(call).expire_at !== undefined) one.days = 1825;
      },
    },
    /post-chosen-end/,
  ],
};
