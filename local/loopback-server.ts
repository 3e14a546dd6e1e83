import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A server that only this machine can reach. */
export interface LoopbackServer {
  /** `127.0.0.1:port`. */
  host: string;
  /** Ends every connection, also those in the middle of a request. */
  close(): Promise<void>;
}

/** Answers one request; what it throws is answered 500. */
export type LoopbackHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A request that is refused, with the status and reason that Google's APIs use. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/**
 * startLoopbackServer serves on 127.0.0.1 (`port` 0: any free one). Requests that a page in a browser could have sent
 * (an Origin, or a Host that is not this machine) are refused. Rejects when the port is taken.
 */
export async function startLoopbackServer(port: number, handler: LoopbackHandler): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    void answer(handler, request, response);
  });
  // a client may think for as long as it likes between two requests
  server.keepAliveTimeout = 120_000;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  server.off('error', reject);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    host: `127.0.0.1:${address.port}`,
    close: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** sendJson answers with a JSON document. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': text.length,
  });
  response.end(text);
}

/** readBody reads a request to its end; throws {@link ApiFailure} 413 beyond `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maxBytes)
      throw new ApiFailure(413, 'uploadTooLarge', `the request is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

async function answer(
  handler: LoopbackHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (!isLocal(request))
      throw new ApiFailure(403, 'forbidden', 'only programs on this machine are answered');
    await handler(request, response);
  } catch (error) {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const failure =
      error instanceof ApiFailure
        ? error
        : new ApiFailure(500, 'backendError', `internal error: ${String(error)}`);
    // what is left of the request's body cannot be told from the next request
    if (!request.complete) response.setHeader('connection', 'close');
    const { status, reason, message } = failure;
    const errors = [{ domain: 'global', reason, message }];
    sendJson(response, status, { error: { code: status, message, status: reason, errors } });
  }
}

function isLocal(request: IncomingMessage): boolean {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  return request.headers.origin === undefined && ['127.0.0.1', 'localhost', '[::1]', ''].includes(host);
}
