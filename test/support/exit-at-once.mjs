// Loaded into Jest's processes: a worker that has finished exits at once. Otherwise Node takes down the worker's heap of
// some 700 MB first. On a busy machine that takes a second, and Jest says after half of one that it "failed to exit".
if (process.send !== undefined) process.on('exit', () => process.exit());
