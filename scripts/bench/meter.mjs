// Loaded into each measured process before its own program: tells the benchmark, when asked, what the process has used.
process.on('message', () => process.send({ ...process.cpuUsage(), rss: process.memoryUsage.rss() }));
process.channel?.unref();
