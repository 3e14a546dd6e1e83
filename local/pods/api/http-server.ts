import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { errorMessage } from '../../../shared/errors.ts';
import { readCall } from './call.ts';
import { type Api, route } from './router.ts';
import { ApiRefusal, type Status } from './status.ts';

/** An API that listens. */
export interface ApiServer {
  port: number;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** serveApi listens on 127.0.0.1; `log` gets one line for each refused or failed call. Throws when the port is taken. */
export async function serveApi(api: Api, port: number, log: (line: string) => void): Promise<ApiServer> {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    void answer(api, request, response, closing.signal, log);
  });
  await listen(server, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise(resolve => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  const send = (code: number, document: unknown): void => {
    response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    response.end(`${JSON.stringify(document)}\n`);
  };
  try {
    const result = await route(api, readCall(request, response, closing));
    if (result !== 'streamed') send(result.code, result.document);
  } catch (error) {
    const status = error instanceof ApiRefusal ? error.status : failure(error);
    log(`${request.method} ${request.url?.split('?', 1)[0]}: ${status.code} ${status.message}`);
    if (response.headersSent) response.destroy();
    else send(status.code, status);
  }
}

function failure(error: unknown): Status {
  return new ApiRefusal(500, 'InternalError', `the Pod emulator failed: ${errorMessage(error)}`).status;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
