// Loaded into Jest's processes: a worker that was told to end is gone at once. Otherwise it would free its heap first, some
// 600 MB, which on a busy machine takes longer than the half second after which Jest says that it "failed to exit".
if (process.send !== undefined) process.on('exit', () => process.exit());
