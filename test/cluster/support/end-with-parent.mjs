// Loaded before the functions framework: when the test's process is gone, however it ended, nobody would stop this one.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.channel?.unref();
