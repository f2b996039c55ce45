// Loaded into Jest's processes: a worker that has finished exits at once. Otherwise Node takes down the worker's heap first.
// On a busy machine that takes a second, and Jest says after half of one that it "failed to exit". For the same reason,
// Jest replaces workers that grow beyond the limit in package.json.
if (process.send !== undefined) process.on('exit', () => process.exit());
