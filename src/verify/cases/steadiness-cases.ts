// Checks on the run as a whole; they come last.
import { type Check, check } from '../check.js';

const source = 'RFC 9110, section 15: every request is answered';

/** Counts intermittent faults by kind. */
export const steadinessCases: Check[] = [
  check({
    id: 'steady-answers',
    name: 'the same request has the same outcome each time',
    source,
    last: true,
    judge: (session) => {
      const kinds = groupByWhat(session.intermittent);
      return Promise.resolve(
        [...kinds].map(([what, some]) => ({
          severity: 'error' as const,
          where: 'the response',
          expected: 'the same outcome when the same is sent again',
          received: `intermittent: ${some.length} of ${session.sentCount} answers: ${what}`,
          source,
          request: [...new Set(some.map(({ request }) => request))].slice(0, 3).join(', '),
        })),
      );
    },
  }),
  check({
    id: 'answers-in-time',
    name: 'every request is answered in time',
    source,
    last: true,
    judge: (session) =>
      Promise.resolve(
        session.slow.size === 0
          ? []
          : [
              {
                severity: 'error',
                where: 'the response',
                expected: `an answer within ${session.target.timeoutMs ?? 5000} ms`,
                received: `none to ${session.slow.size} of ${session.sentCount} requests, each sent alone`,
                source,
                request: [...session.slow].slice(0, 3).join(', '),
              },
            ],
      ),
  }),
];

function groupByWhat<T extends { what: string }>(list: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) groups.set(one.what, [...(groups.get(one.what) ?? []), one]);
  return groups;
}
