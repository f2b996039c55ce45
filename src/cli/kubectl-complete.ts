#!/usr/bin/env node
// The executable that kubectl asks what may follow `kubectl clustercert`: kubectl_complete-clustercert.
import { complete } from './complete.js';

process.exitCode = await complete(['kubectl', ...process.argv.slice(2)], {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  readStdin: () => Promise.resolve(new Uint8Array()),
  untilStopped: () => Promise.resolve(),
});
// An identity service that does not answer is not waited for.
process.exit();
