import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeServer } from '../../cluster/support/close-server.ts';
import type { FunctionProcess } from '../../cluster/support/function-process.ts';
import { loopbackAddress } from '../../cluster/support/loopback-address.ts';
import type { PushFault } from '../schedule/actions.ts';
import { pushedMessageId } from './pushed-message-id.ts';

/** A request waits so long for an instance that has room, or is being started. */
const instanceWithinMs = 30_000;
const lookMs = 50;

/** Where a front finds the function. */
export interface PushReceivers {
  /** One that takes requests and has room; undefined when there is none now. */
  choose(hasRoom: (pid: number) => boolean): Pick<FunctionProcess, 'pid' | 'url'> | undefined;
  killPid(pid: number): void;
}

interface Push {
  body: Buffer;
  headers: IncomingMessage['headers'];
}

/** The address of a function, which stays while its instances come and go; a push may meet a fault here. */
export class PushFront {
  readonly #instances: PushReceivers;
  readonly #concurrency: number;
  /** Pushes that each instance has, by its process id. */
  readonly #load = new Map<number, number>();
  readonly #faults: { fault: PushFault; met: () => void }[] = [];
  /** Deliveries by message id. */
  readonly #deliveries = new Map<string, number>();
  readonly #server = createServer((incoming, response) => {
    this.#serve(incoming, response).catch(() => response.destroy());
  });
  /** What became of each delivery, for whoever looks for a cause. */
  readonly history: string[] = [];
  #inFlight = 0;
  #url = '';

  private constructor(instances: PushReceivers, concurrency: number) {
    this.#instances = instances;
    this.#concurrency = concurrency;
  }

  /** `concurrency`: how many pushes an instance gets at a time. */
  static async start(instances: PushReceivers, concurrency: number): Promise<PushFront> {
    const front = new PushFront(instances, concurrency);
    front.#url = await loopbackAddress(front.#server);
    return front;
  }

  get url(): string {
    return this.#url;
  }

  /** Pushes that are being handled, and late ones that are still to come. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** How often each message was delivered by Pub/Sub; repetitions by this front do not count. */
  get deliveries(): number[] {
    return [...this.#deliveries.values()];
  }

  /** The next push meets the fault. */
  arm(fault: PushFault, met: () => void): void {
    this.#faults.push({ fault, met });
  }

  /** No more faults. */
  mend(): void {
    this.#faults.length = 0;
  }

  stop(): Promise<void> {
    return closeServer(this.#server);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const push = { headers: incoming.headers, body: await buffer(incoming) };
    const id = pushedMessageId(push.body);
    this.#deliveries.set(id, (this.#deliveries.get(id) ?? 0) + 1);
    const armed = this.#faults.shift();
    armed?.met();
    const fault = armed?.fault;
    const note = (what: string) => void this.history.push(`${new Date().toISOString()} ${id} ${what}`);
    note(`comes${fault ? `, ${JSON.stringify(fault)}` : ''}`);
    incoming.once('close', () => note('its connection is closed'));
    if (fault?.kind === 'refuse') {
      response.writeHead(503).end();
      return;
    }
    if (fault?.kind === 'delay') await sleep(fault.ms);
    if (fault?.kind === 'duplicate') void this.#deliver(push);
    if (fault?.kind === 'late') void this.#later(push, fault.ms);
    const status = await this.#deliver(push, fault?.kind === 'kill' ? fault.afterMs : undefined);
    note(`is answered ${status}`);
    if (fault?.kind === 'lose answer') incoming.socket.resetAndDestroy();
    else response.writeHead(status).end();
  }

  async #later(push: Push, ms: number): Promise<void> {
    this.#inFlight += 1;
    await sleep(ms);
    this.#inFlight -= 1;
    await this.#deliver(push);
  }

  /** The function's status; 503 where no instance answers. */
  async #deliver(push: Push, killAfterMs?: number): Promise<number> {
    this.#inFlight += 1;
    try {
      const running = await this.#instance();
      if (running === undefined) return 503;
      const { pid, url } = running;
      this.#load.set(pid, this.#loadOf(pid) + 1);
      const answer = post(url, push).finally(() => this.#load.set(pid, this.#loadOf(pid) - 1));
      if (killAfterMs !== undefined) setTimeout(() => this.#instances.killPid(pid), killAfterMs);
      return await answer;
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #instance(): Promise<ReturnType<PushReceivers['choose']>> {
    const hasRoom = (pid: number): boolean => this.#loadOf(pid) < this.#concurrency;
    for (const end = performance.now() + instanceWithinMs; performance.now() < end; await sleep(lookMs)) {
      const running = this.#instances.choose(hasRoom);
      if (running) return running;
    }
    return undefined;
  }

  #loadOf(pid: number): number {
    return this.#load.get(pid) ?? 0;
  }
}

/** Resolves with 502 when the connection breaks. */
function post(url: string, { headers, body }: Push): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const { host: _host, connection: _connection, ...passed } = headers;
  const sent = request(url, { method: 'POST', headers: passed, agent: false }, answer => {
    answer.resume().once('close', () => resolve(answer.complete ? (answer.statusCode ?? 502) : 502));
  });
  sent.once('error', () => resolve(502));
  sent.end(body);
  return promise;
}
