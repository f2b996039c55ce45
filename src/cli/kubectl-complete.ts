#!/usr/bin/env node
// The executable kubectl_complete-clustercert, which completes `kubectl clustercert` for kubectl.
import { complete } from './complete.js';

process.exitCode = await complete(['kubectl', ...process.argv.slice(2)], {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  readStdin: () => Promise.resolve(new Uint8Array()),
  untilStopped: () => Promise.resolve(),
});
// An identity service that does not respond must not delay it.
process.exit();
