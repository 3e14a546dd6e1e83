import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { runCli } from '../../cli/run.ts';
import type { Settings } from '../../cli/settings.ts';
import { type BusServer, startBus } from '../../local/bus/server.ts';
import {
  type ClientSubscriptions,
  connectClientSubscriptions,
} from '../../shared/adapters/pubsub/client-subscriptions.ts';
import { connectRestPublisher } from '../../shared/adapters/pubsub/rest-publisher.ts';
import type { Publisher } from '../../shared/ports/publisher.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { Subscriptions } from '../../shared/ports/subscriptions.ts';
import { parsePush } from '../../shared/push.ts';
import { systemClock } from '../../shared/time.ts';
import { TestContext } from '../cli/test-context.ts';
import { Launcher } from '../functions/launch/launcher.ts';

export const topics = {
  tasks: 'projects/p/topics/tasks',
  watch: 'projects/p/topics/watch',
  other: 'projects/p/topics/other',
  dead: 'projects/p/topics/dead',
};
const deadLetters = 'projects/p/subscriptions/dead';
const retryDeps = { clock: systemClock, random: () => 0 };
const never = new AbortController().signal;

/** A bus with dead letters, the launch function behind a push subscription of it, and the command line. */
export class DeadLetterWorld {
  readonly launcher = new Launcher();
  /** Number of pushes that the function has answered. */
  pushes = 0;
  readonly #bus: BusServer;
  readonly #server: Server;
  readonly #subscriptions: ClientSubscriptions;
  readonly #publisher: Publisher;

  private constructor(bus: BusServer, server: Server) {
    // As the bus's clock, which tells when a message was published.
    this.launcher.nowMs = Date.now();
    this.#bus = bus;
    this.#server = server;
    this.#subscriptions = connectClientSubscriptions({ retryDeps, emulatorHost: bus.host });
    this.#publisher = connectRestPublisher({ retryDeps, emulatorHost: bus.host });
  }

  static async start(): Promise<DeadLetterWorld> {
    const server = createServer((request, response) => {
      void buffer(request).then(async body => {
        const parsed = parsePush({ headers: request.headers, body });
        if (!('message' in parsed)) throw new Error('not a push');
        const { status } = await world.launcher.handle(parsed.message);
        world.pushes += 1;
        server.emit('answered');
        response.writeHead(status).end();
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const world = new DeadLetterWorld(await startBus({ port: 0 }), server);
    for (const topic of Object.values(topics)) await world.#put(topic, {});
    await world.#put(deadLetters, { topic: topics.dead });
    const address = server.address();
    const pushEndpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
    const policy = {
      deadLetterPolicy: { deadLetterTopic: topics.dead, maxDeliveryAttempts: 5 },
      retryPolicy: { minimumBackoff: '0.01s', maximumBackoff: '0.02s' },
    };
    const request = { topic: topics.tasks, pushConfig: { pushEndpoint }, ...policy };
    await world.#put('projects/p/subscriptions/launch', request);
    await world.#put('projects/p/subscriptions/watch', { topic: topics.watch });
    await world.#put('projects/p/subscriptions/other', { topic: topics.other });
    return world;
  }

  async close(): Promise<void> {
    await this.#subscriptions[Symbol.asyncDispose]();
    await this.#bus.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Publishes a message; text stays as it is, anything else becomes JSON. */
  async publish(topic: string, message: unknown, attributes: Record<string, string> = {}): Promise<string> {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    const [id = ''] = await this.#publisher.publish(topic, [{ data, attributes }], never);
    return id;
  }

  /** Puts a message on the dead-letter topic, as the subscription would. */
  deadLetter(
    message: unknown,
    subscription = 'launch',
    published = '2026-11-23T10:00:00.000Z',
  ): Promise<string> {
    return this.publish(topics.dead, message, {
      CloudPubSubDeadLetterSourceDeliveryCount: '5',
      CloudPubSubDeadLetterSourceSubscription: subscription,
      CloudPubSubDeadLetterSourceSubscriptionProject: 'p',
      CloudPubSubDeadLetterSourceTopicPublishTime: published,
    });
  }

  /** Waits until the function has answered so many pushes. */
  async answered(count: number): Promise<void> {
    const signal = AbortSignal.timeout(20_000);
    while (this.pushes < count) await once(this.#server, 'answered', { signal });
  }

  /** What a subscription has, without taking it. */
  async waitingOn(name: string): Promise<{ data: string; attributes: Record<string, string> }[]> {
    const subscription = `projects/p/subscriptions/${name}`;
    const messages = await this.#subscriptions.pull(subscription, 1_000, never);
    const ackIds = messages.map(({ ackId }) => ackId);
    await this.#subscriptions.modifyDeadline(subscription, ackIds, 0, never);
    return messages.map(({ data, attributes }) => ({ data: data.toString(), attributes }));
  }

  /** Runs a command of `taskpod dead-letters`. */
  async run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    return this.runOn(new WorldContext(false, this), ...args);
  }

  /** The same, on a terminal. */
  async runOnTerminal(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    return this.runOn(new WorldContext(true, this), ...args);
  }

  async runOn(context: TestContext, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const code = await runCli(['dead-letters', ...args], context);
    return { code, out: context.out.text, err: context.err.text };
  }

  get subscriptions(): Subscriptions {
    return this.#subscriptions;
  }

  get publisher(): Publisher {
    return this.#publisher;
  }

  async #put(name: string, body: object): Promise<void> {
    const init = { method: 'PUT', body: JSON.stringify(body) };
    const response = await fetch(`http://${this.#bus.host}/v1/${name}`, init);
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  }
}

/** The command line in such a world. */
export class WorldContext extends TestContext {
  readonly #world: DeadLetterWorld;
  changes: Partial<Settings> = {};

  constructor(terminal: boolean, world: DeadLetterWorld) {
    super(terminal);
    this.#world = world;
  }

  override async settings(): Promise<Settings> {
    const names = {
      tasksTopic: topics.tasks,
      watchTopic: topics.watch,
      deadLettersSubscription: deadLetters,
    };
    return { ...(await super.settings()), ...names, ...this.changes };
  }

  override async store(): Promise<ObjectStore> {
    return this.#world.launcher.store;
  }

  override async subscriptions(): Promise<Subscriptions> {
    return this.#world.subscriptions;
  }

  override async publisher(): Promise<Publisher> {
    return this.#world.publisher;
  }
}
