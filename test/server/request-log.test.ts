import { expect, test } from '@jest/globals';
import { createLog } from '../../src/server/log.js';

test('a secret that is logged by mistake does not leave', async () => {
  let written = '';
  const log = createLog({ write: (line) => (written += line) });
  log.info(
    { token: 'secret', caller: { token: 'secret', userId: 'alice' }, request: { headers: { any: 'secret' } } },
    'mistake',
  );
  await new Promise<void>((resolve) => log.whenWritten(resolve));
  expect(written).not.toContain('secret');
  expect(JSON.parse(written)).toMatchObject({ msg: 'mistake', caller: { userId: 'alice' } });
});

test('while nobody reads, at most 8 MiB of lines wait; what is dropped after that is counted once somebody reads again', async () => {
  const chunks: string[] = [];
  let callbacks: (() => void)[] = [];
  const stream = {
    writableLength: 1,
    write: (lines: string, written: () => void) => {
      chunks.push(lines);
      callbacks.push(written);
    },
  };
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const log = createLog(stream);
  const text = 'x'.repeat(1_500);
  const lines = 8_000;
  let answered = 0;
  for (let written = 0; written < lines; written++) {
    log.info({ text }, 'unread');
    log.whenWritten(() => (answered += 1));
    if (written % 100 === 0) await turn();
  }
  await turn();
  const waiting = chunks.join('');
  // The lines of one turn come whole.
  expect(waiting.length).toBeGreaterThan(8 * 2 ** 20);
  expect(waiting.length).toBeLessThan(8.5 * 2 ** 20);
  // No answer leaves without its line.
  expect(answered).toBe(0);

  const kept = waiting.trim().split('\n').length;
  const due = callbacks;
  callbacks = [];
  for (const written of due) written();
  expect(answered).toBe(kept);
  log.info('read again');
  await turn();
  const [dropped, next] = (chunks.at(-1) ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(dropped).toMatchObject({ level: 'error', dropped: lines - kept });
  expect(next).toMatchObject({ msg: 'read again' });
});
