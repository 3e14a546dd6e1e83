import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

/** A push as it arrived. */
export interface Push {
  headers: IncomingHttpHeaders;
  body: unknown;
  /** Milliseconds on a clock that never jumps. */
  at: number;
}

/** What the endpoint does with the next push: answers with a status, cuts the connection, or never answers. */
export type Reply = number | 'cut' | 'hang';

/** An endpoint of push subscriptions. */
export interface PushEndpoint {
  url: string;
  pushes: Push[];
  /** Replies to the next pushes, in order; 204 to all later ones. */
  plan(...replies: Reply[]): void;
  /** Waits until so many pushes have arrived, then tells them. */
  arrived(count: number, timeoutMs?: number): Promise<Push[]>;
  close(): Promise<void>;
}

/** startPushEndpoint listens on a free port of 127.0.0.1. */
export async function startPushEndpoint(): Promise<PushEndpoint> {
  const pushes: Push[] = [];
  const replies: Reply[] = [];
  const server = createServer((request, response) => {
    void json(request).then(body => {
      pushes.push({ headers: request.headers, body, at: performance.now() });
      server.emit('pushed');
      reply(replies.shift() ?? 204, response);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/push`,
    pushes,
    plan: (...planned) => {
      replies.push(...planned);
    },
    arrived: async (count, timeoutMs = 20_000) => {
      const signal = AbortSignal.timeout(timeoutMs);
      while (pushes.length < count) await once(server, 'pushed', { signal });
      return pushes;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function reply(planned: Reply, response: ServerResponse): void {
  if (planned === 'cut') response.socket?.resetAndDestroy();
  else if (planned !== 'hang') response.writeHead(planned).end();
}
