// The pace of the kit's requests: which of those that wait goes next.
import { expect, test } from '@jest/globals';
import { Pace } from '../../src/verify/pace.js';
import type { Exchange } from '../../src/verify/exchange.js';

const answer: Exchange = {
  sent: { method: 'GET', path: '/', headers: {} },
  status: 200,
  reason: 'OK',
  headers: [],
  body: Buffer.alloc(0),
  surplus: 0,
  durationMs: 1,
  endedAt: 0,
};

/** Requests of a pace, and the names of those under way or done, in the order in which they began. */
function requestsAt(pace: Pace) {
  const began: string[] = [];
  const answers = new Map<string, () => void>();
  const send = (name: string, isRefusal = false) =>
    pace.inTurn({ method: 'GET', isRefusal }, () => {
      began.push(name);
      return new Promise<Exchange>((resolve) => answers.set(name, () => resolve(answer)));
    });
  return { began, send, end: (name: string) => answers.get(name)?.() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const target = { endpoint: 'http://127.0.0.1', projectId: '', clusterId: '', token: '' };

test.each([
  [4, ['r1', 'r2', 'r3', 'a1'], ['a2', 'r4']],
  [2, ['r1', 'a1'], ['a2', 'r2']],
  [1, ['r1'], []],
])('of %i places, refusals that are held back leave one for others', async (concurrency, first, then) => {
  const { began, send, end } = requestsAt(new Pace({ ...target, concurrency }));
  const before = Array.from({ length: concurrency }, (_none, i) => `b${i}`);
  for (const name of before) void send(name);
  for (const name of ['r1', 'r2', 'r3', 'r4', 'r5']) void send(name, true);
  for (const name of ['a1', 'a2']) void send(name);
  await settled();
  for (const name of before) end(name);
  await settled();
  expect(began).toEqual([...before, ...first]);
  // Once nothing else waits, refusals take every place.
  for (const name of ['a1', 'a2']) {
    end(name);
    await settled();
  }
  expect(began).toEqual([...before, ...first, ...then]);
});

test('alone, one request follows the other', async () => {
  const pace = new Pace({ ...target, concurrency: 3 });
  const { began, send, end } = requestsAt(pace);
  void send('first');
  void send('second');
  pace.slowDown();
  void send('third');
  await settled();
  expect(began).toEqual(['first', 'second']);
  end('first');
  await settled();
  expect(began).toEqual(['first', 'second']);
  end('second');
  await settled();
  expect(began).toEqual(['first', 'second', 'third']);
  expect(pace.alone).toBe(true);
});

const withRetryAfter: Exchange = { ...answer, status: 429, headers: [['Retry-After', '0']] };

test.each([
  ['without Retry-After', { ...answer, status: 429 }],
  ['with Retry-After', withRetryAfter],
])('requests that are refused as too many, %s, are followed by half as many at once', async (_, tooMany) => {
  const pace = new Pace({ ...target, concurrency: 4 });
  const answers = [tooMany, answer];
  const refused = () => Promise.resolve(answers.shift() ?? answer);
  expect((await pace.inTurn({ method: 'GET', isRefusal: false }, refused)).status).toBe(200);
  const { began, send } = requestsAt(pace);
  for (const name of ['a', 'b', 'c', 'd']) void send(name);
  while (began.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(began).toEqual(['a', 'b']);
});
