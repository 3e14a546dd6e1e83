import { createServer, type ServerResponse } from 'node:http';
import { type GkeAnswer, GkeClusters } from './gke-clusters.ts';

/** What goes wrong with a call. `reset after` breaks the connection when the call has been done. */
export type CallFault =
  | { kind: 'answer'; status: number; message?: string; headers?: Record<string, string> }
  | { kind: 'hang' }
  | { kind: 'reset' }
  | { kind: 'reset after' };

/** The part of container.googleapis.com that makes and deletes clusters, on 127.0.0.1. */
export interface LocalContainerService {
  url: string;
  gke: GkeClusters;
  /** Method and path of each call, in order. */
  calls: string[];
  /** The Authorization header of each call. */
  authorizations: (string | undefined)[];
  /** Faults for the calls to come, in order, each for the first call that matches. */
  faults: { on: RegExp; fault: CallFault }[];
  close: () => Promise<void>;
}

/** startContainerService starts it on a free port. */
export async function startContainerService(): Promise<LocalContainerService> {
  const gke = new GkeClusters(() => Date.now());
  const calls: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const faults: LocalContainerService['faults'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      const call = `${request.method} ${request.url}`;
      calls.push(call);
      authorizations.push(request.headers.authorization);
      const index = faults.findIndex(({ on }) => on.test(call));
      const fault = index < 0 ? undefined : faults.splice(index, 1)[0]?.fault;
      if (fault?.kind === 'hang') return;
      if (fault?.kind === 'reset') return void response.destroy();
      if (fault?.kind === 'answer') return sendError(response, fault);
      const answer = route(gke, call, body);
      if (fault?.kind === 'reset after') return void response.destroy();
      send(response, answer);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  };
  return { url, gke, calls, authorizations, faults, close };
}

function route(gke: GkeClusters, call: string, body: string): GkeAnswer {
  const [, method = '', path = ''] = /^(\w+) \/v1\/(.*)$/.exec(call) ?? [];
  const parts = path.split('/');
  const kind = `${method} ${parts[4]}${parts.length > 5 ? '/x' : ''}${path.endsWith(':cancel') ? ':cancel' : ''}`;
  switch (kind) {
    case 'POST clusters':
      return gke.create(parts.slice(0, 4).join('/'), JSON.parse(body).cluster);
    case 'DELETE clusters/x':
      return gke.remove(path);
    case 'GET clusters/x':
      return gke.read(path);
    case 'GET operations':
      return gke.list();
    case 'GET operations/x':
      return gke.readOperation(path);
    case 'POST operations/x:cancel':
      return gke.cancel(path.slice(0, -':cancel'.length));
    default:
      return { status: 404, rpc: 'NOT_FOUND', message: `no such method: ${call}` };
  }
}

function send(response: ServerResponse, answer: GkeAnswer): void {
  if (!('message' in answer)) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    return;
  }
  const { status: code, message, rpc: status } = answer;
  response
    .writeHead(code, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { code, message, status } }));
}

function sendError(response: ServerResponse, fault: Extract<CallFault, { kind: 'answer' }>): void {
  const { status, message = 'planned', headers = {} } = fault;
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ error: { code: status, message } }));
}
