import { once } from 'node:events';
import { createSecureServer, type Http2Server } from 'node:http2';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { request } from 'undici';
import { describe, expect, test } from 'vitest';
import { type ClusterConnection, kubernetesAgent } from '../../shared/adapters/kubernetes/connection.ts';
import { loopbackAddress } from '../cluster/support/loopback-address.ts';
import { waitFor } from '../cluster/support/wait.ts';
import { type Certificate, selfSigned } from '../google/certificate.ts';

/** An HTTP/2 server behind a way on which connections can go dead without being closed. */
class FreezingWay implements AsyncDisposable {
  readonly #certificate: Certificate;
  readonly #server: Http2Server;
  readonly #relay: Server;
  #serverPort = 0;
  #relayPort = 0;
  #sockets: Socket[] = [];
  /** Connections that were opened. */
  connections = 0;

  private constructor(certificate: Certificate) {
    this.#certificate = certificate;
    this.#server = createSecureServer(certificate, (_request, response) => response.end('{}'));
    this.#relay = createServer(incoming => this.#pass(incoming));
  }

  static async start(): Promise<FreezingWay> {
    const way = new FreezingWay(selfSigned('api-server'));
    way.#serverPort = await portOf(way.#server);
    way.#relayPort = await portOf(way.#relay);
    return way;
  }

  get connection(): ClusterConnection {
    const tls = { ca: this.#certificate.cert };
    return { server: `https://127.0.0.1:${this.#relayPort}`, tls, headers: async () => ({}) };
  }

  /** From now on no byte passes on the connections that are open. */
  freeze(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.resume();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of [this.#relay, this.#server]) {
      server.close();
      await once(server, 'close');
    }
  }

  #pass(incoming: Socket): void {
    this.connections += 1;
    const outgoing = connect(this.#serverPort, '127.0.0.1');
    this.#sockets.push(incoming, outgoing);
    for (const socket of [incoming, outgoing]) socket.on('error', () => socket.destroy());
    incoming.pipe(outgoing);
    outgoing.pipe(incoming);
  }
}

async function portOf(server: Server): Promise<number> {
  return Number(new URL(await loopbackAddress(server)).port);
}

describe('kubernetesAgent', () => {
  test('leaves a connection that has died without being closed, after a call on it had no answer', async () => {
    await using way = await FreezingWay.start();
    const agent = kubernetesAgent(way.connection, 1_000);
    const ask = async (): Promise<number> => {
      const { statusCode, body } = await request(`${way.connection.server}/api`, { dispatcher: agent });
      await body.dump();
      return statusCode;
    };
    try {
      expect([await ask(), await ask(), way.connections]).toEqual([200, 200, 1]);
      way.freeze();
      await expect(ask()).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
      const again = () => ask().catch(() => undefined);
      const answered = await waitFor(again, { what: 'an answer on a new connection', withinMs: 10_000 });
      expect([answered, way.connections]).toEqual([200, 2]);
    } finally {
      await agent.destroy();
    }
  });
});
