import type { Clock } from '../../shared/time.ts';
import { ApiFailure } from '../loopback-server.ts';
import { type Filter, parseFilter } from './filter.ts';
import type { Message, NewMessage } from './message.ts';
import { PullSubscription } from './pull-subscription.ts';
import type { SendPush } from './push-request.ts';
import { PushSubscription } from './push-subscription.ts';
import { Slots } from './slots.ts';
import type { SubscriptionConfig } from './subscription-config.ts';

/** What the bus needs from outside. */
export interface BusDeps {
  clock: Clock;
  send: SendPush;
}

/** A subscription and how it was made. */
export interface Subscription {
  config: SubscriptionConfig;
  delivery: PushSubscription | PullSubscription;
  /** Which messages it gets. */
  filter: Filter;
}

/** Pushes of the whole bus that run at once. */
const maxPushes = 1_000;
/** What a push subscription may hold before publishing to its topic is refused. */
const maxBacklog = { messages: 100_000, bytes: 256 * 1_024 * 1_024 };

/** Topics and subscriptions, in memory; nothing survives the process. */
export class Bus {
  readonly #deps: BusDeps;
  readonly #topics = new Map<string, Set<string>>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #slots = new Slots(maxPushes);
  #lastId = 0;

  constructor(deps: BusDeps) {
    this.#deps = deps;
  }

  createTopic(name: string): void {
    if (this.#topics.has(name)) throw new ApiFailure(409, 'ALREADY_EXISTS', `Topic already exists: ${name}`);
    this.#topics.set(name, new Set());
  }

  hasTopic(name: string): boolean {
    return this.#topics.has(name);
  }

  subscription(name: string): Subscription {
    const found = this.#subscriptions.get(name);
    if (found === undefined) throw new ApiFailure(404, 'NOT_FOUND', `Subscription does not exist: ${name}`);
    return found;
  }

  createSubscription(name: string, config: SubscriptionConfig): void {
    const topic = this.#topic(config.topic);
    if (this.#subscriptions.has(name)) {
      throw new ApiFailure(409, 'ALREADY_EXISTS', `Subscription already exists: ${name}`);
    }
    const filter = parseFilter(config.filter);
    const endpoint = config.pushConfig.pushEndpoint;
    const deadLetter = (message: Message, attempts: number): boolean =>
      this.#deadLetter(name, config, message, attempts);
    const delivery =
      endpoint === undefined
        ? new PullSubscription({ config, clock: this.#deps.clock, deadLetter })
        : new PushSubscription({ name, config, endpoint, ...this.#deps, slots: this.#slots, deadLetter });
    this.#subscriptions.set(name, { config, delivery, filter });
    topic.add(name);
  }

  deleteSubscription(name: string): void {
    const { config, delivery } = this.subscription(name);
    delivery.close();
    this.#subscriptions.delete(name);
    this.#topics.get(config.topic)?.delete(name);
  }

  /** Gives the messages to every subscription of the topic whose filter takes them, and returns their ids. */
  publish(topicName: string, messages: readonly NewMessage[]): string[] {
    const subscribers = [...this.#topic(topicName)].map(name => this.subscription(name));
    if (subscribers.some(({ delivery }) => isFull(delivery))) {
      throw new ApiFailure(
        429,
        'RESOURCE_EXHAUSTED',
        `a subscription of ${topicName} has too much to deliver`,
      );
    }
    return messages.map(message => {
      const published = this.#stamp(message);
      for (const { delivery, filter } of subscribers)
        if (filter(published.attributes)) delivery.accept(published);
      return published.id;
    });
  }

  close(): void {
    for (const { delivery } of this.#subscriptions.values()) delivery.close();
  }

  #topic(name: string): Set<string> {
    const found = this.#topics.get(name);
    if (found === undefined) throw new ApiFailure(404, 'NOT_FOUND', `Topic not found: ${name}`);
    return found;
  }

  /** Ids come from the clock: a run is filed under its message's id, which must not be given again by the next process. */
  #stamp(message: NewMessage): Message {
    const now = this.#deps.clock.now();
    this.#lastId = Math.max(this.#lastId + 1, now * 1_000);
    return { ...message, id: String(this.#lastId), publishTime: new Date(now).toISOString() };
  }

  /** https://cloud.google.com/pubsub/docs/handling-failures#dead-letter_topic */
  #deadLetter(subscription: string, config: SubscriptionConfig, message: Message, attempts: number): boolean {
    const topic = config.deadLetterPolicy?.deadLetterTopic ?? '';
    if (!this.#topics.has(topic)) return false;
    const [, project = '', , id = ''] = subscription.split('/');
    const attributes = {
      ...message.attributes,
      CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
      CloudPubSubDeadLetterSourceSubscription: id,
      CloudPubSubDeadLetterSourceSubscriptionProject: project,
      CloudPubSubDeadLetterSourceTopicPublishTime: message.publishTime,
    };
    try {
      this.publish(topic, [{ data: message.data, attributes, bytes: message.bytes }]);
      return true;
    } catch {
      return false; // full: the message stays where it is
    }
  }
}

function isFull(delivery: PushSubscription | PullSubscription): boolean {
  if (delivery instanceof PullSubscription) return false;
  return delivery.backlog.messages >= maxBacklog.messages || delivery.backlog.bytes >= maxBacklog.bytes;
}
