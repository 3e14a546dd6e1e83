import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What happens to one request instead of being passed on and answered. */
export type Fault =
  /** Answers by itself; the server behind never sees the request. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** Cuts the connection before the request is passed on. */
  | { kind: 'reset' }
  /** Passes the request on, and cuts the connection instead of answering. */
  | { kind: 'lose answer' }
  /** Passes the request on, and sends the head and this many bytes of the body before the cut. */
  | { kind: 'cut body'; afterBytes: number }
  /** Takes the request and never answers. */
  | { kind: 'stall' };

/** A server in front of another that misbehaves as told, and otherwise passes everything on. */
export interface FaultyProxy {
  url: string;
  /** `METHOD path?query`, in order of arrival; those that met a fault too. */
  requests: string[];
  /** How many connections have been opened. */
  connections: () => number;
  /** The next requests meet these faults, in order; undefined lets one pass. */
  plan(...faults: (Fault | undefined)[]): void;
  close(): Promise<void>;
}

/** startFaultyProxy puts a proxy in front of `target` (`http://host:port`). */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const requests: string[] = [];
  const faults: (Fault | undefined)[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    void serve(target, faults.shift(), request, response).catch(() => response.destroy());
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    plan: (...planned) => {
      faults.push(...planned);
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  target: string,
  fault: Fault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault?.kind === 'answer') {
    response.writeHead(fault.status, fault.headers);
    response.end(fault.body ?? '');
    return;
  }
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  const answer = await fetch(`${target}${request.url}`, {
    method: request.method ?? 'GET',
    headers: Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
    ...(body.length === 0 ? {} : { body }),
  });
  const whole = Buffer.from(await answer.arrayBuffer());
  if (fault?.kind === 'lose answer') {
    request.socket.resetAndDestroy();
    return;
  }
  const passed = Object.fromEntries(
    [...answer.headers].filter(
      ([name]) => !/^(connection|keep-alive|transfer-encoding|content-encoding)$/.test(name),
    ),
  );
  response.writeHead(answer.status, {
    ...passed,
    ...(answer.status === 204 ? {} : { 'content-length': whole.length }),
  });
  if (fault?.kind === 'cut body') {
    response.write(whole.subarray(0, fault.afterBytes), () => request.socket.resetAndDestroy());
    return;
  }
  response.end(whole);
}
