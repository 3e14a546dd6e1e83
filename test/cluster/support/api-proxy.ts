import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dispatcher, request } from 'undici';
import {
  type ClusterConnection,
  kubeconfigConnection,
  kubernetesAgent,
} from '../../../shared/adapters/kubernetes/connection.ts';

/** Where a request is held: before it reaches the API server, or when the API server has answered. */
export type HoldPoint = 'before' | 'after';

/**
 * A proxy on 127.0.0.1 in front of the API server that KUBECONFIG names. It can hold the next POST, so that a process can be
 * killed at exactly that moment; what is held is never answered. And it can go away for a while.
 */
export class ApiProxy {
  readonly #connection: ClusterConnection;
  readonly #agent: Dispatcher;
  readonly #folder: string;
  readonly #server = createServer((incoming, response) => {
    this.#forward(incoming, response).catch(() => response.destroy());
  });
  #port = 0;
  #hold: { point: HoldPoint; reached: () => void } | undefined;

  private constructor(connection: ClusterConnection, folder: string) {
    this.#connection = connection;
    this.#agent = kubernetesAgent(connection);
    this.#folder = folder;
  }

  /** Starts a proxy; its {@link kubeconfig} is a file. */
  static async start(): Promise<ApiProxy> {
    const folder = await mkdtemp(join(tmpdir(), 'taskpod-proxy-'));
    const { server, tls } = await kubeconfigConnection();
    // Not the administrator's certificate: who asks is who its token says.
    const { cert, key, ...trust } = tls;
    const proxy = new ApiProxy({ server, tls: trust, headers: async () => ({}) }, folder);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    const address = proxy.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    proxy.#port = address.port;
    const cluster = { server: `http://127.0.0.1:${address.port}`, 'insecure-skip-tls-verify': true };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'proxy', cluster }],
      users: [{ name: 'proxy', user: {} }],
      contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
      'current-context': 'proxy',
    };
    await writeFile(proxy.kubeconfig, JSON.stringify(config));
    return proxy;
  }

  /** A kubeconfig file that leads through the proxy; its context is `proxy`. */
  get kubeconfig(): string {
    return join(this.#folder, 'kubeconfig.json');
  }

  /** Holds the next POST at this point; resolves when one has got there. */
  holdNextPost(point: HoldPoint): Promise<void> {
    return new Promise(reached => {
      this.#hold = { point, reached };
    });
  }

  /** Cuts all connections and takes no new one, until {@link back}. */
  async away(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Is there again, at the same address. */
  async back(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#agent.destroy();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #forward(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const hold = incoming.method === 'POST' ? this.#hold : undefined;
    if (hold) this.#hold = undefined;
    if (hold?.point === 'before') {
      hold.reached();
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { authorization, 'user-agent': userAgent = '', 'content-type': contentType } = incoming.headers;
    const answer = await request(this.#connection.server + (incoming.url ?? ''), {
      method: incoming.method === 'POST' ? 'POST' : incoming.method === 'DELETE' ? 'DELETE' : 'GET',
      dispatcher: this.#agent,
      headers: {
        'user-agent': userAgent,
        ...(authorization === undefined ? {} : { authorization }),
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      ...(hold ? {} : { signal: gone.signal }),
    });
    if (hold) {
      await answer.body.text();
      hold.reached();
      return;
    }
    response.writeHead(answer.statusCode, { 'content-type': 'application/json' });
    for await (const chunk of answer.body) if (!response.write(chunk)) await once(response, 'drain');
    response.end();
  }
}
