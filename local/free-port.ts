import { createServer } from 'node:net';
import { TaskpodError } from '../shared/errors.ts';

/**
 * freePort finds a port of 127.0.0.1 that nobody listens on: the wanted one, or any. Throws `bad_usage` when the
 * wanted one is taken.
 */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: wanted, host: '127.0.0.1' }, resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
    return address.port;
  } catch (error) {
    throw new TaskpodError('bad_usage', `port ${wanted} of 127.0.0.1 cannot be used`, {
      action: 'Give another --port-base, or none for ports that are free.',
      cause: error,
    });
  } finally {
    server.close();
  }
}
