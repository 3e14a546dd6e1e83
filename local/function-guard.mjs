// Loaded before the functions framework in every local function.
import { subscribe } from 'node:diagnostics_channel';
import { Server } from 'node:net';

const graceMs = 3_000;

// The starting process is gone, however it ended: nobody would stop this one any more.
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), graceMs).unref();
});
process.channel?.unref();

// The framework listens on every interface and cannot be told otherwise. A task is a program that runs here, so only
// this machine may send one.
const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, { port, host: '127.0.0.1' }, ...rest);
};

// A web page in this machine's browser can post to 127.0.0.1 too; it cannot help saying where it comes from.
subscribe('http.server.request.start', ({ request }) => {
  if (request.headers.origin !== undefined) request.socket.destroy();
});
