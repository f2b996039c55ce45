#!/usr/bin/env node
// The executable: connects the command line to the process, and does nothing else.
import { buffer } from 'node:stream/consumers';
import { isatty } from 'node:tty';
import { main } from './main.js';

const result = { lost: false };
// A reader such as `head` closes the pipe when it has enough, which is no error. A full disk is one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  result.lost = true;
  process.exitCode = 1;
  process.stderr.write(`error: the result cannot be written: ${error.message}\n`);
});
// A log that cannot be written must not end a working provider.
process.stderr.on('error', () => undefined);

const terminals = [0, 1, 2].filter((one) => isatty(one));
// A service is sent SIGHUP to read its files again; a terminal sends it when it closes, and is none afterwards.
const isTerminalGone = () => terminals.some((one) => !isatty(one));

const code = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  readStdin: () => buffer(process.stdin),
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
      process.on('SIGHUP', () => isTerminalGone() && resolve());
    }),
  onHangup: (act) => void process.on('SIGHUP', () => isTerminalGone() || act()),
});
process.exitCode = result.lost ? 1 : code;
// Node would abort when it resets a terminal that is gone.
if (isTerminalGone()) process.removeAllListeners('SIGHUP').kill(process.pid, 'SIGHUP');
// A shell waits for candidates; a server that does not respond must not delay it.
if (process.argv[2] === '__complete') process.exit();
