import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';

/** What a call is to the one who is billed for it. */
export type CallKind = 'class A' | 'class B' | 'free' | 'publish';

/** A server between the functions and another one, which counts. */
export interface CountingProxy {
  /** `http://127.0.0.1:port`. */
  url: string;
  /** Calls so far, those before the last reset left out. */
  counts(): Record<CallKind, number>;
  /** Bytes of the bodies of all uploads and publishes. */
  bytesSent(): number;
  reset(): void;
  close(): Promise<void>;
}

/** startCountingProxy forwards everything to a server (`http://host:port`) as it is. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  let counts = noCalls();
  let bytes = 0;
  const server = createServer((incoming, outgoing) => {
    counts[kindOf(incoming)] += 1;
    const { hostname, port } = new URL(target);
    const { method, url: path, headers } = incoming;
    const forwarded = request({ hostname, port, method, path, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', error => outgoing.destroy(error));
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    incoming.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    counts: () => ({ ...counts }),
    bytesSent: () => bytes,
    reset: () => {
      counts = noCalls();
      bytes = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** https://cloud.google.com/storage/pricing#operations-by-class: deleting is free, writing and listing is class A, reading is class B. */
function kindOf({ method, url = '' }: IncomingMessage): CallKind {
  const [path = ''] = url.split('?', 1);
  if (path.endsWith(':publish')) return 'publish';
  if (method === 'DELETE') return 'free';
  if (method === 'GET') return path.endsWith('/o') ? 'class A' : 'class B';
  return 'class A';
}

function noCalls(): Record<CallKind, number> {
  return { 'class A': 0, 'class B': 0, free: 0, publish: 0 };
}
