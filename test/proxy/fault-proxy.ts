import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, request } from 'undici';
import { closeServer } from '../cluster/support/close-server.ts';
import { loopbackAddress } from '../cluster/support/loopback-address.ts';
import { ArmedFaults } from './armed-faults.ts';
import type { RequestFault, StreamFault } from './faults.ts';
import { expiredEvent, LiveStream } from './live-stream.ts';

/** What stands behind a proxy. */
export interface FaultProxyOptions {
  /** `scheme://host:port`. */
  target: string;
  dispatcher?: Dispatcher;
  /** Names a request, so that a fault can wait for one of its kind. */
  kindOf: (method: string, url: string, body: Buffer) => string;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const ofTheConnection = /^(connection|keep-alive|transfer-encoding|host|expect)$/;

/** A proxy on 127.0.0.1 that passes bodies on as they come, and misbehaves as it is told. */
export class FaultProxy {
  readonly #options: FaultProxyOptions;
  readonly #faults = new ArmedFaults();
  readonly #streams = new Set<LiveStream>();
  readonly #stalled = new Set<ServerResponse>();
  #connections = 0;
  readonly #server = createServer((incoming, response) => {
    this.#serve(incoming, response).catch(() => response.destroy());
  });
  #url = '';

  private constructor(options: FaultProxyOptions) {
    this.#options = options;
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    proxy.#server.on('connection', () => {
      proxy.#connections += 1;
    });
    proxy.#server.keepAliveTimeout = 60_000;
    proxy.#url = await loopbackAddress(proxy.#server);
    return proxy;
  }

  /** `http://127.0.0.1:port`. */
  get url(): string {
    return this.#url;
  }

  /** How many connections have been opened. */
  get connections(): number {
    return this.#connections;
  }

  /** The next request of this kind meets the fault, or passes by without one that was armed later; `met` is told then. */
  arm(kind: string, fault: RequestFault | undefined, met: () => void): void {
    this.#faults.arm(kind, fault, met);
  }

  /** One of the open streams of this kind meets the fault; without one, the next to be opened, after a few bytes. */
  disturb(kind: string, fault: StreamFault, draw: number, met: () => void): void {
    const open = [...this.#streams].filter(stream => stream.request === kind);
    const [stream] = open.slice(draw % Math.max(1, open.length));
    if (stream === undefined) {
      this.arm(kind, fault === 'expire' ? { kind: fault } : { kind: fault, afterBytes: draw % 500 }, met);
      return;
    }
    met();
    void stream.meet(fault);
  }

  /** From now on everything is passed on; what is stuck is cut. */
  mend(): void {
    this.#faults.clear();
    for (const stream of this.#streams) stream.endSilence();
    for (const response of this.#stalled) response.destroy();
  }

  stop(): Promise<void> {
    return closeServer(this.#server);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = incoming;
    const body = await buffer(incoming);
    const kind = this.#options.kindOf(method, url, body);
    const fault = this.#faults.take(kind);
    switch (fault?.kind) {
      case 'reset':
        incoming.socket.resetAndDestroy();
        return;
      case 'answer':
        response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
        response.end(fault.body ?? JSON.stringify({ kind: 'Status', code: fault.status, message: 'chaos' }));
        return;
      case 'expire':
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(expiredEvent);
        return;
      case 'stall':
        this.#stalled.add(response);
        response.once('close', () => this.#stalled.delete(response));
        return;
      case 'slow':
        await sleep(fault.ms);
        break;
      case 'twice':
      case 'lose answer': {
        const { body: answer } = await this.#forward(incoming, body);
        await answer.dump({ limit: Number.POSITIVE_INFINITY });
        if (fault.kind === 'twice') break;
        incoming.socket.resetAndDestroy();
        return;
      }
      default:
    }
    await this.#passOn(kind, fault, incoming, body, response);
  }

  async #passOn(
    kind: string,
    fault: RequestFault | undefined,
    incoming: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    if (response.destroyed) return;
    const answer = await this.#forward(incoming, body, gone.signal);
    const isLimited = fault?.kind === 'cut' || fault?.kind === 'fall silent';
    const limit = isLimited ? { bytes: fault.afterBytes, fault: fault.kind } : undefined;
    const headers = Object.entries(answer.headers).filter(([name]) => !ofTheConnection.test(name));
    const passed = Object.fromEntries(headers);
    // With its length told, an answer that ends before its fault would be whole.
    if (limit && limit.bytes > Number(passed['content-length'])) delete passed['content-length'];
    response.writeHead(answer.statusCode, passed);
    response.flushHeaders();
    const stream = new LiveStream(kind, response);
    this.#streams.add(stream);
    try {
      await stream.pass(answer.body, limit);
    } finally {
      this.#streams.delete(stream);
    }
  }

  #forward(
    { method = 'GET', url = '/', headers }: IncomingMessage,
    body: Buffer,
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { target, dispatcher } = this.#options;
    const passed = Object.entries(headers).filter(
      ([name]) => !ofTheConnection.test(name) && name !== 'content-length',
    );
    return request(target + url, {
      method: methods.find(known => known === method) ?? 'GET',
      headers: Object.fromEntries(passed),
      ...(dispatcher ? { dispatcher } : {}),
      ...(body.length > 0 ? { body } : {}),
      ...(signal ? { signal } : {}),
    });
  }
}
