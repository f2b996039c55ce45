// Loaded into each measured process before its own program: reports the use of the process on request and, where
// BENCH_USAGE names a file, once more at its end.
import { appendFileSync } from 'node:fs';

const used = () => {
  const { user, system } = process.cpuUsage();
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { cpuUs: user + system, rssBytes: process.memoryUsage.rss(), peakBytes };
};

process.on('message', () => process.send(used()));
process.channel?.unref();
if (process.env.BENCH_USAGE) {
  process.on('exit', () => appendFileSync(process.env.BENCH_USAGE, `${JSON.stringify(used())}\n`));
}
