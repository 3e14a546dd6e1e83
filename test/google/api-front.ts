import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Agent, request } from 'undici';
import { closeServer } from '../cluster/support/close-server.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Certificate } from './certificate.ts';

/** What stands behind the front. */
export interface FrontOptions {
  /** The API server. */
  target: { server: string; ca: string | Buffer };
  tokens: Pick<AccessTokens, 'emailOf'>;
  /** The token by which the API server knows a service account. */
  tokenOf: (email: string) => string;
  certificate: Certificate;
}

/**
 * An API server's front on 127.0.0.1, with a certificate of its own: it knows the access tokens of a local Google, as GKE knows those of
 * Google, and passes on what they are good for. It can move, take another certificate, and cut what runs.
 */
export class ApiFront {
  /** `401` or the e-mail of the caller, then method and path, in order of arrival. */
  readonly requests: string[] = [];
  readonly #options: FrontOptions;
  readonly #agent: Agent;
  #server: Server;

  private constructor(options: FrontOptions) {
    this.#options = options;
    this.#agent = new Agent({ connect: { ca: options.target.ca }, bodyTimeout: 0 });
    this.#server = this.#make(options.certificate);
  }

  static async start(options: FrontOptions): Promise<ApiFront> {
    const front = new ApiFront(options);
    await front.#listen(0);
    return front;
  }

  /** `127.0.0.1:port`, as `clusters.get` tells an endpoint. */
  get address(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the front does not listen');
    return `127.0.0.1:${address.port}`;
  }

  /** Cuts every connection; new ones are taken. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  /** Is at another port from now on, or at the same one, with this certificate. */
  async move(certificate: Certificate, to: 'another port' | 'the same port'): Promise<void> {
    const { port } = new URL(`https://${this.address}`);
    await this.stop();
    this.#server = this.#make(certificate);
    await this.#listen(to === 'the same port' ? Number(port) : 0);
  }

  stop(): Promise<void> {
    return closeServer(this.#server);
  }

  #make({ key, cert }: Certificate): Server {
    return createServer({ key, cert }, (incoming, response) => {
      this.#forward(incoming, response).catch(() => response.destroy());
    });
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async #forward(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { tokens, tokenOf, target } = this.#options;
    const email = tokens.emailOf(/^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1]);
    const { method = 'GET', url = '/' } = incoming;
    this.requests.push(`${email ?? '401'} ${method} ${url.split('?', 1)[0]}`);
    const body = await buffer(incoming);
    if (email === undefined) {
      const status = { kind: 'Status', code: 401, reason: 'Unauthorized', message: 'Unauthorized' };
      response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(status));
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { 'user-agent': userAgent = '', 'content-type': contentType } = incoming.headers;
    const answer = await request(target.server + url, {
      method: method === 'POST' ? 'POST' : method === 'DELETE' ? 'DELETE' : 'GET',
      dispatcher: this.#agent,
      signal: gone.signal,
      headers: {
        authorization: `Bearer ${tokenOf(email)}`,
        'user-agent': userAgent,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body.length > 0 ? { body } : {}),
    });
    response.writeHead(answer.statusCode, { 'content-type': 'application/json' });
    response.flushHeaders();
    for await (const chunk of answer.body) if (!response.write(chunk)) await once(response, 'drain');
    response.end();
  }
}
